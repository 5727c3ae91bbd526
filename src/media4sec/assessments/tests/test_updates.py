"""An update of a pack: whatever gets milder stands in its list of changes."""

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from media4sec.assessments.evaluation import Outcome, evaluate
from media4sec.assessments.packs.comparing import Change, compare
from media4sec.assessments.packs.layering import Rulebook, stack
from media4sec.assessments.packs.reading import Broken, pack_from
from media4sec.assessments.packs.schema import Pack, canonical
from media4sec.assessments.packs.shelf import rulebook
from media4sec.assessments.queries.examples import examples
from media4sec.assessments.tests import generated
from media4sec.assessments.tests.test_properties import STRICTNESS, often

DAY = rulebook().heads[0].checked


# Updates of chance


def updated(book: Rulebook, seed: int) -> Rulebook:
    """The same rules with one to three changes of chance that hold together."""
    chance = Random(seed)
    for _try in range(20):
        said = canonical(book.whole)
        said["pack"]["checked"] = book.whole.pack.checked
        for _change in range(chance.randint(1, 3)):
            chance.choice(_UPDATES)(chance, said)
        try:
            return stack([pack_from(said, where="new")], house=_house(book))
        except Broken:
            continue
    return book


def _house(book: Rulebook) -> dict[str, Any]:
    own = book.whole.sources.keys()
    return {key: each for key, each in book.provisions.items() if key not in own}


def _owners(said: dict[str, Any]) -> list[dict[str, Any]]:
    """Whatever has effects."""
    options = [o for each in said["questions"] for o in each.get("options", {}).values()]
    several = [*said["activities"].values(), *said["questions"], *options, *said["rules"]]
    return [each for each in several if each.get("effects")]


def _an_effect(chance: Random, said: dict[str, Any]) -> dict[str, Any]:
    return chance.choice(chance.choice(_owners(said))["effects"])


def _drop_effect(chance: Random, said: dict[str, Any]) -> None:
    owner = chance.choice(_owners(said))
    owner["effects"].remove(chance.choice(owner["effects"]))


def _drop_part_of_effect(chance: Random, said: dict[str, Any]) -> None:
    effect = _an_effect(chance, said)
    effect.pop(chance.choice([*effect]))


def _lower_risk(chance: Random, said: dict[str, Any]) -> None:
    effect = _an_effect(chance, said)
    for key in effect.get("risks", {}):
        effect["risks"][key] = [chance.randint(1, 4), chance.randint(1, 4)]


def _other_condition(chance: Random, said: dict[str, Any]) -> None:
    rule = chance.choice(said["rules"])
    rule["when"] = chance.choice([{"not": rule["when"]}, chance.choice(said["rules"])["when"]])


def _effect_if(chance: Random, said: dict[str, Any]) -> None:
    effect, when = _an_effect(chance, said), chance.choice(said["rules"])["when"]
    effect["if"] = chance.choice([when, {"not": when}])


def _ask_if(chance: Random, said: dict[str, Any]) -> None:
    question = chance.choice(said["questions"])
    if question.pop("ask_if", None) is None:
        question["ask_if"] = chance.choice(said["rules"])["when"]


def _drop(part: str) -> Any:
    def drop(chance: Random, said: dict[str, Any]) -> None:
        things = said[part]
        if isinstance(things, dict):
            things.pop(chance.choice([*things]))
        else:
            things.remove(chance.choice(things))

    return drop


def _drop_option(chance: Random, said: dict[str, Any]) -> None:
    options = chance.choice(said["questions"]).get("options")
    if options:
        options.pop(chance.choice([*options]))


def _add_option(chance: Random, said: dict[str, Any]) -> None:
    options = chance.choice(said["questions"]).get("options")
    if options:
        options["other"] = {"text": "Something else"}


def _other_line(chance: Random, said: dict[str, Any]) -> None:
    line = chance.choice([*said["red_lines"].values()])
    if line["kind"] == "absolute":
        line |= {"kind": "conditional", "gates": [chance.choice([*said["authorisations"]])]}
    else:
        line["gates"] = line["gates"][:-1] or [chance.choice([*said["documents"]])]


def _other_cut(chance: Random, said: dict[str, Any]) -> None:
    cuts = chance.choice([*said["safeguards"].values()])["cuts"]
    cuts[chance.choice([*said["risks"]])] = {"severity": chance.randint(0, 2), "likelihood": 2}


def _lift(chance: Random, said: dict[str, Any]) -> None:
    effect = _an_effect(chance, said)
    if "block" in effect:
        effect["unless"] = chance.choice([*said["authorisations"]])


