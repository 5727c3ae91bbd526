"""Layers on top of each other: Council of Europe, EU, a country, an organisation.

A narrower layer adds or tightens. What it would soften is refused, with the place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from media4sec.assessments.packs.checking import check, gates_of, twice
from media4sec.assessments.packs.reading import Broken
from media4sec.assessments.packs.schema import (
    Activity,
    Authorisation,
    Head,
    Kind,
    Pack,
    Question,
    RedLine,
)

#: What only the widest layer that has it may say.
_FIXED = ("sections", "instruments", "sources", "risks", "safeguards", "documents", "criteria")


@dataclass(frozen=True)
class Provision:
    """A source as findings show it."""

    key: str
    name: str
    says: str
    url: str = ""
    is_soft: bool = False
    first: date | None = None  # the day from which it applies
    last: date | None = None

    def holds(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def is_to_come(self, day: date) -> bool:
        return self.first is not None and day < self.first


@dataclass(frozen=True)
class Rulebook:
    """All layers as one, with every source they name."""

    heads: tuple[Head, ...]
    whole: Pack = field(repr=False)
    provisions: Mapping[str, Provision] = field(repr=False)
    #: The layers as they came, from wide to narrow.
    packs: tuple[Pack, ...] = field(repr=False, default=())

    @property
    def is_reviewed(self) -> bool:
        """Whether lawyers have signed every layer."""
        return all(head.is_reviewed for head in self.heads)


def stack(packs: Sequence[Pack], *, house: Mapping[str, Provision]) -> Rulebook:
    """The layers joined, from wide to narrow. Raises Broken where one softens, or does not fit."""
    if not packs:
        raise Broken("There is no pack.")
    layers = sorted(packs, key=lambda pack: pack.pack.layer.depth)
    for pack in layers:
        _refuse(pack, [*twice(pack), *_renamed_law(pack, house)])
    whole = layers[0]
    for pack in layers[1:]:
        if pack.pack.layer == whole.pack.layer:
            raise Broken(f"{pack.name}: there is a layer “{pack.pack.layer}” already.")
        _refuse(pack, [*softened(whole, pack)])
        whole = _joined(whole, pack)
    gates = {gate for pack in layers for gate in gates_of(pack)}
    check(whole, known=house.keys(), gates=gates)
    own = {key: _own(whole, key) for key in whole.sources}
    heads = tuple(pack.pack for pack in layers)
    return Rulebook(heads, whole, {**house, **own}, tuple(layers))


def _refuse(pack: Pack, faults: Sequence[str]) -> None:
    if faults:
        raise Broken(*(f"{pack.name}, {each}" for each in faults))


def _renamed_law(pack: Pack, house: Mapping[str, Provision]) -> Iterator[str]:
    """A key of the house's list means the same everywhere: its day cannot be put off."""
    for key in sorted(pack.sources.keys() & house.keys()):
        yield f"sources.{key}: the house's own list has it. Add one under another name."


def _own(whole: Pack, key: str) -> Provision:
    source = whole.sources[key]
    law = whole.instruments[source.instrument] if source.instrument else None
    return Provision(
        key=key,
        name=f"{law.short}, {source.place}" if law else source.place,
        says=source.says,
        is_soft=bool(law and law.is_soft),
        first=source.from_,
        last=source.until,
    )


# What a narrower layer may not say


def softened(whole: Pack, pack: Pack) -> Iterator[str]:
    """Every place where a narrower layer softens what it inherits."""
    for part in _FIXED:
        for key in sorted(getattr(pack, part).keys() & getattr(whole, part).keys()):
            yield f"{part}.{key}: it is inherited, and its words stay. Add one under another name."
    rules = {rule.id for rule in whole.rules}
    for rule in pack.rules:
        if rule.id in rules:
            yield f"rules.{rule.id}: it is inherited. Add a rule under another name."
    for name, days in pack.expiry.items():
        if days > whole.expiry.get(name, days):
            yield f"expiry.{name}: {days} days are longer than the inherited {whole.expiry[name]}."
    yield from _softened_again(whole, pack)
    yield from _softened_effects(whole, pack)
    yield from _lifted(whole, pack)


def _softened_again(whole: Pack, pack: Pack) -> Iterator[str]:
    """What may be named again, so that it is tightened."""
    for key in sorted(pack.red_lines.keys() & whole.red_lines.keys()):
        yield from _softened_line(key, whole.red_lines[key], pack.red_lines[key])
    for key in sorted(pack.authorisations.keys() & whole.authorisations.keys()):
        yield from _softened_authorisation(key, whole.authorisations[key], pack.authorisations[key])
    for key in sorted(pack.activities.keys() & whole.activities.keys()):
        yield from _softened_activity(key, whole.activities[key], pack.activities[key])
    inherited = {question.id: question for question in whole.questions}
    for question in pack.questions:
        if question.id in inherited:
            yield from _softened_question(inherited[question.id], question)


