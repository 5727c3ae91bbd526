"""Moments in words."""

from datetime import datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from media4sec.kit.clock import now
from media4sec.kit.components.small import NOTHING


def when(moment: datetime | None) -> SafeString:
    """A moment in words near enough to be useful, its full date one hover away."""
    if moment is None:
        return NOTHING
    unit, count = _how_long_ago(moment)
    return _time(moment, unit, count, get_language())


def _how_long_ago(moment: datetime) -> tuple[str, int]:
    this = now()
    seconds = int((this - moment).total_seconds())
    if not 0 <= seconds < 7 * 86_400:
        return "date", 0
    if seconds < 3600:
        return "minute", seconds // 60
    zone = timezone.get_current_timezone()
    days = (this.astimezone(zone).date() - moment.astimezone(zone).date()).days
    return ("day", days) if days else ("hour", seconds // 3600)


@lru_cache(maxsize=8192)
def _time(moment: datetime, unit: str, count: int, _language: str) -> SafeString:
    local = timezone.localtime(moment)
    date = in_full(local)
    return format_html(
        '<time datetime="{}" title="{}, {}:{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        date,
        local.hour,
        f"{local.minute:02}",
        _in_words(unit, count) or date,
    )


def in_full(local: datetime) -> str:
    """18 March 2027."""
    return _("%(day)d %(month)s %(year)d") % {
        "day": local.day,
        "month": MONTHS[local.month],
        "year": local.year,
    }


def _in_words(unit: str, count: int) -> str:
    if unit == "minute":
        minutes = ngettext("%d minute ago", "%d minutes ago", count)
        return minutes % count if count else _("just now")
    if unit == "hour":
        return ngettext("%d hour ago", "%d hours ago", count) % count
    if unit == "day":
        return (
            _("yesterday") if count == 1 else ngettext("%d day ago", "%d days ago", count) % count
        )
    return ""
