"""How every service of a check begins."""

from __future__ import annotations

from typing import Any

from media4sec.assessments import rules  # noqa: F401 - whoever comes in meets the rules
from media4sec.assessments.models import Check
from media4sec.assessments.packs.shelf import rulebook
from media4sec.kit.permissions import THE_HOUSE, require
from media4sec.members.models import Member


def enter(check: Check, permission: str, *, by: Any) -> None:
    """Gate and lock: who changes a check holds it, so that two changes follow each other.

    The gate is asked again inside the lock, of the member as they are by then: who was removed or
    suspended a moment ago, or left the circle, does not come in.
    """
    require(by, permission, check)
    check.refresh_from_db(from_queryset=Check.objects.select_for_update(of=("self",)))
    require(by if by is THE_HOUSE else Member.objects.get(pk=by.pk), permission, check)


def packs_of(country: str) -> list[dict[str, str]]:
    """The rules of a country, as a check notes them."""
    return [{"id": head.id, "version": head.version} for head in rulebook(country).heads]
