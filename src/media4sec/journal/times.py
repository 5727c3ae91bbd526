"""When an article shall appear: a day and an hour where the site is."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from media4sec.kit.components.times import in_full
from media4sec.kit.errors import Refused

#: Before the first of these years nobody had this site, and after the last nobody reads it.
EARLIEST, LATEST = 2000, 2100


def moment_of(day: date, hour: time) -> datetime:
    """That hour of that day in the site's zone, as a moment.

    In the night the clocks go forward an hour is missing: Refused. In the night they go
    back an hour comes twice: we mean the first of the two.
    """
    zone = timezone.get_default_timezone()
    local = datetime.combine(day, hour, tzinfo=zone).replace(fold=0)
    if not EARLIEST <= day.year <= LATEST:
        raise Refused(_("Choose a day between %d and %d.") % (EARLIEST, LATEST))
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Refused(
            _(
                "On %(day)s the clocks go forward in %(zone)s, and %(hour)s does not exist. "
                "Choose an hour later."
            )
            % {"day": in_full(local), "hour": f"{hour:%H:%M}", "zone": zone_name()}
        )
    return moment


def comes_twice(moment: datetime) -> bool:
    """Whether clocks show this hour twice that night."""
    local = moment.astimezone(timezone.get_default_timezone())
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


def zone_name() -> str:
    zone = timezone.get_default_timezone()
    return zone.key if isinstance(zone, ZoneInfo) else str(zone)