def _other_sections(chance: Random, said: dict[str, Any]) -> None:
    activity = chance.choice([*said["activities"].values()])
    section = chance.choice([*said["sections"]])
    if section in activity["asks"]:
        activity["asks"] = [each for each in activity["asks"] if each != section]
    else:
        activity["asks"] = [*activity["asks"], section]


def _move(chance: Random, said: dict[str, Any]) -> None:
    question = chance.choice(said["questions"])
    question["section"] = chance.choice([*said["sections"]])
    question["type"] = chance.choice(["one", "many", question["type"]])


def _more(chance: Random, said: dict[str, Any]) -> None:
    owner = chance.choice(_owners(said))
    owner["effects"] = [*owner["effects"], {"urgent": True, "sources": ["LAW.1"]}]


def _reword(chance: Random, said: dict[str, Any]) -> None:
    chance.choice([*said["safeguards"].values()])["title"] = "Other words"


_UPDATES = [
    _drop_effect, _drop_part_of_effect, _lower_risk, _other_condition, _effect_if, _ask_if,
    _drop("rules"), _drop("questions"), _drop("criteria"), _drop_option, _add_option, _other_line,
    _other_cut, _lift, _other_sections, _move, _more, _reword,
]  # fmt: skip


@often
@given(data=st.data())
def test_no_update_makes_anything_milder_without_an_entry_in_its_changes(data):
    old = data.draw(generated.SEEDS.map(generated.small_book))
    new = updated(old, data.draw(generated.SEEDS))
    said, day = data.draw(generated.answers(old)), data.draw(generated.DAYS)
    activity, there = data.draw(generated.activities(old)), data.draw(generated.evidence(old))
    levels = data.draw(generated.gauged(old))
    if activity not in new.whole.activities:
        return

    before = evaluate(old, activity, said, day, there, levels)
    after = evaluate(new, activity, said, day, there, levels)
    changes = {change for change, _place in compare(old.whole, new.whole)} - {Change.REWORDED}

    is_milder = STRICTNESS.index(after.outcome) > STRICTNESS.index(before.outcome)
    if is_milder or after.can_be_approved > before.can_be_approved:
        assert changes
    if before.outcome == Outcome.BLOCKED and after.outcome == Outcome.CLEAR:
        assert changes & {Change.SOFTENED, Change.NEW}
    if after.as_bytes() != before.as_bytes():
        assert compare(old.whole, new.whole)


# The rules that ship against themselves, without one effect


def without(whole: Pack, place: str, number: int) -> Pack:
    """The pack without the effect that stands there."""
    part, _dot, rest = place.partition(".")
    if part == "activities":
        activity = whole.activities[rest]
        less = {**whole.activities, rest: _less(activity, number)}
        return whole.model_copy(update={"activities": less})
    if part == "rules":
        rules = [_less(rule, number) if rule.id == rest else rule for rule in whole.rules]
        return whole.model_copy(update={"rules": tuple(rules)})
    questions = tuple(_of_question(question, place, number) for question in whole.questions)
    return whole.model_copy(update={"questions": questions})


def _of_question(question: Any, place: str, number: int) -> Any:
    if place == f"questions.{question.id}":
        return _less(question, number)
    options = {
        key: _less(option, number) if place == f"questions.{question.id}.{key}" else option
        for key, option in question.options.items()
    }
    return question.model_copy(update={"options": options})


def _less(owner: Any, number: int) -> Any:
    kept = tuple(each for at, each in enumerate(owner.effects) if at != number)
    return owner.model_copy(update={"effects": kept})


def test_an_effect_less_is_told_wherever_an_example_comes_out_otherwise():
    book, told = rulebook(), 0
    results = {
        key: evaluate(book, each.activity, each.answers, DAY).as_bytes()
        for key, each in examples().items()
    }
    seen: dict[str, int] = {}
    for place, _effect in book.whole.effects():
        number = seen[place] = seen.get(place, -1) + 1
        whole = without(book.whole, place, number)
        less = replace(book, whole=whole)
        others = [
            key
            for key, each in examples().items()
            if evaluate(less, each.activity, each.answers, DAY).as_bytes() != results[key]
        ]
        if others:
            told += 1
            assert (Change.SOFTENED, place) in compare(book.whole, whole), (place, others)
    assert told > 50


def test_the_same_rules_say_the_same_and_nothing_changed():
    book = rulebook()
    again = stack([pack_from(canonical(book.whole) | {"pack": book.whole.pack}, where="again")],
                  house=_house(book))  # fmt: skip

    assert compare(book.whole, again.whole) == []
    for each in examples().values():
        old, new = (evaluate(b, each.activity, each.answers, DAY) for b in (book, again))
        assert old.as_bytes() == new.as_bytes()
