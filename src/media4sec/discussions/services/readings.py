"""How far somebody has read, and whether they follow. Nobody else learns of it."""

from django.db.models import F
from django.db.models.functions import Greatest

from media4sec.discussions.models import Reading, Topic
from media4sec.kit import watching
from media4sec.kit.clock import now
from media4sec.kit.permissions import require
from media4sec.kit.refs import Ref
from media4sec.kit.watching import Level
from media4sec.members.models import Member


def begin(topic: Topic, *, by: Member) -> None:
    """Who starts a topic follows it."""
    Reading.objects.create(member=by, topic=topic, read_at=now())
    watching.follow(Ref.to(topic), by=by)


def move_on(topic: Topic, *, by: Member, number: int, is_first: bool) -> None:
    """Who replies has read; and follows from the first time on, unless they said otherwise."""
    changed = Reading.objects.filter(member=by, topic=topic).update(
        number=Greatest(F("number"), number), read_at=now()
    )
    if not changed:
        Reading.objects.create(member=by, topic=topic, number=number, read_at=now())
    if is_first:
        watching.follow(Ref.to(topic), by=by)


def mark_read(topic: Topic, *, by: Member, number: int) -> None:
    """Read up to this reply; it never goes back. One statement, two the first time."""
    read = min(number, topic.last_number)
    mine = Reading.objects.filter(member=by, topic=topic)
    if not mine.update(number=Greatest(F("number"), read), read_at=now()):
        mark_opened(topic, by=by, number=number)


def mark_opened(topic: Topic, *, by: Member, number: int) -> None:
    """The same for whom we know to be here for the first time: one statement."""
    number = min(number, topic.last_number)
    # Two tabs may open the same topic at the same moment.
    Reading.objects.bulk_create(
        [Reading(member=by, topic=topic, number=number, read_at=now())], ignore_conflicts=True
    )


def follow(topic: Topic, *, by: Member) -> None:
    _set(topic, by, Level.EVERYTHING)


def mute(topic: Topic, *, by: Member) -> None:
    _set(topic, by, Level.MUTED)


def unfollow(topic: Topic, *, by: Member) -> None:
    """Neither followed nor muted any more."""
    _set(topic, by, Level.NORMAL)


def _set(topic: Topic, by: Member, level: str) -> None:
    # Not recorded: what somebody follows is their own affair.
    require(by, "discussions.follow", topic)
    watching.watch(Ref.to(topic), by=by, level=level)
