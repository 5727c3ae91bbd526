"""How an article or page read before, side by side with how it read then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from media4sec.journal.models import Article, Document, Page
from media4sec.journal.writing import joined
from media4sec.kit import revisions

#: So many of the newest changes are compared on one page.
MOST = 20


@dataclass(frozen=True)
class Change:
    """What one edit did: the text before and after, with what went and came marked."""

    version: int  # the one before the edit
    at: datetime | None
    old_title: str
    new_title: str
    old: SafeString
    new: SafeString


@dataclass(frozen=True)
class History:
    thing: Any
    base: str  # the address under which versions are restored; "": nowhere
    changes: list[Change]
    more: int  # how many older ones are not shown


def history_page(thing: Article | Page | Document) -> History:
    """One query; comparing is bounded by the number of changes shown."""
    kept = revisions.kept(thing)
    now = (thing.title, _text(thing), _changed_at(thing))
    steps = [(each.title, each.body, each.written_at) for each in kept] + [now]
    newest_first = list(reversed(range(len(kept))))
    changes = [
        _change(kept[number].version, steps[number], steps[number + 1])
        for number in newest_first[:MOST]
    ]
    return History(thing, _base(thing), changes, max(0, len(kept) - MOST))


def _base(thing: Article | Page | Document) -> str:
    if isinstance(thing, Document):
        return ""  # its text is seldom changed, and then by hand
    if isinstance(thing, Page):
        return reverse("journal:page_history", args=[thing.slug]).removesuffix("history/")
    return reverse("journal:history", args=[thing.pk]).removesuffix("history/")


def _text(thing: Article | Page | Document) -> str:
    if isinstance(thing, Document):
        return thing.abstract
    first_line = thing.standfirst if isinstance(thing, Article) else thing.summary
    return joined(first_line, thing.body)


def _changed_at(thing: Article | Page | Document) -> datetime | None:
    return thing.changed_at if isinstance(thing, Page) else thing.edited_at


def _change(
    version: int,
    before: tuple[str, str, datetime | None],
    after: tuple[str, str, datetime | None],
) -> Change:
    pieces = revisions.compare(before[1], after[1])
    return Change(
        version=version,
        at=after[2],
        old_title=before[0] if before[0] != after[0] else "",
        new_title=after[0] if before[0] != after[0] else "",
        old=revisions.marked(pieces, "del"),
        new=revisions.marked(pieces, "ins"),
    )
