"""Dates to take along in one's own calendar (RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse

from media4sec.kit.clock import now
from media4sec.kit.refs import Ref

MEDIA_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Dated:
    """A dated thing. Moved to another time, it is the same event of the calendar."""

    ref: Ref
    title: str
    url: str
    starts: datetime
    ends: datetime | None = None  # None: a moment, it takes nobody's time
    place: str = ""
    text: str = ""
    is_public: bool = False


def calendar(name: str, dates: Iterable[Dated]) -> bytes:
    """These dates as calendars read them: in UTC, so that no change of clocks moves them."""
    import icalendar  # noqa: PLC0415 - slow to import

    made = icalendar.Calendar()
    made.add("prodid", f"-//{settings.SITE_NAME}//media4sec//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    for each in dates:
        made.add_component(_written(icalendar.Event(), each))
    return bytes(made.to_ical())


def _written(event: Any, dated: Dated) -> Any:
    event.add("uid", f"{dated.ref}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", now().astimezone(UTC))
    event.add("dtstart", dated.starts.astimezone(UTC))
    if dated.ends:
        event.add("dtend", dated.ends.astimezone(UTC))
    else:
        event.add("transp", "TRANSPARENT")
    event.add("summary", dated.title)
    event.add("url", settings.SITE_URL + dated.url)
    event.add("class", "PUBLIC" if dated.is_public else "CONFIDENTIAL")
    for name, value in (("location", dated.place), ("description", dated.text)):
        if value:
            event.add(name, value)
    return event


def download(name: str, dates: Iterable[Dated], filename: str) -> HttpResponse:
    """The calendar as a file to open with one's own."""
    response = HttpResponse(calendar(name, dates), content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{filename}.ics"'
    return response
