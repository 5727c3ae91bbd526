"""Notices as lines: on the page of notices and in letters the same words, no more than may travel.

Each thing is asked for again when a line is made: what its reader may no longer read says nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media4sec.digests.models import Notice
from media4sec.kit.entry import Entry
from media4sec.kit.marking import Attribution, Door, Extent, Label, extent
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Kind, kinds
from media4sec.members.models import Circle, Member

Reason = Notice.Reason
EXCERPT = 140


@dataclass(frozen=True)
class Line:
    """One line, ready to show."""

    sentence: str
    url: str
    excerpt: str
    circle: str
    label: str  # "" where no word of the thing is said
    icon: str
    at: datetime
    is_addressed: bool
    is_new: bool
    pks: tuple[int, ...]

    @property
    def key(self) -> str:
        """What the form of this line sends: its notices."""
        return ",".join(str(pk) for pk in self.pks)


@dataclass(frozen=True)
class _Told:
    """A notice and its thing as it passes the door to its reader."""

    notice: Notice
    kind: Kind
    entry: Entry
    has_words: bool


class Lines:
    """The lines of one member's notices, in few queries: two and a fetch for each kind of thing."""

    def __init__(self, member: Member, notices: Iterable[Notice]) -> None:
        self.member = member
        self.notices = list(notices)
        self.entries = _entries(member, {notice.thing for notice in self.notices})
        self.circles = _circles(member, self.entries.values())

    @property
    def untold(self) -> list[int]:
        """Notices of what their reader may not read any more, or what is gone."""
        return [each.pk for each in self.notices if each.thing not in self.entries]

    def lines(self) -> list[Line]:
        """The newest first; several notices that say the same are one line."""
        groups: dict[Any, list[_Told]] = defaultdict(list)
        for notice in self.notices:
            if told := self._told(notice):
                groups[self._group(told)].append(told)
        made = [self._line(group) for group in groups.values()]
        return sorted(made, key=lambda line: line.at, reverse=True)

    def _told(self, notice: Notice) -> _Told | None:
        whole = self.entries.get(notice.thing)
        entry = whole.through(Door.MAIL) if whole else None
        if entry is None:
            return None
        return _Told(notice, kinds()[notice.thing_kind], entry, bool(entry.title))

    def _group(self, told: _Told) -> Any:
        notice = told.notice
        is_new = notice.read_at is None
        if not told.has_words:
            return ("hint", told.entry.circle_id, is_new)
        if notice.reason == Reason.UNDER:
            return (notice.place, is_new)
        return notice.pk

    def _line(self, group: list[_Told]) -> Line:
        newest = max(group, key=lambda told: told.notice.at)
        entry, notice = newest.entry, newest.notice
        circle = self.circles.get(entry.circle_id or 0, "")
        is_one = len(group) == 1
        return Line(
            sentence=_sentence(newest, len(group), circle),
            # An address says the title: where no word may be said, the notice leads there.
            url=entry.url or notice.get_absolute_url(),
            excerpt=shorten(entry.text, EXCERPT, placeholder=" …") if is_one else "",
            circle=circle if newest.has_words else "",
            label=entry.label if newest.has_words else "",
            icon=newest.kind.icon if newest.has_words else "lock",
            at=notice.at,
            is_addressed=any(told.notice.is_addressed for told in group),
            is_new=notice.read_at is None,
            pks=tuple(sorted(told.notice.pk for told in group)),
        )


def _entries(member: Member, refs: set[Ref]) -> dict[Ref, Entry]:
    """What of this the member may open now."""
    found: dict[Ref, Entry] = {}
    for name, kind in kinds().items():
        keys = [ref.pk for ref in refs if ref.kind == name]
        if not keys:
            continue
        seen = set(kind.visible_to(member).filter(pk__in=keys).values_list("pk", flat=True))
        for thing in kind.fetch(seen):
            entry = kind.entry(thing)
            found[entry.ref] = entry
    return found


def _circles(member: Member, entries: Iterable[Entry]) -> dict[int, str]:
    """Names of circles, as far as the member may know them."""
    wanted = {entry.circle_id for entry in entries if entry.circle_id}
    known = Circle.objects.visible_to(member).filter(pk__in=wanted)
    return dict(known.values_list("pk", "title")) if wanted else {}


def _sentence(told: _Told, count: int, circle: str) -> str:
    if not told.has_words:
        return _hint(count, circle)
    words = {"title": told.entry.title, "kind": told.kind.title, "who": _who(told.entry)}
    reason = told.notice.reason
    if reason == Reason.TOLD:
        done = told.kind.tells_author.get(told.notice.activity.verb, told.kind.title)
        return _("%(done)s: “%(title)s”") % {**words, "done": done}
    if reason == Reason.UNDER:
        said = ngettext("%(who)s replied in “%(title)s”", "%(count)d replies in “%(title)s”", count)
        return said % {**words, "count": count}
    if reason == Reason.MENTIONED:
        return _("%(who)s mentioned you in “%(title)s”") % words
    if reason == Reason.ANSWERED:
        return _("%(who)s answered you in “%(title)s”") % words
    if reason == Reason.FOUND:
        return _found(told.notice.searches, words)
    return _("%(kind)s: “%(title)s”") % words


def _found(searches: list[str], words: dict[str, Any]) -> str:
    """Which search it fits, by the name its owner gave it; of several the first."""
    said = ngettext(
        "%(kind)s “%(title)s” fits your search “%(search)s”",
        "%(kind)s “%(title)s” fits %(count)d of your searches, one of them is “%(search)s”",
        len(searches),
    )
    return said % {**words, "search": searches[0], "count": len(searches)}


def _hint(count: int, circle: str) -> str:
    if circle:
        said = ngettext("Something new in %(circle)s", "%(count)d new things in %(circle)s", count)
        return said % {"circle": circle, "count": count}
    return ngettext("Something new for you", "%(count)d new things for you", count) % {
        "count": count
    }


def _who(entry: Entry) -> str:
    """A name only where the whole thing may travel, and never under the seal."""
    is_whole = extent(Label(entry.label), Door.MAIL) is Extent.FULL
    if entry.attribution == Attribution.CHATHAM or not is_whole:
        return _("A member")
    return entry.author or _("A member")
