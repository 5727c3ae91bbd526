"""A visitor as the reading gate sees one, so that its questions can be prepared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser

from media4sec.members.models import is_reader


@dataclass(frozen=True)
class Reader:
    """All that ``visible_to`` asks of a member; ``is_reader`` decides about it as about them."""

    pk: int
    circle_ids: Sequence[int]
    is_confirmed: bool
    is_authenticated = is_active = True
    is_suspended = False

    @staticmethod
    def of(member: int | None, circles: Sequence[int] | None) -> Any:
        """``circles`` is None for a member who reads no more than strangers do."""
        if member is None:
            return AnonymousUser()
        return Reader(member, circles or (), is_confirmed=circles is not None)


def as_reader(visitor: Any) -> dict[str, Any]:
    """The values that stand for this visitor in a prepared question."""
    return {
        "member": visitor.pk if visitor.is_authenticated else None,
        "circles": sorted(visitor.circle_ids) if is_reader(visitor) else None,
    }
