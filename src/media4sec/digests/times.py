"""When a letter may leave: pure, in the reader's own time zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings

from media4sec.digests.models import Mailbox, Rhythm

Pace = Rhythm.Pace


@dataclass(frozen=True)
class Times:
    """A reader's clock: their zone, quiet hours, and the hour and day of digests."""

    zone: ZoneInfo
    quiet_from: int
    quiet_until: int
    hour: int
    weekday: int

    @classmethod
    def of(cls, box: Mailbox) -> "Times":
        name = box.time_zone if box.time_zone in zones() else settings.TIME_ZONE
        return cls(ZoneInfo(name), box.quiet_from, box.quiet_until, box.hour, box.weekday)


@cache
def zones() -> frozenset[str]:
    """The zones of places, and UTC: no abbreviations, no machine's own."""
    return frozenset(
        name for name in available_timezones() if "/" in name and not name.startswith("Etc/")
    ) | {"UTC"}


def mail_at(pace: str, happened: datetime, times: Times) -> datetime | None:
    """When what happened then may be in a letter; None: never."""
    local = happened.astimezone(times.zone)
    if pace == Pace.AT_ONCE:
        return _after_quiet_hours(local, times)
    if pace == Pace.DAILY:
        return _next(local, times.hour)
    if pace == Pace.WEEKLY:
        return _next(local, times.hour, weekday=times.weekday)
    return None


def _after_quiet_hours(local: datetime, times: Times) -> datetime:
    start, end = times.quiet_from, times.quiet_until
    over_night = start > end and (local.hour >= start or local.hour < end)
    is_quiet = over_night or start <= local.hour < end
    return _next(local, end) if is_quiet else local.astimezone(UTC)


def _next(local: datetime, hour: int, *, weekday: int | None = None) -> datetime:
    """The next time their clock shows this hour, on this weekday if one is given.

    In the night of a change of clocks an hour may be missing: then the one after it counts.
    """
    day = local.date()
    while True:
        moment = datetime.combine(day, time(hour), tzinfo=local.tzinfo).astimezone(UTC)
        if moment > local and weekday in {None, day.weekday()}:
            return moment
        day += timedelta(days=1)
