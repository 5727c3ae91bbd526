"""Calendars, read back by the library that other software uses, too."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar

from media4sec.kit import ical
from media4sec.kit.refs import Ref

STARTS = datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def read(*dates):
    return Calendar.from_ical(ical.calendar("What comes", dates))


def event_of(**said):
    given = {"title": "A talk", "url": "/talk/", "starts": STARTS, **said}
    (event,) = read(ical.Dated(ref=Ref("journal.article", 7), **given)).walk("VEVENT")
    return event


def test_a_date_comes_back_as_it_went(settings):
    text = "Bring a case; not a name, please.\nSecond line " + "x" * 200
    event = event_of(
        title="Żółw, “calm”; part 2", text=text, place="Town hall, room 3", is_public=True
    )

    assert str(event["summary"]) == "Żółw, “calm”; part 2"
    assert str(event["description"]) == text
    assert str(event["location"]) == "Town hall, room 3"
    assert str(event["url"]) == settings.SITE_URL + "/talk/"
    assert str(event["class"]) == "PUBLIC"


def test_times_are_moments_whatever_the_clocks_do():
    brussels = ZoneInfo("Europe/Brussels")
    starts = STARTS.astimezone(brussels)  # the hour after the clocks went forward

    event = event_of(starts=starts, ends=starts + timedelta(hours=2))

    assert event.decoded("dtstart") == STARTS
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(hours=2)


def test_a_moment_takes_nobodys_time():
    event = event_of()

    assert "dtend" not in event
    assert str(event["transp"]) == "TRANSPARENT"


def test_a_moved_date_is_the_same_event():
    assert event_of()["uid"] == event_of(starts=STARTS + timedelta(days=3))["uid"]


def test_what_is_not_public_says_so():
    assert str(event_of()["class"]) == "CONFIDENTIAL"


def test_a_title_cannot_begin_a_line_of_its_own():
    found = read(
        ical.Dated(Ref("journal.article", 7), "A\r\nEND:VEVENT\r\nX-EVIL:1", "/a/", starts=STARTS)
    )

    assert [each.name for each in found.walk()] == ["VCALENDAR", "VEVENT"]
    assert "X-EVIL" not in found.walk("VEVENT")[0]


def test_an_empty_calendar_is_one():
    assert read().walk("VEVENT") == []
