"""How a pattern comes to be and changes: each time a version that stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.models import Theme
from media4sec.kit.permissions import require
from media4sec.patterns import rules  # noqa: F401 - whoever comes in meets the rules
from media4sec.patterns.card import Card
from media4sec.patterns.models import Pattern, PatternVersion
from media4sec.patterns.services.summaries import around, keep_beside


@dataclass(frozen=True)
class Sheet:
    """All that is written and chosen for a pattern."""

    slug: str
    title: str
    summary: str
    card: Card
    theme: Theme
    other_theme: Theme | None = None
    actors: Sequence[str] = ()
    platforms: Sequence[str] = ()
    phases: Sequence[str] = ()
    origin: str = Pattern.Origin.COMMUNITY
    is_group: bool = False


_CHOSEN = ["title", "summary", "theme", "other_theme", "origin", "is_group"]
_LISTED = ["actors", "platforms", "phases"]


def differs(pattern: Pattern, sheet: Sheet) -> bool:
    """Whether publishing the sheet would change anything that is read."""
    return (
        Card.read(pattern.content) != sheet.card
        or any(getattr(pattern, name) != getattr(sheet, name) for name in _CHOSEN)
        or any(list(getattr(pattern, name)) != list(getattr(sheet, name)) for name in _LISTED)
    )


@transaction.atomic
def publish_starter(sheet: Sheet, *, by: Any) -> Pattern:
    """A pattern that comes with the software: the house publishes it, not reviewed."""
    require(by, "patterns.publish")
    pattern = Pattern(slug=sheet.slug, is_starter=True, published_at=now())
    _take(pattern, sheet)
    pattern.save(force_insert=True)
    _keep_version(pattern, "First version.", [settings.SITE_NAME])
    record(by, "published", pattern, version=1)
    return pattern


@transaction.atomic
def publish_version(pattern: Pattern, sheet: Sheet, *, by: Any, changes: str) -> Pattern:
    """Replace what a pattern says; how it read stays at the address of its version."""
    require(by, "patterns.publish", pattern)
    pattern.refresh_from_db(from_queryset=Pattern.objects.select_for_update())
    require(by, "patterns.publish", pattern)
    _take(pattern, sheet)
    pattern.version += 1
    pattern.changed_at = now()
    pattern.save()
    _keep_version(pattern, changes, [settings.SITE_NAME])
    keep_beside([pattern, *around(pattern)])
    record(by, "revised", pattern, version=pattern.version)
    return pattern


def _take(pattern: Pattern, sheet: Sheet) -> None:
    for name in _CHOSEN:
        setattr(pattern, name, getattr(sheet, name))
    for name in _LISTED:
        setattr(pattern, name, list(getattr(sheet, name)))
    pattern.content = sheet.card.kept()
    pattern.html = sheet.card.html()
    pattern.text = sheet.card.search_text


def _keep_version(pattern: Pattern, changes: str, authors: list[str]) -> None:
    PatternVersion.objects.create(
        pattern=pattern,
        number=pattern.version,
        title=pattern.title,
        content={**pattern.content, "summary": pattern.summary},
        html=pattern.html,
        changes=changes,
        authors=authors,
        state=pattern.state,
        published_at=pattern.changed_at or pattern.published_at,
    )
