"""A visitor as the reading gate sees one, so that its questions can be prepared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser

from media4sec.members.models import is_reader


@dataclass(frozen=True)
class Reader:
    """Somebody in good standing: all that ``visible_to`` asks of a member who is."""

    pk: int
    circle_ids: Sequence[int]
    is_authenticated = is_active = is_confirmed = True
    is_suspended = False

    @staticmethod
    def of(reader: int | None, circles: Sequence[int]) -> Any:
        """None reads what a stranger reads, like a suspended member."""
        return AnonymousUser() if reader is None else Reader(reader, circles)


def as_reader(visitor: Any) -> dict[str, Any]:
    """The values that stand for this visitor in a prepared question."""
    reads = is_reader(visitor)
    return {
        "reader": visitor.pk if reads else None,
        "member": visitor.pk if visitor.is_authenticated else None,
        "circles": sorted(visitor.circle_ids) if reads else [],
    }
