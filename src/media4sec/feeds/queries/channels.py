"""Channels: everything, each kind, each theme, a search. And one page of any of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from media4sec.feeds.models import Publication
from media4sec.feeds.queries.publications import live, syndicated
from media4sec.kit.clock import now
from media4sec.kit.ical import Dated
from media4sec.kit.models import Theme
from media4sec.kit.paging import Page, keyset_page
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Kind, MenuItem, rooms

EVERYTHING = "everything"
_THEME = "theme-"
_MOST_CHOSEN = 100
#: A calendar keeps what was so long ago, and no more than so many dates.
_PAST, _MOST_DATES = timedelta(days=90), 500


@dataclass(frozen=True)
class Channel:
    """A feed: which publications, what it is called, where people read the same."""

    name: str
    label: str  # what it is called among the others
    about: str
    home: str  # address of the page for people
    which: Q
    query: str = ""  # what stands behind the address of a search's feed
    icon: str = "radio-tower"

    @property
    def title(self) -> str:
        """What it is called in a feed reader, among feeds of other sites."""
        return f"{self.label} · {settings.SITE_NAME}" if self.name != EVERYTHING else self.label

    def url(self, ending: str) -> str:
        """The address of the feed as "atom" or "json"."""
        if self.query:
            return f"/search/feed.{ending}?{self.query}"
        return reverse(f"feeds:{ending}", args=[self.name])


@dataclass(frozen=True)
class FeedPage:
    channel: Channel
    page: Page[Publication]
    changed_at: datetime | None  # no later than this anything in it last came, changed or went


def channels() -> list[Channel]:
    """All of them, in one query: for the page, for OPML."""
    themes = Theme.objects.defer("body", "body_html", "questions")
    return [_everything(), *map(_of_kind, syndicated()), *map(_of_theme, themes)]


def channel(name: str) -> Channel | None:
    """The channel of that name; at most one query."""
    if name == EVERYTHING:
        return _everything()
    if name.startswith(_THEME):
        theme = Theme.objects.filter(slug=name.removeprefix(_THEME)).first()
        return _of_theme(theme) if theme else None
    kind = next((k for k in syndicated() if k.model._meta.model_name == name), None)
    return _of_kind(kind) if kind else None


def chosen(refs: Iterable[Ref], *, label: str, home: str, query: str) -> Channel:
    """A channel of things that somebody else has found, such as a search."""
    by_kind: dict[str, list[int]] = {}
    for ref in list(refs)[:_MOST_CHOSEN]:
        by_kind.setdefault(ref.kind, []).append(ref.pk)
    which = Q(pk__in=[])
    for kind, pks in by_kind.items():
        which |= Q(thing_kind=kind, thing_id__in=pks)
    about = _("The newest things that everyone may read and that were found by this search.")
    return Channel("search", label, about, home, which, query=query)


def feed_page(channel: Channel, *, before: str) -> FeedPage:
    """One page of a channel, newest first, in two queries; of a search in one."""
    rows = live().filter(channel.which).select_related("author", "theme", "other_theme")
    page = keyset_page(rows, by="published_at", before=before)
    if channel.query:
        # What it finds changes with every word written: no moment could be named for all of it.
        return FeedPage(channel, page, None)
    # What went counts as well, or a reader who asks "since when?" would keep showing it; and what
    # went to another theme says nothing of where it was.
    changed = Publication.objects.aggregate(last=Max("changed_at"))
    return FeedPage(channel, page, changed["last"])


def dates(channel: Channel) -> list[Dated]:
    """What takes place in a channel, the last months included: for calendars that follow it."""
    rows = live().filter(channel.which, starts_at__gt=now() - _PAST).order_by("starts_at", "pk")
    return [
        Dated(
            Ref(row.thing_kind, row.thing_id),
            row.title,
            row.url,
            row.starts_at,
            row.ends_at,
            row.place,
            row.summary,
            is_public=True,
        )
        for row in rows[:_MOST_DATES]
        if row.starts_at
    ]


def _everything() -> Channel:
    return Channel(
        EVERYTHING,
        settings.SITE_NAME,
        _("Everything that everyone may read."),
        "/",
        Q(),
    )


def _of_kind(kind: Kind) -> Channel:
    item = _page_of(kind)
    return Channel(
        str(kind.model._meta.model_name),
        str(item.title if item else kind.plural),
        _("%(things)s that everyone may read.") % {"things": kind.plural},
        reverse(item.url) if item else "/",
        Q(thing_kind=kind.name),
        icon=kind.icon,
    )


def _page_of(kind: Kind) -> MenuItem | None:
    """Where people read things of this kind: its room's line in the menu with the same icon."""
    menus = (item for room in rooms() if kind in room.kinds for item in room.menu)
    return next((item for item in menus if item.icon == kind.icon), None)


def _of_theme(theme: Theme) -> Channel:
    return Channel(
        f"{_THEME}{theme.slug}",
        theme.title,
        theme.summary,
        theme.get_absolute_url(),
        Q(theme=theme.pk) | Q(other_theme=theme.pk),
        icon=theme.icon,
    )