def _softened_line(key: str, old: RedLine, new: RedLine) -> Iterator[str]:
    if new.title != old.title or (old.note and new.note != old.note):
        yield f"red_lines.{key}: it is inherited, and its words stay."
    if old.kind == Kind.ABSOLUTE and new.kind != Kind.ABSOLUTE:
        yield f"red_lines.{key}: an absolute red line stays absolute."
    if new.kind == Kind.CONDITIONAL and set(old.gates) - set(new.gates):
        yield f"red_lines.{key}: an inherited gate is missing."
    if set(old.sources) - set(new.sources):
        yield f"red_lines.{key}: an inherited source is missing."


def _softened_authorisation(key: str, old: Authorisation, new: Authorisation) -> Iterator[str]:
    if (new.title, new.by) != (old.title, old.by):
        yield f"authorisations.{key}: its words stay. Name the statute in “statute”."
    if old.statute and new.statute != old.statute:
        yield f"authorisations.{key}: the inherited statute stays."
    if set(old.sources) - set(new.sources):
        yield f"authorisations.{key}: an inherited source is missing."


def _softened_activity(key: str, old: Activity, new: Activity) -> Iterator[str]:
    same = ("title", "about", "regime", "expiry")
    if any(getattr(new, name) != getattr(old, name) for name in same):
        yield f"activities.{key}: it is inherited, and its words stay."
    if set(old.asks) - set(new.asks):
        yield f"activities.{key}: an inherited section is missing."


def _softened_question(old: Question, new: Question) -> Iterator[str]:
    place = f"questions.{old.id}"
    same = ("section", "text", "help", "type", "ask_if", "free_text")
    if any(getattr(new, name) != getattr(old, name) for name in same):
        yield f"{place}: it is inherited, and its words stay."
    if old.required and not new.required:
        yield f"{place}: it stays required."
    for key, option in new.options.items():
        if key not in old.options:
            yield f"{place}.{key}: an inherited question gets no new answers."
        elif option.text != old.options[key].text:
            yield f"{place}.{key}: it is inherited, and its words stay."


def _softened_effects(whole: Pack, pack: Pack) -> Iterator[str]:
    for place, effect in pack.effects():
        if effect.urgent:
            yield f"{place}: only the widest layer says when one may act first."
    for key, safeguard in pack.safeguards.items():
        for risk in safeguard.cuts.keys() & whole.risks.keys():
            yield f"safeguards.{key}: it lowers {risk}, which is inherited."


def _lifted(whole: Pack, pack: Pack) -> Iterator[str]:
    """An answer can lift a rule that says “not”: who newly asks for it softens the rule."""
    denied = {
        leaf.question
        for _place, condition in whole.conditions()
        for leaf, is_denied in condition.signed_leaves()
        if is_denied and leaf.question
    }
    for key, activity in whole.activities.items():
        more = pack.activities.get(key, activity)
        before = _offered(whole, activity.asks, whole.screen)
        after = _offered(whole, more.asks, (*whole.screen, *pack.screen))
        for question in sorted(denied & _reached(whole, after - before)):
            yield f"activities.{key}: {question} is not asked here, for an answer can lift a rule."


def _offered(whole: Pack, sections: Sequence[str], screen: Sequence[str]) -> set[str]:
    return {each.id for each in whole.questions if each.section in sections or each.id in screen}


def _reached(whole: Pack, fresh: set[str]) -> set[str]:
    """These questions, and those that wait for an answer to one of them."""
    waiting = {
        question.id
        for question in whole.questions
        if question.ask_if and any(leaf.question in fresh for leaf in question.ask_if.leaves())
    }
    return fresh if waiting <= fresh else _reached(whole, fresh | waiting)


# Joining


def _joined(whole: Pack, pack: Pack) -> Pack:
    """Both as one; what is named in both was found to be tightened only."""
    said: dict[str, Any] = {"pack": pack.pack}
    for part in (*_FIXED, "red_lines", "authorisations"):
        said[part] = {**getattr(whole, part), **getattr(pack, part)}
    said["screen"] = (*whole.screen, *(key for key in pack.screen if key not in whole.screen))
    said["activities"] = {**whole.activities, **pack.activities}
    for key in whole.activities.keys() & pack.activities.keys():
        old, new = whole.activities[key], pack.activities[key]
        effects = (*old.effects, *new.effects)
        said["activities"][key] = new.model_copy(update={"effects": effects})
    said["questions"] = _joined_questions(whole, pack)
    said["rules"] = (*whole.rules, *pack.rules)
    said["expiry"] = {**whole.expiry, **pack.expiry}
    return whole.model_copy(update=said)


def _joined_questions(whole: Pack, pack: Pack) -> tuple[Question, ...]:
    more = {question.id: question for question in pack.questions}
    known = {question.id for question in whole.questions}
    old = (_joined_question(each, more.get(each.id)) for each in whole.questions)
    return (*old, *(each for each in pack.questions if each.id not in known))


def _joined_question(old: Question, new: Question | None) -> Question:
    if new is None:
        return old
    options = {
        key: option.model_copy(
            update={"effects": (*option.effects, *_effects_of(new.options, key))}
        )
        for key, option in old.options.items()
    }
    effects = (*old.effects, *new.effects)
    return new.model_copy(update={"options": options, "effects": effects})


def _effects_of(options: Mapping[str, Any], key: str) -> tuple[Any, ...]:
    return options[key].effects if key in options else ()
