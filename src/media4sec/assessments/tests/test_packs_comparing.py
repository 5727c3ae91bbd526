"""A new version says what it changes; what it softens is found."""

from copy import deepcopy

import pytest

from media4sec.assessments.packs.comparing import Change, compare
from media4sec.assessments.packs.reading import pack_from
from media4sec.assessments.tests.small import wide, wide_data

NEW, STRICTER, REWORDED, SOFTENED = Change.NEW, Change.STRICTER, Change.REWORDED, Change.SOFTENED
HOW, DEEPER, WHOM, WHY, EVENT = 1, 2, 3, 4, 5


def changed(*path, to=None, drop=False):
    """The small pack with one thing changed."""
    data = deepcopy(wide_data())
    at = data
    for step in path[:-1]:
        at = at[step]
    if drop:
        del at[path[-1]]
    else:
        at[path[-1]] = to
    return pack_from(data, where="new")


CLOSED = ("questions", HOW, "options", "closed")
CHILDREN = ("questions", WHOM, "options", "children", "effects", 0)
LAW = {"sources": ["LAW.1"]}


@pytest.mark.parametrize(
    ("path", "to", "changes"),
    [
        (("documents", "D.X"), {"title": "More"}, [(NEW, "documents.D.X")]),
        (("sections", "s1"), "The first", [(REWORDED, "sections.s1")]),
        (("risks", "R.A", "title"), "Hurt", [(REWORDED, "risks.R.A")]),
        (("risks", "R.A", "rights"), ["LAW.1", "LAW.2"], [(STRICTER, "risks.R.A")]),
        (("risks", "R.A", "rights"), ["LAW.2"],
         [(SOFTENED, "risks.R.A"), (STRICTER, "risks.R.A")]),
        (("red_lines", "RL.GATED", "gates"), ["AU.LAW"], [(SOFTENED, "red_lines.RL.GATED")]),
        (("red_lines", "RL.GATED", "gates"), ["AU.LAW", "S.GATE", "D.PLAN"],
         [(STRICTER, "red_lines.RL.GATED")]),
        (("red_lines", "RL.GATED"), {"title": "Only through gates", "kind": "absolute",
                                     "note": "Both of them", "sources": ["LAW.1", "LAW.2"]},
         [(STRICTER, "red_lines.RL.GATED")]),
        (("red_lines", "RL.NEVER"), {"title": "Never do this", "kind": "conditional",
                                     "gates": ["AU.LAW"], "sources": ["LAW.1"]},
         [(SOFTENED, "red_lines.RL.NEVER")]),
        (("safeguards", "S.TWO", "cuts"), {"R.A": {"likelihood": 2}, "R.B": {"severity": 1}},
         [(SOFTENED, "safeguards.S.TWO")]),
        (("safeguards", "S.TWO", "cuts"), {"R.A": {"likelihood": 1}},
         [(STRICTER, "safeguards.S.TWO")]),
        (("activities", "watch", "asks"), ["s1", "s2"], [(STRICTER, "activities.watch")]),
        (("activities", "talk", "asks"), ["s1"], [(SOFTENED, "activities.talk")]),
        (("activities", "talk", "expiry"), "other", [(SOFTENED, "activities.talk")]),
        (("screen",), ["how", "who"], [(STRICTER, "screen")]),
        (("screen",), [], [(SOFTENED, "screen")]),
        (("expiry", "event"), 7, [(STRICTER, "expiry.event")]),
        (("expiry", "event"), 31, [(SOFTENED, "expiry.event")]),
        (("questions", HOW, "text"), "In which way", [(REWORDED, "questions.how")]),
        (("questions", HOW, "required"), True, [(STRICTER, "questions.how")]),
        (("questions", DEEPER, "ask_if"), {"question": "how", "is": "trick"},
         [(SOFTENED, "questions.deeper")]),
        ((*CLOSED, "text"), "Behind a door", [(REWORDED, "questions.how.closed")]),
        (("questions", HOW, "options", "other"), {"text": "Otherwise"},
         [(SOFTENED, "questions.how.other")]),
        ((*CLOSED, "effects"), [], [(SOFTENED, "questions.how.closed")]),
        ((*CLOSED, "effects", 0, "note"), "Stop", [(REWORDED, "questions.how.closed")]),
        ((*CLOSED, "effects", 0, "urgent"), True, [(SOFTENED, "questions.how.closed")]),
        ((*CLOSED, "effects", 0, "sources"), ["LAW.2"],
         [(SOFTENED, "questions.how.closed"), (STRICTER, "questions.how.closed")]),
        ((*CHILDREN, "risks", "R.A"), [4, 4], [(STRICTER, "questions.whom.children")]),
        ((*CHILDREN, "risks", "R.A"), [4, 2],
         [(REWORDED, "questions.whom.children"), (SOFTENED, "questions.whom.children")]),
        (("questions", EVENT, "options", "none", "effects", 0, "unless"), None,
         [(SOFTENED, "questions.event.none"), (STRICTER, "questions.event.none")]),
        (("questions", 0, "options", "both", "effects", 0, "regime"), "LED",
         [(REWORDED, "questions.who.both"), (SOFTENED, "questions.who.both")]),
        (("questions", 0, "options", "police", "effects", 0, "regime"), "both",
         [(STRICTER, "questions.who.police")]),
        (("rules", 1, "when"), {"criteria_at_least": 3}, [(SOFTENED, "rules.X2")]),
        (("rules", 1, "because"), "many", [(REWORDED, "rules.X2")]),
        (("rules", 0, "effects", 0, "note"), "Which event", [(REWORDED, "rules.X1")]),
        (("pack", "version"), "1.0.1", []),
    ],
)  # fmt: skip
def test_each_change_is_called_what_it_is(path, to, changes):
    assert compare(wide(), changed(*path, to=to)) == changes


@pytest.mark.parametrize(
    ("path", "places"),
    [
        (("rules", 1), ["rules.X2"]),
        (("red_lines", "RL.NEVER"), ["red_lines.RL.NEVER"]),
        (("questions", HOW, "options", "open"), ["questions.how.open"]),
        (("questions", HOW, "options", "trick"), ["questions.how.trick"]),
        (("questions", WHY), ["questions.why"]),
        (("expiry", "event"), ["expiry.event"]),
    ],
)
def test_what_is_gone_counts_as_softened(path, places):
    assert compare(wide(), changed(*path, drop=True)) == [(SOFTENED, place) for place in places]


def test_what_a_new_question_brings_is_stricter():
    question = {"id": "more", "section": "s1", "text": "More?", "type": "text", "effects": [
        LAW | {"documents": ["D.PLAN"]}]}  # fmt: skip

    assert compare(wide(), wide(questions=[*wide_data()["questions"], question])) == [
        (NEW, "questions.more"),
        (STRICTER, "questions.more"),
    ]
    assert compare(wide(), wide()) == []
