"""How often letters come, at what time, and that they stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from media4sec.digests.models import Mailbox, Notice, Rhythm
from media4sec.digests.rhythms import usual_pace
from media4sec.digests.times import Times, mail_at
from media4sec.kit.clock import now
from media4sec.kit.permissions import require
from media4sec.members.models import Member

Stop = Mailbox.Stop


@transaction.atomic
def choose_letters(*, by: Member, paces: Mapping[str, str], times: Mapping[str, Any]) -> Mailbox:
    """A member's rhythms and hours; what waits for a letter waits by the new ones."""
    require(by, "digests.choose_letters")
    for kind, pace in paces.items():
        Rhythm.objects.update_or_create(member=by, kind=kind, defaults={"pace": pace})
    box, _made = Mailbox.objects.update_or_create(member=by, defaults=dict(times))
    _reschedule(box)
    return box


@transaction.atomic
def stop_letters(*, by: Member) -> None:
    """One click, from a letter or the settings. Notices on the site go on."""
    require(by, "digests.choose_letters")
    _stop(by.pk, Stop.WISH)


@transaction.atomic
def start_letters(*, by: Member) -> None:
    """Letters come again; what waited meanwhile is on the page of notices, not in a letter."""
    require(by, "digests.choose_letters")
    Mailbox.objects.filter(member=by).update(
        stopped_at=None, stopped_because="", bounces=0, bounced_at=None
    )


def stop_for_bounces(member: int) -> None:
    """The house does it: letters came back."""
    _stop(member, Stop.BOUNCE)


def _stop(member: int, why: str) -> None:
    facts = {"stopped_at": now(), "stopped_because": why}
    Mailbox.objects.update_or_create(member_id=member, defaults=facts)
    Notice.objects.filter(member=member, letter__isnull=True).update(mail_at=None)


def _reschedule(box: Mailbox) -> None:
    waiting = Notice.objects.unread().filter(
        member=box.member_id, letter__isnull=True, mail_at__isnull=False
    )
    chosen = dict(Rhythm.objects.filter(member=box.member_id).values_list("kind", "pace"))
    changed = []
    for notice in waiting.order_by("-pk")[:1000]:
        key = Rhythm.ADDRESSED if notice.is_addressed else notice.thing_kind
        notice.mail_at = mail_at(chosen.get(key) or usual_pace(key), now(), Times.of(box))
        changed.append(notice)
    Notice.objects.bulk_update(changed, ["mail_at"], batch_size=200)
