"""The page of notices, and how one thing is watched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from media4sec.digests.models import Mailbox, Notice
from media4sec.digests.queries.lines import Line, Lines
from media4sec.kit.paging import Page, keyset_page
from media4sec.kit.rooms import kinds
from media4sec.members.models import Member

#: Notices on a page; grouped they are fewer lines.
SIZE = 40


@dataclass(frozen=True)
class NoticesPage:
    new: list[Line]
    earlier: list[Line]
    page: Page[Notice]
    has_any_new: bool
    newest: int
    #: Their letters came back, and stopped.
    is_out_of_reach: bool
    #: What the page found to say nothing any more.
    untold: list[int]


def notices_page(member: Member, *, before: str, after: str) -> NoticesPage:
    """The newest first; what is new stands on top."""
    notices = Notice.objects.visible_to(member).select_related("activity")
    page = keyset_page(notices, by="at", before=before, after=after, size=SIZE)
    made = Lines(member, page.rows)
    lines = made.lines()
    bounced = Mailbox.objects.filter(member=member, stopped_because=Mailbox.Stop.BOUNCE)
    return NoticesPage(
        new=[line for line in lines if line.is_new],
        earlier=[line for line in lines if not line.is_new],
        page=page,
        has_any_new=member.new_notices > 0,
        newest=max((row.pk for row in page.rows), default=0),
        is_out_of_reach=bounced.exists(),
        untold=made.untold,
    )


def thing_of(notice: Notice, *, visitor: Member) -> Any:
    """What a notice leads to; None where it may not be opened any more."""
    kind = kinds().get(notice.thing_kind)
    if kind is None or not kind.visible_to(visitor).filter(pk=notice.thing_id).exists():
        return None
    return next(iter(kind.fetch([notice.thing_id])), None)
