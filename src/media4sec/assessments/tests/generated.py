"""Generated answers, evidence, rulebooks and stricter layers, of the EU rules and of small ones.

Rulebooks grow from a seed: a choice each would be drawn a hundred times more slowly.
"""

from datetime import date
from random import Random
from typing import Any

from hypothesis import strategies as st

from media4sec.assessments.evaluation import Evidence, Gauged
from media4sec.assessments.packs.layering import Rulebook, stack
from media4sec.assessments.packs.reading import pack_from
from media4sec.assessments.packs.schema import UNKNOWN, Kind, Pack, Question
from media4sec.assessments.packs.shelf import rulebook
from media4sec.assessments.tests.small import HOUSE, narrow, wide_data

DAYS = st.sampled_from([date(2019, 5, 1), date(2026, 11, 22), date(2030, 1, 1)])
LEVELS = st.tuples(st.integers(1, 4), st.integers(1, 4))
GAUGED = st.builds(Gauged, LEVELS, LEVELS)
SEEDS = st.integers(0, 2**32)

# Answers and evidence


def answers_to(question: Question):
    return st.integers(1, 255).map(lambda number: _answer(question, number))


def _answer(question: Question, number: int):
    """One of all answers there are; 0 is none."""
    if not number:
        return None
    if question.type == "text" or number == 255:
        return UNKNOWN if number == 255 else "because"
    options = list(question.options)
    if question.type == "one":
        return options[number % len(options)]
    return tuple(key for place, key in enumerate(options) if number >> place % 8 & 1) or None


def answers(book: Rulebook):
    """To any questions, asked or not."""
    asked = book.whole.questions
    return st.binary(min_size=len(asked), max_size=len(asked)).map(
        lambda numbers: {
            each.id: answer
            for each, number in zip(asked, numbers, strict=True)
            if (answer := _answer(each, number))
        }
    )


def evidence(book: Rulebook):
    whole = book.whole
    named = [*whole.safeguards], [*whole.documents], [*whole.authorisations], ["dpo", "legal"]
    several = st.binary(min_size=sum(map(len, named)), max_size=sum(map(len, named)))

    def pick(numbers: bytes) -> Evidence:
        each = iter(numbers)
        return Evidence(*(frozenset(key for key in keys if next(each) % 2) for keys in named))

    return several.map(pick)


def gauged(book: Rulebook):
    return st.dictionaries(st.sampled_from(sorted(book.whole.risks)), GAUGED, max_size=3)


def activities(book: Rulebook):
    return st.sampled_from(sorted(book.whole.activities))


# Small rulebooks


_BASE = wide_data()
_PLAIN = pack_from(_BASE, where="small")
_PARTS = ("safeguards", "authorisations", "documents", "red_lines", "criteria")
#: What a rule may ask of the whole, with what it then may not add.
_OF_WHOLE = [
    ({"regime": "LED"}, []),
    ({"regime": "both"}, []),
    ({"criteria_at_least": 2}, ["criteria"]),
    ({"crossed": "conditional"}, ["criteria", "red_lines"]),
    ({"crossed": "absolute"}, ["criteria", "red_lines"]),
    ({"residual": "medium"}, ["criteria", "red_lines", "risks"]),
    ({"residual": "high"}, ["criteria", "red_lines", "risks"]),
]


def books():
    """The EU rules, or a small rulebook."""
    return st.just(None).map(lambda _none: rulebook()) | SEEDS.map(small_book)


def small_book(seed: int) -> Rulebook:
    """The small pack, with questions of chance that wait for each other, and rules of chance."""
    chance = Random(seed)
    questions = [*_PLAIN.questions]
    data = [*_BASE["questions"]]
    for number in range(chance.randint(1, 3)):
        said: dict[str, Any] = {
            "id": f"q{number}",
            "section": chance.choice(["s1", "s2"]),
            "text": "And this",
            "type": chance.choice(["one", "many"]),
            "options": {
                key: {"text": "So", "effects": _effects(chance, questions)} for key in "abc"
            },
        }
        if chance.random() < 0.6:
            said["ask_if"] = condition(chance, questions)
        data.append(said)
        questions.append(Question.model_validate(said))
    whole = _PLAIN.model_copy(update={"questions": tuple(questions)})
    more = [rule(chance, whole, list(HOUSE), f"G{number}") for number in range(4)]
    unless = {"not": {"residual": chance.choice(["medium", "high"])}}
    hurry = {"id": "U", "when": unless, "effects": [{"urgent": True, "sources": ["LAW.1"]}]}
    # An answer that lifts a rule, of a question that may not be asked.
    lift = {"not": _comparison(chance, questions[-1:])}
    more.append(rule(chance, whole, ["LAW.1"], "L") | {"when": lift})
    said = _BASE | {"questions": data, "rules": [*_BASE["rules"], *more, hurry]}
    return stack([pack_from(said, where="small")], house=HOUSE)


