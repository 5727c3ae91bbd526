"""What takes place at a time: calendars to follow, and events for search engines.

No room announces dated things yet, so discussions are given a time here, by their Entry alone.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from media4sec.discussions import services
from media4sec.feeds.tests.test_head import facts_of, page_of
from media4sec.kit import rooms
from media4sec.kit.marking import Label

STARTS = datetime(2027, 3, 28, 9, 0, tzinfo=UTC)


@pytest.fixture
def takes_place(monkeypatch, time_machine):
    """takes_place(starts, ...): from now on every discussion takes place then."""
    time_machine.move_to(STARTS - timedelta(days=30))
    room = next(room for room in rooms.rooms() if room.name == "discussions")

    def _takes_place(starts=STARTS, **more):
        topic, *others = room.kinds

        def entry(thing):
            return replace(topic.entry(thing), starts=starts, **more)

        dated = replace(room, kinds=(replace(topic, entry=entry, dated=True), *others))
        monkeypatch.setitem(rooms._rooms, "discussions", dated)

    return _takes_place


def events(client, channel="everything"):
    response = client.get(f"/feeds/{channel}.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content).walk("VEVENT")


def test_a_calendar_says_when_and_where(client, start, theme, takes_place, settings):
    takes_place(ends=STARTS + timedelta(hours=2), place="Town hall, room 3")
    topic = start(theme=theme)

    for channel in ("everything", "topic", "theme-trolling"):
        (event,) = events(client, channel)
        assert event.decoded("dtstart") == STARTS
        assert event.decoded("dtend") == STARTS + timedelta(hours=2)
        assert str(event["location"]) == "Town hall, room 3"
        assert str(event["url"]) == settings.SITE_URL + topic.get_absolute_url()
        assert str(event["class"]) == "PUBLIC"
    assert events(client, "article") == []


def test_only_what_everyone_may_read_stands_in_a_calendar(client, author, start, takes_place):
    takes_place()
    start(label=Label.GREEN)
    narrowed = start("Not any more")
    services.narrow(narrowed, by=author, label=Label.GREEN)

    assert events(client) == []


def test_what_is_long_past_leaves_the_calendar(client, start, takes_place):
    takes_place(timezone.now() - timedelta(days=91))
    start("Long ago")
    takes_place(timezone.now() - timedelta(days=89))
    start("Not so long ago")

    assert [str(event["summary"]) for event in events(client)] == ["Not so long ago"]


def test_what_takes_place_is_an_event_for_search_engines(client, start, takes_place):
    takes_place(ends=STARTS + timedelta(hours=2), place="Town hall")

    facts = facts_of(page_of(client, start()))

    assert facts["@type"] == "Event"
    assert facts["startDate"].startswith("2027-03-28T")
    assert facts["location"] == {"@type": "Place", "name": "Town hall", "address": "Town hall"}


def test_without_a_place_it_takes_place_online(client, start, takes_place):
    takes_place()

    assert facts_of(page_of(client, start()))["location"]["@type"] == "VirtualLocation"


def test_calendars_are_offered_where_anything_has_a_date(client, theme, takes_place):
    assert ".ics" not in client.get("/feeds/").content.decode()
    takes_place()

    assert "/feeds/theme-trolling.ics" in client.get("/feeds/?again").content.decode()


def test_a_calendar_of_nothing_is_not_there(client, db):
    assert client.get("/feeds/nonsense.ics").status_code == 404


@pytest.mark.parametrize("count", [1, 10])
def test_a_calendar_asks_the_same_for_one_and_for_ten(
    client, start, takes_place, count, django_assert_max_num_queries
):
    takes_place()
    for number in range(count):
        start(f"Date {number}")

    with django_assert_max_num_queries(2):
        assert len(events(client)) == count
