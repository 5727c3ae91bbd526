"""A narrower layer adds or tightens. What it would soften is refused, with the place."""

from datetime import date

import pytest

from media4sec.assessments.evaluation import Evidence, Outcome, evaluate, keys
from media4sec.assessments.packs.layering import stack
from media4sec.assessments.packs.reading import Broken
from media4sec.assessments.packs.schema import Expiry, Kind
from media4sec.assessments.tests.small import DAY, HOUSE, LATER, book, narrow, wide, wide_data

WIDE = wide_data()
GATED = WIDE["red_lines"]["RL.GATED"]
NEVER = WIDE["red_lines"]["RL.NEVER"]
LAW = WIDE["authorisations"]["AU.LAW"]
WATCH = {key: value for key, value in WIDE["activities"]["watch"].items() if key != "effects"}


def question(key, **more) -> dict:
    found = next(each for each in WIDE["questions"] if each["id"] == key)
    plain = {name: value for name, value in found.items() if name != "effects"}
    if "options" in plain:
        plain["options"] = {k: {"text": v["text"]} for k, v in plain["options"].items()}
    return plain | more


def refused(*layers) -> tuple[str, ...]:
    with pytest.raises(Broken) as broken:
        book(*layers)
    return broken.value.sentences


def rule(when, **effect) -> dict:
    return {"rules": [{"id": "N1", "when": when, "effects": [{"sources": ["LAW.1"]} | effect]}]}


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"red_lines": {"RL.NEVER": NEVER | {"title": "Rarely"}}},
         "red_lines.RL.NEVER: it is inherited, and its words stay."),
        ({"red_lines": {"RL.GATED": GATED | {"note": "One of them is enough"}}},
         "red_lines.RL.GATED: it is inherited, and its words stay."),
        ({"red_lines": {"RL.NEVER": NEVER | {"kind": "conditional", "gates": ["AU.LAW"]}}},
         "red_lines.RL.NEVER: an absolute red line stays absolute."),
        ({"red_lines": {"RL.GATED": GATED | {"gates": ["AU.LAW", "AU.JUDGE"]}}},
         "red_lines.RL.GATED: an inherited gate is missing."),
        ({"red_lines": {"RL.GATED": GATED | {"sources": ["LAW.1"]}}},
         "red_lines.RL.GATED: an inherited source is missing."),
        ({"authorisations": {"AU.LAW": LAW | {"by": "the author"}}},
         "authorisations.AU.LAW: its words stay. Name the statute in “statute”."),
        ({"authorisations": {"AU.LAW": LAW | {"sources": []}}},
         "authorisations.AU.LAW: an inherited source is missing."),
        ({"activities": {"watch": WATCH | {"title": "Looking"}}},
         "activities.watch: it is inherited, and its words stay."),
        ({"activities": {"watch": WATCH | {"expiry": "automated"}}},
         "activities.watch: it is inherited, and its words stay."),
        ({"activities": {"watch": WATCH | {"asks": ["s3"]}}},
         "activities.watch: an inherited section is missing."),
        ({"activities": {"rest": {"title": "Resting", "asks": ["s3", "s2"]}}},
         "activities.rest: event is not asked here, for an answer can lift a rule."),
        ({"screen": ["event"]},
         "activities.watch: event is not asked here, for an answer can lift a rule."),
        ({"questions": [question("who", text="Who?")]},
         "questions.who: it is inherited, and its words stay."),
        ({"questions": [question("deeper", ask_if={"question": "how", "is": "trick"})]},
         "questions.deeper: it is inherited, and its words stay."),
        ({"questions": [question("who", required=False)]}, "questions.who: it stays required."),
        ({"questions": [question("how", options={"other": {"text": "Otherwise"}})]},
         "questions.how.other: an inherited question gets no new answers."),
        ({"questions": [question("how", options={"trick": {"text": "By a joke"}})]},
         "questions.how.trick: it is inherited, and its words stay."),
        ({"rules": [WIDE["rules"][0]]},
         "rules.X1: it is inherited. Add a rule under another name."),
        ({"expiry": {"event": 31}}, "expiry.event: 31 days are longer than the inherited 30."),
        ({"risks": {"R.A": WIDE["risks"]["R.A"]}},
         "risks.R.A: it is inherited, and its words stay. Add one under another name."),
        ({"safeguards": {"S.GATE": WIDE["safeguards"]["S.GATE"]}},
         "safeguards.S.GATE: it is inherited, and its words stay. Add one under another name."),
        ({"safeguards": {"S.X": {"title": "A prayer", "cuts": {"R.A": {"severity": 2}}}}}
         | rule({"question": "how", "is": "open"}, safeguards=["S.X"]),
         "safeguards.S.X: it lowers R.A, which is inherited."),
        (rule({"question": "how", "is": "trick"}, urgent=True),
         "rules.N1: only the widest layer says when one may act first."),
        (rule({"question": "how", "is": "trick"})
         | {"sources": {"LAW.1": {"place": "Article 1", "says": "later", "from": LATER}}},
         "sources.LAW.1: the house's own list has it. Add one under another name."),
        ({"questions": [question("how"), question("how")]},
         "questions.how: it stands here 2 times."),
    ],
)  # fmt: skip
def test_what_softens_is_refused_and_says_where(parts, sentence):
    found = refused(narrow(**parts))

    assert found[0] == f"test.narrow 1.0.0, {sentence}"
    assert len(found) == (2 if "screen" in parts else 1)  # asked by the activity rest, too