def condition(chance: Random, questions, activities=("watch", "talk"), depth: int = 2):
    """Of answers and the activity, joined and denied."""
    how = chance.choice(["not", "all", "any", "leaf", "leaf"]) if depth else "leaf"
    if how == "not":
        return {"not": condition(chance, questions, activities, depth - 1)}
    if how != "leaf":
        return {how: [condition(chance, questions, activities, depth - 1) for _each in "12"]}
    if chance.random() < 0.1:
        return {"activity": [chance.choice(activities)]}
    return _comparison(chance, [each for each in questions if each.type != "text"])


def _comparison(chance: Random, questions) -> dict[str, Any]:
    question = chance.choice(questions)
    compared = "has" if question.type == "many" else "is"
    return {"question": question.id, compared: chance.choice(list(question.options))}


def effect(chance: Random, pack: Pack, sources, without=()) -> dict[str, Any]:
    made: dict[str, Any] = {"sources": [chance.choice(sources)]}
    part = chance.choice([*_PARTS, "risks", "risks", "opinions", "block", "note", "regime"])
    if part in without or part == "note":
        made["note"] = "Look twice"
    elif part == "risks":
        keys = chance.choices(sorted(pack.risks), k=2)
        made["risks"] = {key: (chance.randint(1, 4), chance.randint(1, 4)) for key in keys}
    elif part in _PARTS:
        made[part] = [chance.choice(sorted(getattr(pack, part)))]
    elif part == "opinions":
        made["opinions"] = [chance.choice(["dpo", "ethics"])]
    elif part == "regime":
        made["regime"] = chance.choice(["LED", "GDPR", "both"])
    else:
        made["block"] = chance.choice(["publish", "approve"])
        made["unless"] = chance.choice([None, *pack.authorisations])
    return made


def _effects(chance: Random, questions) -> list[dict[str, Any]]:
    made = [effect(chance, _PLAIN, list(HOUSE)) for _each in range(chance.randint(0, 2))]
    if chance.random() < 0.2:
        made.append({"urgent": True, "sources": ["LAW.1"]})
    if made and chance.random() < 0.5:
        made[0]["if"] = condition(chance, questions)
    return made


def rule(chance: Random, pack: Pack, sources, name: str) -> dict[str, Any]:
    when, without = condition(chance, pack.questions, [*pack.activities]), ["regime"]
    if chance.random() < 0.5:
        asked, more = chance.choice(_OF_WHOLE)
        when, without = {chance.choice(["all", "any"]): [when, asked]}, [*without, *more]
    return {"id": name, "when": when, "effects": [effect(chance, pack, sources, without)]}


# Stricter layers


def layers(book: Rulebook):
    """A country's layer that adds and tightens in every way there is."""
    return SEEDS.map(lambda seed: _layer(Random(seed), book.whole))


def _layer(chance: Random, whole: Pack) -> Pack:
    sources = sorted({key for _place, each in whole.effects() for key in each.sources})
    key = chance.choice(sorted(whole.activities))
    said = whole.activities[key].model_dump(exclude={"effects"}, exclude_none=True)
    said |= {"asks": [*said["asks"], "own"], "effects": [effect(chance, whole, sources)]}
    own = {"id": "own.q", "section": "own", "text": "And here", "type": "one", "options": {
        "yes": {"text": "Indeed", "effects": [effect(chance, whole, sources)]},
        "never": {"text": "Never"}}}  # fmt: skip
    return narrow(
        sections={"own": "Of this country"},
        activities={key: said},
        questions=[own, _more_of(chance, whole, sources)],
        rules=[rule(chance, whole, sources, f"N{number}") for number in range(3)],
        red_lines=_tightened_line(chance, whole),
        expiry={"other": 30},
    )


def _more_of(chance: Random, whole: Pack, sources) -> dict[str, Any]:
    """An inherited question, with more that follows from it and from one of its answers."""
    old = chance.choice(whole.questions)
    said = old.model_dump(by_alias=True, exclude_none=True, exclude={"effects", "options"})
    said["effects"] = [effect(chance, whole, sources)]
    if old.options:
        key = chance.choice(list(old.options))
        more = [effect(chance, whole, sources)]
        said["options"] = {key: {"text": old.options[key].text, "effects": more}}
    return said


def _tightened_line(chance: Random, whole: Pack) -> dict[str, Any]:
    gated = [key for key, line in whole.red_lines.items() if line.kind == Kind.CONDITIONAL]
    key = chance.choice(gated)
    said = whole.red_lines[key].model_dump(mode="json", exclude_none=True)
    if chance.random() < 0.5:
        return {key: said | {"kind": "absolute", "gates": []}}
    more = chance.choice(sorted(whole.authorisations))
    return {key: said | {"gates": sorted({*said["gates"], more})}}
