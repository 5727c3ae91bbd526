"""What a member takes along of this room: for the file with all that we hold about them."""

from __future__ import annotations

from typing import Any

from media4sec.digests.models import Mailbox, Notice, Rhythm
from media4sec.kit.models import Watch
from media4sec.members.models import Member

_OF_NOTICES = ("reason", "searches", "thing_kind", "thing_id", "at", "read_at")


def everything_of(member: Member) -> dict[str, Any]:
    """Choices and watches; of notices only when and why: their words belong to others."""
    box = Mailbox.objects.filter(member=member).values(
        "time_zone", "quiet_from", "quiet_until", "hour", "weekday", "stopped_at"
    )
    notices = Notice.objects.visible_to(member)[:5000]
    return {
        "mailbox": next(iter(box), None),
        "rhythms": list(Rhythm.objects.filter(member=member).values("kind", "pace")),
        "watches": [
            {"kind": each.thing_kind, "number": each.thing_id, "level": each.level}
            for each in Watch.objects.filter(member=member).order_by("pk")
        ],
        "notices": list(notices.values(*_OF_NOTICES)),
    }