def test_a_statute_once_named_stays():
    statute = {"authorisations": {"AU.LAW": LAW | {"statute": "Police Act, section 1"}}}
    organisation = {"layer": "organisation", "id": "test.own"}

    said = narrow(**statute), narrow(head=organisation, authorisations={"AU.LAW": LAW})

    assert refused(*said) == (
        "test.own 1.0.0, authorisations.AU.LAW: the inherited statute stays.",
    )
    assert (
        book(narrow(**statute), narrow(head=organisation, **statute))
        .whole.authorisations["AU.LAW"]
        .statute
        == "Police Act, section 1"
    )


def test_a_question_that_leads_to_one_that_lifts_is_not_newly_asked_either():
    questions = [
        {"id": "gate", "section": "s2", "text": "Is it so?", "type": "one",
         "options": {"so": {"text": "It is"}}},
        {"id": "lift", "section": "s1", "text": "Still?", "type": "one",
         "options": {"so": {"text": "It is"}}, "ask_if": {"question": "gate", "is": "so"}},
    ]  # fmt: skip
    more = {"id": "X9", "when": {"not": {"question": "lift", "is": "so"}},
            "effects": [{"block": "approve", "sources": ["LAW.1"]}]}  # fmt: skip
    base = wide(questions=[*WIDE["questions"], *questions], rules=[*WIDE["rules"], more])

    with pytest.raises(Broken) as broken:
        stack([base, narrow(screen=["gate"])], house=HOUSE)

    assert {each.rpartition(": ")[2] for each in broken.value.sentences} == {
        "lift is not asked here, for an answer can lift a rule."
    }


def test_there_is_one_pack_of_each_layer_and_at_least_one():
    assert refused(narrow(), narrow(head={"id": "test.other"})) == (
        "test.other 1.0.0: there is a layer “national” already.",
    )
    with pytest.raises(Broken, match=r"There is no pack\."):
        stack([], house=HOUSE)


def test_the_layers_are_joined_from_wide_to_narrow_however_they_are_given():
    assert stack([narrow(), wide()], house=HOUSE) == book(narrow())
    assert [head.id for head in book(narrow()).heads] == ["test.wide", "test.narrow"]


def test_a_rulebook_is_reviewed_when_each_layer_is():
    signed = {"status": "published", "reviewer": "A lawyer"}
    wide_signed = wide(pack=WIDE["pack"] | signed)

    assert not stack([wide_signed, narrow()], house=HOUSE).is_reviewed
    assert not stack([wide_signed, narrow(head=signed | {"reviewer": ""})], house=HOUSE).is_reviewed
    assert stack([wide_signed, narrow(head=signed)], house=HOUSE).is_reviewed


