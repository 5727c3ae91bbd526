"""What a new version of a pack changes: what is new, stricter, re-worded, and what it softens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from media4sec.assessments.packs.schema import (
    Effect,
    Kind,
    Option,
    Pack,
    Part,
    Question,
    RedLine,
    Safeguard,
)


class Change(StrEnum):
    NEW = "new"
    STRICTER = "stricter"
    REWORDED = "re-worded"
    SOFTENED = "softened"


#: Kind and place of each change; where it is not plain, it counts as softened.
Changes = Iterator[tuple[Change, str]]
_PARTS = (
    "sections", "instruments", "sources", "risks", "safeguards", "authorisations", "documents",
    "red_lines", "criteria", "activities",
)  # fmt: skip


def compare(old: Pack, new: Pack) -> list[tuple[Change, str]]:
    """Every change, by place."""
    return sorted({*_compare(old, new)}, key=lambda change: (change[1], change[0]))


def _compare(old: Pack, new: Pack) -> Changes:
    for part in _PARTS:
        yield from _keyed(part, getattr(old, part), getattr(new, part))
    questions = [{each.id: each for each in pack.questions} for pack in (old, new)]
    yield from _keyed("questions", *questions)
    rules = [{each.id: each for each in pack.rules} for pack in (old, new)]
    yield from _keyed("rules", *rules)
    yield from _listed("screen", old.screen, new.screen)
    for name, days in old.expiry.items():
        yield from _numbers(f"expiry.{name}", -days, -new.expiry.get(name, 10_000))
    yield from _effects(old, new)


def _keyed(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Changes:
    for key in new.keys() - old.keys():
        yield Change.NEW, f"{part}.{key}"
    for key, was in old.items():
        if key not in new:
            yield Change.SOFTENED, f"{part}.{key}"
        elif was != new[key]:
            yield from _changed(f"{part}.{key}", was, new[key])


#: What a change of it means a change of meaning: nobody can see which way.
_MEANING = {"when", "ask_if", "type", "section", "regime", "instrument", "expiry", "from_", "until"}
_WORDS = {"title", "text", "help", "note", "about", "because", "free_text", "by", "statute"}
_WORDS |= {"short", "name", "celex", "number", "is_soft", "place", "says"}
#: More of it is stricter.
_LISTS = {"sources", "rights", "asks"}


def _changed(place: str, old: Any, new: Any) -> Changes:
    if not isinstance(old, Part):
        yield Change.REWORDED, place
        return
    differ = {name for name, value in old if value != getattr(new, name)}
    if differ & _WORDS:
        yield Change.REWORDED, place
    if differ & _MEANING:
        yield Change.SOFTENED, place
    for name in differ & _LISTS:
        yield from _listed(place, getattr(old, name), getattr(new, name))
    if isinstance(old, RedLine):
        yield from _line(place, old, new)
    if isinstance(old, Question):
        yield from _question(place, old, new)
    if isinstance(old, Safeguard):
        yield from _cuts(place, old.cuts, new.cuts)


def _listed(place: str, old: tuple[str, ...], new: tuple[str, ...]) -> Changes:
    if {*old} - {*new}:
        yield Change.SOFTENED, place
    if {*new} - {*old}:
        yield Change.STRICTER, place


def _numbers(place: str, old: int, new: int) -> Changes:
    """More is stricter."""
    if new != old:
        yield Change.STRICTER if new > old else Change.SOFTENED, place


def _line(place: str, old: RedLine, new: RedLine) -> Changes:
    if new.kind != old.kind:
        yield Change.STRICTER if new.kind == Kind.ABSOLUTE else Change.SOFTENED, place
    else:
        yield from _listed(place, old.gates, new.gates)


def _question(place: str, old: Question, new: Question) -> Changes:
    yield from _numbers(place, int(old.required), int(new.required))
    for key in new.options.keys() - old.options.keys():
        # Who would have chosen a stricter answer may choose this one.
        yield Change.SOFTENED, f"{place}.{key}"
    for key, option in old.options.items():
        yield from _option(f"{place}.{key}", option, new.options.get(key))


def _option(place: str, old: Option, new: Option | None) -> Changes:
    if new is None:
        yield Change.SOFTENED, place
    elif new.text != old.text:
        yield Change.REWORDED, place


def _cuts(place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Changes:
    for key in old.keys() | new.keys():
        for axis in ("severity", "likelihood"):
            was, now = (getattr(cuts.get(key), axis, 0) for cuts in (old, new))
            yield from _numbers(place, -was, -now)


# Effects


def _effects(old: Pack, new: Pack) -> Changes:
    was, now = _by_place(old), _by_place(new)
    for place, effects in was.items():
        for effect in effects:
            if not any(_covers(each, effect) for each in now.get(place, [])):
                yield Change.SOFTENED, place
    for place, effects in now.items():
        known = was.get(place, [])
        yield from ((_added(effect, known), place) for effect in effects if effect not in known)


def _added(effect: Effect, known: list[Effect]) -> Change:
    if effect.urgent and not any(each.urgent for each in known):
        return Change.SOFTENED
    # The same without its words was there already.
    if any(_covers(each, effect) and each.urgent == effect.urgent for each in known):
        return Change.REWORDED
    return Change.STRICTER


def _by_place(pack: Pack) -> dict[str, list[Effect]]:
    found: dict[str, list[Effect]] = {}
    for place, effect in pack.effects():
        found.setdefault(place, []).append(effect)
    return found


def _covers(new: Effect, old: Effect) -> bool:
    """Whether all that followed still follows; notes are words."""
    same = ("if_", "block", "unless")
    if any(getattr(new, name) != getattr(old, name) for name in same):
        return False
    if old.regime and (new.regime is None or {*old.regime.parts} - {*new.regime.parts}):
        return False
    if {*old.brings} - {*new.brings} or {*old.sources} - {*new.sources}:
        return False
    return all(
        new.risks[key][0] >= levels[0] and new.risks[key][1] >= levels[1]
        for key, levels in old.risks.items()
    )
