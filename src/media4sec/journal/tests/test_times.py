"""Hours by the clocks of the site, also in the nights when these are changed."""

from datetime import UTC, date, datetime, time

import pytest

from media4sec.journal import times
from media4sec.kit.errors import Refused


@pytest.fixture(autouse=True)
def _in_brussels(settings):
    settings.TIME_ZONE = "Europe/Brussels"


def test_an_hour_is_one_of_the_site():
    summer = times.moment_of(date(2027, 7, 1), time(9, 30))
    winter = times.moment_of(date(2027, 1, 1), time(9, 30))

    assert summer == datetime(2027, 7, 1, 7, 30, tzinfo=UTC)
    assert winter == datetime(2027, 1, 1, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("hour", [time(2, 0), time(2, 30), time(2, 59)])
def test_an_hour_that_the_clocks_leave_out_is_refused_with_the_reason(hour):
    with pytest.raises(Refused, match="28 March 2027 the clocks go forward in Europe/Brussels"):
        times.moment_of(date(2027, 3, 28), hour)


def test_the_hours_around_the_gap_are_there():
    assert times.moment_of(date(2027, 3, 28), time(1, 59)).hour == 0
    assert times.moment_of(date(2027, 3, 28), time(3, 0)).hour == 1


def test_of_an_hour_that_comes_twice_the_first_is_meant():
    moment = times.moment_of(date(2027, 10, 31), time(2, 30))

    assert moment == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert times.comes_twice(moment)
    assert not times.comes_twice(times.moment_of(date(2027, 10, 31), time(3, 30)))


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1999, 12, 31), date(2101, 1, 1), date.max])
def test_a_day_out_of_this_world_is_refused(day):
    with pytest.raises(Refused, match="between 2000 and 2100"):
        times.moment_of(day, time(0, 0))
