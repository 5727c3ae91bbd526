"""When letters may leave, on the reader's own clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media4sec.digests.models import Mailbox, Rhythm
from media4sec.digests.times import Times, mail_at, zones

Pace = Rhythm.Pace


def times(zone="Europe/Brussels", **facts):
    usual = {"quiet_from": 21, "quiet_until": 7, "hour": 7, "weekday": 0}
    return Times(ZoneInfo(zone), **{**usual, **facts})


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "happened", "leaves"),
    [
        ("Europe/Brussels", "2027-03-18 12:00", "2027-03-18 12:00"),
        ("Europe/Brussels", "2027-03-18 20:30", "2027-03-19 06:00"),  # 21:30 there
        ("Europe/Brussels", "2027-03-18 02:00", "2027-03-18 06:00"),
        ("Atlantic/Azores", "2027-03-18 21:30", "2027-03-18 21:30"),  # 20:30 there
        ("Europe/Helsinki", "2027-03-18 04:30", "2027-03-18 05:00"),
    ],
)
def test_at_once_waits_for_the_end_of_quiet_hours_where_the_reader_is(zone, happened, leaves):
    assert mail_at(Pace.AT_ONCE, at(happened), times(zone)) == at(leaves)


def test_quiet_hours_may_lie_in_the_day_or_be_none():
    by_day = times(quiet_from=9, quiet_until=17)
    none = times(quiet_from=7, quiet_until=7)

    assert mail_at(Pace.AT_ONCE, at("2027-03-18 10:00"), by_day) == at("2027-03-18 16:00")
    assert mail_at(Pace.AT_ONCE, at("2027-03-18 02:00"), none) == at("2027-03-18 02:00")


@pytest.mark.parametrize(
    ("pace", "leaves"),
    [
        (Pace.DAILY, "2027-03-19 06:00"),
        (Pace.WEEKLY, "2027-03-22 06:00"),  # a Monday
        (Pace.NEVER, None),
    ],
)
def test_digests_come_at_the_readers_hour_and_day(pace, leaves):
    assert mail_at(pace, at("2027-03-18 12:00"), times()) == (at(leaves) if leaves else None)


def test_the_hour_stays_the_same_when_the_clocks_change():
    # In Brussels the clocks go forward in the night to 28 March 2027.
    before = mail_at(Pace.DAILY, at("2027-03-26 12:00"), times())
    after = mail_at(Pace.DAILY, at("2027-03-27 12:00"), times())

    assert (before, after) == (at("2027-03-27 06:00"), at("2027-03-28 05:00"))


def test_an_hour_that_the_change_of_clocks_leaves_out_is_no_trap():
    moment = mail_at(Pace.DAILY, at("2027-03-27 12:00"), times(hour=2))

    assert moment == at("2027-03-28 01:00")  # three o'clock there: two does not exist


@given(
    pace=st.sampled_from([Pace.AT_ONCE, Pace.DAILY, Pace.WEEKLY]),
    happened=st.integers(1_577_836_800, 2_208_988_800).map(
        lambda second: datetime.fromtimestamp(second, UTC)
    ),
    zone=st.sampled_from(sorted(zones())),
    hours=st.tuples(*[st.integers(0, 23)] * 3),
    weekday=st.integers(0, 6),
)
def test_no_letter_is_early_nor_more_than_its_pace_late(pace, happened, zone, hours, weekday):
    clock = Times(ZoneInfo(zone), hours[0], hours[1], hours[2], weekday)

    moment = mail_at(pace, happened, clock)

    assert happened <= moment <= happened + timedelta(days=8 if pace == Pace.WEEKLY else 2)


def test_a_zone_that_nobody_knows_is_the_sites(settings):
    settings.TIME_ZONE = "Europe/Vienna"

    assert Times.of(Mailbox(time_zone="Mars/Olympus")).zone.key == "Europe/Vienna"
    assert {"UTC", "Europe/Lisbon"} <= zones()
    assert "localtime" not in zones()
