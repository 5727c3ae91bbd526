"""The log is read: activities become notices, for whoever cares about them.

Some hundred notices and the bookmark are written in one transaction. A worker killed anywhere
has either done both or neither; and nobody is told twice of one activity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from media4sec.digests.models import Bookmark, Mailbox, Notice, Rhythm
from media4sec.digests.rhythms import usual_pace
from media4sec.digests.times import Times, mail_at
from media4sec.kit.clock import now
from media4sec.kit.entry import Entry
from media4sec.kit.marking import Label
from media4sec.kit.models import Activity
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Kind, kinds
from media4sec.kit.watching import Level, everything_of, watches
from media4sec.members.audience import CIRCLE_LABELS
from media4sec.members.models import Circle, Member, Membership

#: Notices a transaction writes: more would hold up those who write in the house.
AT_A_TIME = 500
#: So long a notice stays on the page.
KEPT = timedelta(days=180)
Reason = Notice.Reason


class Told(NamedTuple):
    """Whom an activity tells, why, and which of their searches it fits."""

    member: int
    reason: str
    searches: list[str]


def read_log() -> int:
    """Read what is new in the log; how many notices came of it. Looks before it locks."""
    total = 0
    while _is_behind():
        made = _read_some()
        if made is None:
            break
        total += made
    return total


def begin_here() -> None:
    """On the first day: what happened before is no news."""
    if not Bookmark.objects.exists():
        last = Activity.objects.aggregate(last=Max("pk"))["last"]
        Bookmark.objects.get_or_create(pk=1, defaults={"activity": last or 0})


def _is_behind() -> bool:
    begin_here()
    mark = Bookmark.objects.get(pk=1)
    return Activity.objects.filter(pk__gt=mark.activity).exists()


@transaction.atomic
def _read_some() -> int | None:
    """A few notices and the bookmark, or nothing; None when nothing can be read yet."""
    mark = Bookmark.objects.select_for_update().get(pk=1)
    told: set[int] = set()
    has_read = False
    for activity in _settled(mark.activity)[:AT_A_TIME]:
        wanted = _recipients(activity, mark.member)
        some = list(islice(wanted, AT_A_TIME - len(told)))
        _tell(activity, some)
        told |= {each.member for each in some}
        has_read = True
        if some and len(told) >= AT_A_TIME:
            mark.member = some[-1].member
            break
        mark.activity, mark.member = activity.pk, 0
    mark.save(update_fields=["activity", "member"])
    recount(told)
    return len(told) if has_read else None


def _settled(after: int) -> QuerySet[Activity]:
    """Activities after this one that no slower transaction can still come before.

    In SQLite one transaction writes at a time. In PostgreSQL a lower number may appear later: what
    is younger than the oldest transaction still under way waits for the next look.
    """
    activities = Activity.objects.filter(pk__gt=after).order_by("pk")
    if connection.vendor != "postgresql" or connection.savepoint_ids:
        return activities  # the second: within somebody's own transaction, as the demo is
    oldest = RawSQL("(pg_snapshot_xmin(pg_current_snapshot())::text::bigint & 4294967295)", ())
    own = RawSQL("(kit_activity.xmin::text::bigint)", ())
    return activities.annotate(own=own).filter(own__lt=oldest)


def recount(members: set[int]) -> None:
    """Bring the number at the bell up to date."""
    unread = Notice.objects.unread().filter(member=OuterRef("pk")).order_by()
    counted = unread.values("member").annotate(count=Count("pk")).values("count")
    if members:
        Member.objects.filter(pk__in=members).update(new_notices=Coalesce(Subquery(counted), 0))


def _tell(activity: Activity, recipients: list[Told]) -> None:
    """One notice each, with the moment it may be in a letter."""
    kind = activity.subject_kind
    paces = _Paces(kind, [each.member for each in recipients]) if recipients else None
    place = _place(activity) if recipients else activity.subject
    Notice.objects.bulk_create(
        [
            Notice(
                member_id=each.member,
                activity=activity,
                reason=each.reason,
                searches=each.searches,
                thing_kind=kind,
                thing_id=activity.subject_id,
                place_kind=place.kind,
                place_id=place.pk,
                at=activity.at,
                mail_at=paces.mail_at(each.member, each.reason, activity) if paces else None,
            )
            for each in recipients
        ],
        ignore_conflicts=True,
    )


def _place(activity: Activity) -> Ref:
    """What the thing stands under; itself when under nothing."""
    kind = kinds()[activity.subject_kind]
    things = kind.fetch([activity.subject_id]) if kind.whole else ()
    return next((kind.whole(thing) for thing in things if kind.whole), activity.subject)


class _Paces:
    """The rhythms of some members, for one kind of thing: in two questions."""

    def __init__(self, kind: str, members: list[int]) -> None:
        self.kind = kind
        chosen = Rhythm.objects.filter(member__in=members, kind__in=[kind, Rhythm.ADDRESSED])
        self.paces = {(each.member_id, each.kind): each.pace for each in chosen}
        self.boxes = Mailbox.objects.in_bulk(members)

    def mail_at(self, member: int, reason: str, activity: Activity) -> Any:
        key = Rhythm.ADDRESSED if reason in Notice.ADDRESSED else self.kind
        pace = self.paces.get((member, key)) or usual_pace(key)
        box = self.boxes.get(member) or Mailbox(member_id=member)
        return None if box.stopped_at else mail_at(pace, activity.at, Times.of(box))


# Who cares


def _recipients(activity: Activity, after: int) -> Iterator[Told]:
    """Whom this tells something, in the order of their numbers, beyond number ``after``."""
    kind = kinds().get(activity.subject_kind)
    if kind is None or activity.verb not in {*kind.begins, *kind.tells_author}:
        return
    for thing in kind.fetch([activity.subject_id]):
        news = _News(activity, kind, thing)
        heard = news.heard()
        heard.pop(activity.actor_id or 0, None)
        waiting = sorted(pk for pk in heard if pk > after)
        for start in range(0, len(waiting), AT_A_TIME):
            some = waiting[start : start + AT_A_TIME]
            readers = _readers(kind.entry(thing), some, set(kind.writers(thing)))
            yield from (Told(pk, heard[pk], news.names(pk, heard[pk])) for pk in readers)


def _readers(entry: Entry, among: list[int], writers: set[int]) -> list[int]:
    """Those of them who can read it, by its marking. What they are shown is asked again."""
    people = Member.objects.reading().filter(pk__in=among)
    if entry.label in CIRCLE_LABELS:
        inside = Membership.objects.filter(circle=entry.circle_id, member__in=among)
        people = people.filter(pk__in={*writers, *inside.values_list("member_id", flat=True)})
    if entry.label == Label.RED:
        people = people.filter(pk__in={*writers, *entry.reader_ids})
    return list(people.order_by("pk").values_list("pk", flat=True))


@dataclass
class _News:
    """One activity, and who would like to hear of it."""

    activity: Activity
    kind: Kind
    thing: Any

    def heard(self) -> dict[int, str]:
        """Member → why. What speaks to somebody counts more than what they only follow."""
        heard, writers = {}, set(self.kind.writers(self.thing))
        if self.activity.verb in self.kind.begins:
            heard = {pk: why for pk, why in self._wanted().items() if pk not in writers}
        if self.activity.verb in self.kind.tells_author:
            heard |= dict.fromkeys(writers, Reason.TOLD)
        return heard

    def names(self, member: int, reason: str) -> list[str]:
        """What they call the searches it fits, where that is why they hear."""
        return self.sought[member] if reason == Reason.FOUND else []

    def _wanted(self) -> dict[int, str]:
        heard = self._under() if self.kind.is_part else self._new()
        heard |= dict.fromkeys(self.kind.speaks_to(self.thing), Reason.ANSWERED)
        heard |= dict.fromkeys(self.activity.facts.get("mentioned", ()), Reason.MENTIONED)
        muted = _who(self.chosen, Level.MUTED) if self.kind.is_part else set()
        return {pk: reason for pk, reason in heard.items() if pk not in muted}

    @cached_property
    def entry(self) -> Entry:
        return self.kind.entry(self.thing)

    @cached_property
    def place(self) -> Ref:
        """What it stands under; for what stands under nothing, all things of its kind."""
        if self.kind.whole:
            return self.kind.whole(self.thing)
        return everything_of(self.kind.name)

    @cached_property
    def chosen(self) -> dict[int, str]:
        return _levels(self.place)

    @cached_property
    def sought(self) -> Mapping[int, list[str]]:
        return self.kind.sought_by(self.thing)

    @cached_property
    def in_circle(self) -> dict[int, str]:
        circle = self.entry.circle_id
        return _levels(Ref(Circle._meta.label_lower, circle)) if circle else {}

    def _under(self) -> dict[int, str]:
        """Who watches the place; its author; who wants all of the circle and said no less here."""
        wanting = _who(self.chosen, Level.EVERYTHING)
        wanting |= _who(self.in_circle, Level.EVERYTHING) - set(self.chosen)
        heard: dict[int, str] = dict.fromkeys(wanting, Reason.UNDER)
        return heard | self._writers_of_place()

    def _writers_of_place(self) -> dict[int, str]:
        """What is left under an article speaks to who wrote it; in a discussion, people speak to
        each other. Who chose how closely to watch it hears as they chose."""
        kind = kinds().get(self.place.kind)
        if kind is None:
            return {}
        why = Reason.ANSWERED if kind.takes_replies else Reason.UNDER
        writers = {pk for thing in kind.fetch([self.place.pk]) for pk in kind.writers(thing)}
        return dict.fromkeys(writers - set(self.chosen), why)

    def _new(self) -> dict[int, str]:
        """Who watches the kind, one of its themes, or its circle: there members do by joining;
        and who keeps a search that it fits.

        Whoever muted one of these hears nothing, whatever else they watch or seek.
        """
        themes = [_levels(Ref("kit.theme", theme)) for theme in self.entry.themes]
        places = [self.chosen, self.in_circle, *themes]
        wanting = set().union(*(_who(levels, Level.EVERYTHING) for levels in places))
        if self.entry.circle_id:
            inside = Membership.objects.filter(circle=self.entry.circle_id)
            wanting |= set(inside.values_list("member_id", flat=True))
        muted = set().union(*(_who(levels, Level.MUTED) for levels in places))
        heard: dict[int, str] = dict.fromkeys(wanting, Reason.NEW)
        heard |= dict.fromkeys(self.sought, Reason.FOUND)
        return {pk: reason for pk, reason in heard.items() if pk not in muted}


def _levels(ref: Ref) -> dict[int, str]:
    """Member → how closely they watch this."""
    return dict(watches(ref).values_list("member_id", "level"))


def _who(levels: dict[int, str], level: str) -> set[int]:
    return {pk for pk, chosen in levels.items() if chosen == level}


def sweep() -> None:
    """Forget notices of half a year ago, and all that was kept for people who have left."""
    old = Notice.objects.filter(at__lt=now() - KEPT)
    members = set(old.values_list("member_id", flat=True)[:5000])
    old.filter(member__in=members).delete()
    recount(members)
    for model in (Notice, Rhythm, Mailbox):
        model._default_manager.filter(member__is_active=False).delete()