# What tightens is taken


def closed(*layers, evidence=None):
    answers = {"who": "police", "how": "closed", "deeper": "little", "whom": ("nobody",)}
    return evaluate(book(*layers), "watch", answers, DAY, evidence)


OPEN = Evidence(frozenset({"S.GATE"}), frozenset(), frozenset({"AU.LAW"}), frozenset({"dpo"}))


def test_a_conditional_red_line_is_hardened():
    hard = {key: value for key, value in GATED.items() if key != "gates"} | {"kind": "absolute"}

    assert closed(evidence=OPEN).outcome == Outcome.CONDITIONS
    result = closed(narrow(red_lines={"RL.GATED": hard}), evidence=OPEN)
    assert (result.outcome, result.red_lines[0].kind) == (Outcome.BLOCKED, Kind.ABSOLUTE)
    # A rule that asks for conditional lines holds for what became stricter.
    assert keys(result.opinions) == keys(closed().opinions) == ["dpo"]


def test_a_gate_is_added():
    more = GATED | {"gates": [*GATED["gates"], "AU.JUDGE"], "sources": ["LAW.1", "LAW.2", "NEW.1"]}
    result = closed(narrow(red_lines={"RL.GATED": more}), evidence=OPEN)

    assert result.red_lines[0].missing == ("AU.JUDGE",)
    assert result.outcome == Outcome.BLOCKED


def test_effects_are_added_to_activities_questions_and_answers():
    layer = narrow(
        activities={"watch": WATCH | {"asks": ["s1", "s4"], "effects": [
            {"opinions": ["ethics"], "sources": ["LAW.1"]}]}},
        sections={"s4": "Fourth"},
        questions=[
            question("how", effects=[{"risks": {"R.B": [3, 3]}, "sources": ["LAW.2"]}],
                     options={"closed": {"text": "Behind a wall", "effects": [
                         {"authorisations": ["AU.JUDGE"], "sources": ["OWN"]}]}}),
            {"id": "local", "section": "s4", "text": "Where?", "type": "text"},
        ],
        sources={"OWN": {"place": "section 3", "says": "ask a judge", "instrument": "ACT"}},
        instruments={"ACT": {"short": "Police Act", "name": "The Police Act", "is_soft": False}},
    )  # fmt: skip
    before, after = closed(), closed(layer)

    assert keys(before.authorisations) == ["AU.LAW"]
    assert keys(after.authorisations) == ["AU.JUDGE", "AU.LAW"]
    assert keys(after.opinions) == ["dpo", "ethics"]
    assert [row.gross for row in after.risks] == [(3, 3)]
    assert after.unanswered == ("local",)
    assert book(layer).provisions["OWN"].name == "Police Act, section 3"


def test_a_judgment_of_its_own_needs_no_instrument():
    layer = narrow(
        **rule({"question": "how", "is": "closed"}, sources=["OWN"], note="The court said so"),
        sources={"OWN": {"place": "Court, 1 May 2020", "says": "no", "until": date(2030, 1, 1)}},
    )
    own = book(layer).provisions["OWN"]

    assert (own.name, own.is_soft) == ("Court, 1 May 2020", False)
    assert (own.holds(DAY), own.holds(date(2031, 1, 1))) == (True, False)


def test_a_decision_holds_for_fewer_days():
    assert book(narrow(expiry={"event": 7})).whole.expiry[Expiry.EVENT] == 7
    assert book(narrow(expiry={"covert": 90})).whole.expiry[Expiry.COVERT] == 90


def test_a_question_is_put_on_the_screen():
    screened = book(narrow(screen=["why", "how"]))
    result = evaluate(screened, "rest", {"why": "to learn"}, DAY)

    assert result.asked == ("how", "why", "tired")
    assert keys(result.documents) == ["D.PLAN"]
