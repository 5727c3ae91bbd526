"""What comes out: findings by key, in a fixed order."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from media4sec.assessments.packs.schema import Band, Kind, Regime

Levels = tuple[int, int]  # severity, likelihood

#: Row severity, column likelihood. A table, for ordinal levels cannot be multiplied.
_L, _M, _H = Band.LOW, Band.MEDIUM, Band.HIGH
MATRIX = (
    (_L, _L, _L, _M),
    (_L, _M, _M, _H),
    (_L, _M, _H, _H),
    (_M, _H, _H, _H),
)


class Outcome(StrEnum):
    """From strict to mild."""

    BLOCKED = "blocked"
    CONSULT = "consult"
    CONDITIONS = "conditions"
    CLEAR = "clear"


@dataclass(frozen=True)
class Evidence:
    """What is on the table: safeguards whose evidence was accepted, papers, consents, opinions."""

    safeguards: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    authorisations: frozenset[str] = frozenset()
    opinions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Gauged:
    """Levels that reviewers set, and the floor they had before them."""

    levels: Levels
    floor: Levels = (4, 4)

    def over(self, floor: Levels) -> Levels:
        """What counts over a floor. Levels that lie under one that rose since lie under it no
        more: nobody has looked at that."""
        if all(now <= then for now, then in zip(floor, self.floor, strict=True)):
            return self.levels
        return max(self.levels[0], floor[0]), max(self.levels[1], floor[1])


@dataclass(frozen=True, order=True)
class Cause:
    """Why something follows: where that stands in the pack."""

    place: str  # "questions.q15.open", "rules.X04", "activities.darkweb"
    sources: tuple[str, ...]
    #: It follows only if what is not known turns out so.
    is_assumed: bool = False
    note: str = ""


@dataclass(frozen=True)
class Needed:
    """Something that must be there, why, and whether it is."""

    key: str
    causes: tuple[Cause, ...]
    is_there: bool


@dataclass(frozen=True)
class Line:
    """A red line that is crossed, or cannot be ruled out."""

    key: str
    kind: Kind
    causes: tuple[Cause, ...]
    gates: tuple[str, ...]
    missing: tuple[str, ...]  # gates that are not open

    @property
    def is_assumed(self) -> bool:
        return all(cause.is_assumed for cause in self.causes)

    @property
    def blocks(self) -> bool:
        return self.kind == Kind.ABSOLUTE or bool(self.missing)


@dataclass(frozen=True)
class Row:
    """A risk before and after safeguards."""

    key: str
    gross: Levels
    residual: Levels
    causes: tuple[Cause, ...]
    cut_by: tuple[str, ...]

    @property
    def before(self) -> Band:
        return band(self.gross)

    @property
    def after(self) -> Band:
        return band(self.residual)


@dataclass(frozen=True)
class Block:
    """What may not happen as long as this holds."""

    what: str  # "publish" or "approve"
    causes: tuple[Cause, ...]
    unless: str  # what would lift it; "" when nothing does


@dataclass(frozen=True, order=True)
class ToCome:
    """What will follow once its provision applies."""

    effect: str  # where it stands
    what: tuple[str, ...]  # keys it would bring
    first: date
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """All that follows from the answers, by key, in a fixed order."""

    activity: str
    day: date
    packs: tuple[str, ...]
    regime: Regime | None
    outcome: Outcome
    red_lines: tuple[Line, ...]
    lines_checked: tuple[str, ...]  # not crossed
    blocks: tuple[Block, ...]
    risks: tuple[Row, ...]
    safeguards: tuple[Needed, ...]
    authorisations: tuple[Needed, ...]
    documents: tuple[Needed, ...]
    opinions: tuple[Needed, ...]
    criteria: tuple[str, ...]
    notes: tuple[Cause, ...]
    to_come: tuple[ToCome, ...]
    asked: tuple[str, ...]
    unanswered: tuple[str, ...]
    not_known: tuple[str, ...]
    may_act_first: bool

    @property
    def can_be_approved(self) -> bool:
        """Whether an approver may decide. Nothing and nobody decides across a red line."""
        is_whole = not self.unanswered and not self.not_known
        return is_whole and self.outcome != Outcome.BLOCKED

    def as_bytes(self) -> bytes:
        """The result as canonical JSON."""
        said = json.dumps(asdict(self), default=_plain, sort_keys=True, ensure_ascii=False)
        return said.encode()

    def as_data(self) -> dict[str, Any]:
        """The same, as a table of the database keeps it."""
        said: dict[str, Any] = json.loads(self.as_bytes())
        return said


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a result")


def band(levels: Levels) -> Band:
    severity, likelihood = levels
    return MATRIX[severity - 1][likelihood - 1]


def keys(several: Iterable[Any]) -> list[str]:
    """The keys of findings, in their order."""
    return [each.key for each in several]
