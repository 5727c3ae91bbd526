"""How a proposal would have its pattern related: what comes, what goes, what is said otherwise.

A row is a relation as the pattern's own page reads it: ``{"to": slug, "how": a Relative,
"because": ""}``. A pair is related once. A proposal keeps two lists of rows: as its authors saw
them, and as they would have them. What stands in neither is none of its business and stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from media4sec.patterns.models import Pattern, Relation, Relative

Row = dict[str, str]
#: (how, from, to): a relation as it is kept, between addresses.
Edge = tuple[str, str, str]
#: In a form: how two patterns are related that are not, any more.
APART = "apart"
#: What leads, over however many steps, to itself says nothing.
STRAIGHT = (Relation.SPECIALISES, Relation.BEFORE)


@dataclass(frozen=True)
class Step:
    """What shall become of the relation to one other pattern."""

    to: str
    was: Row | None  # as its authors saw it
    row: Row | None  # as they would have it


def rows_of(pattern: Pattern) -> list[Row]:
    """How it is related now."""
    return [_row(each) for each in pattern.beside.get("related", [])]


def rows_of_others(pattern: Pattern) -> list[Row]:
    """Those among them that others have to it."""
    return [_row(each) for each in pattern.beside.get("related", []) if not each["is_ours"]]


def _row(said: Mapping[str, Any]) -> Row:
    how = read(said["how"], is_ours=said["is_ours"])
    return {"to": said["slug"], "how": str(how), "because": said["because"]}


def read(how: str, *, is_ours: bool) -> Relative:
    """A kept relation from the side of its source, or of its target."""
    return Relative(how) if is_ours else Relative(how).back


def steps(seen: Iterable[Row], wanted: Iterable[Row]) -> list[Step]:
    """From what its authors saw to what they want, one for each other pattern."""
    before, after = _by_slug(seen), _by_slug(wanted)
    slugs = dict.fromkeys([*before, *after])
    every = (Step(slug, before.get(slug), after.get(slug)) for slug in slugs)
    return [step for step in every if step.was != step.row]


def met(now: Iterable[Row], wanted: Iterable[Step]) -> list[Step]:
    """Those whose relation somebody else made another one meanwhile."""
    found = _by_slug(now)
    return [step for step in wanted if found.get(step.to) not in (step.was, step.row)]


def merged(now: Sequence[Row], wanted: Iterable[Step]) -> list[Row]:
    """How it is related now, with the steps taken; what they take away is marked so."""
    rows = _by_slug(now)
    for step in wanted:
        if step.row:
            rows[step.to] = step.row
        elif step.to in rows:
            rows[step.to] = {**rows[step.to], "how": APART}
    return list(rows.values())


def _by_slug(rows: Iterable[Row]) -> dict[str, Row]:
    return {row["to"]: row for row in rows}


def edge(slug: str, row: Row) -> Edge:
    """As it is kept: from the one that comes before, or is the special case."""
    how = Relative(row["how"])
    if how in Relation.values:
        return str(how), slug, row["to"]
    return str(how.back), row["to"], slug


def in_a_circle(kept: Iterable[Edge], slug: str, wanted: Iterable[Step]) -> Edge | None:
    """The first relation with which something would come before itself, or be its own special
    case, once the steps are taken."""
    wanted = list(wanted)
    touched = {frozenset((slug, step.to)) for step in wanted}
    new = [edge(slug, step.row) for step in wanted if step.row]
    edges = {each for each in kept if frozenset(each[1:]) not in touched} | set(new)
    for each in new:
        if each[0] in STRAIGHT and _leads(edges, each):
            return each
    return None


def _leads(edges: set[Edge], back: Edge) -> bool:
    """Whether one comes from the end of this relation to its start."""
    above: dict[str, list[str]] = {}
    for how, start, end in edges:
        if how == back[0]:
            above.setdefault(start, []).append(end)
    seen, waiting = set(), [back[2]]
    while waiting:
        current = waiting.pop()
        if current == back[1]:
            return True
        if current not in seen:
            seen.add(current)
            waiting += above.get(current, [])
    return False
