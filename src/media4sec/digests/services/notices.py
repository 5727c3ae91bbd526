"""What somebody watches, and what they have read of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models, transaction
from django.utils.translation import gettext as _

from media4sec.digests import reading
from media4sec.digests.models import Notice
from media4sec.kit import watching
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import require
from media4sec.kit.refs import Ref
from media4sec.members.models import Member

#: More would be no watching: and each costs a look whenever something happens.
MOST_WATCHES = 2000


@transaction.atomic
def watch(ref: Ref, *, by: Member, level: str) -> None:
    """Follow a thing, circle, theme or kind this closely; ``ref`` is one they may open."""
    require(by, "digests.watch")
    if by.watches.count() >= MOST_WATCHES and not watching.level_of(ref, by=by):
        raise Refused(_("You watch very many things. Stop watching some of them first."))
    watching.watch(ref, by=by, level=level)
    if level == watching.Level.MUTED:
        # What waits for a letter stays on the page of notices, and in no letter.
        waiting = Notice.objects.visible_to(by).filter(letter__isnull=True)
        waiting.filter(place_kind=ref.kind, place_id=ref.pk).update(mail_at=None)


@transaction.atomic
def mark_read(notices: Iterable[int], *, by: Member) -> int:
    """These are known now; how many were new."""
    return _mark(Notice.objects.visible_to(by).filter(pk__in=list(notices)), by)


@transaction.atomic
def mark_all_read(*, by: Member, until: int) -> int:
    """All up to the newest that the page showed: what came since stays new."""
    return _mark(Notice.objects.visible_to(by).filter(pk__lte=until), by)


def mark_seen(ref: Ref, by: Member) -> None:
    """Who has the thing before them needs no notice of it any more. Asks nothing in most cases.

    Without a transaction: one statement on a page with nothing new, and a count that is
    behind for a moment is put right by the next one.
    """
    if by.new_notices:
        mine = Notice.objects.visible_to(by)
        by.new_notices -= _mark(mine.filter(place_kind=ref.kind, place_id=ref.pk), by)


def _mark(notices: models.QuerySet[Notice], by: Member) -> int:
    changed = notices.filter(read_at__isnull=True).update(read_at=now())
    if changed:
        reading.recount({by.pk})
    return changed


@transaction.atomic
def forget(notices: Iterable[int], *, by: Member) -> None:
    """Notices that say nothing any more: their thing is gone, or no longer for this member."""
    Notice.objects.visible_to(by).filter(pk__in=list(notices)).delete()
    reading.recount({by.pk})
