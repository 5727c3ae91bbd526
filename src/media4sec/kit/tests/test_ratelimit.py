import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory

from media4sec.kit import ratelimit, views
from media4sec.kit.middleware import refusals
from media4sec.kit.ratelimit import TooMany, address, at_most, check
from media4sec.kit.tests.things import somebody


@pytest.fixture(autouse=True)
def counting(settings):
    settings.RATE_LIMITS = True
    cache.clear()
    with time_machine.travel("2026-03-18 09:30:20+00:00", tick=False) as clock:
        yield clock
    cache.clear()


def asks(*, method="post", user=None, ip="192.0.2.1", **meta):
    request = getattr(RequestFactory(), method)("/", REMOTE_ADDR=ip, **meta)
    request.user = user or AnonymousUser()
    return request


@at_most(2)
def write(request):
    return HttpResponse("done")


def test_so_many_and_no_more():
    check("search", "anna", most=2)
    check("search", "anna", most=2)

    with pytest.raises(TooMany) as refusal:
        check("search", "anna", most=2)

    assert refusal.value.seconds == 40


def test_everybody_and_everything_is_counted_apart():
    check("search", "anna", most=1)

    check("search", "ben", most=1)
    check("reply", "anna", most=1)


def test_a_minute_later_one_may_again(counting):
    check("search", "anna", most=1)
    counting.shift(40)

    check("search", "anna", most=1)


def test_an_operator_may_turn_it_off(settings):
    settings.RATE_LIMITS = False
    for _ in range(10):
        check("search", "anna", most=1)


def test_a_count_that_was_just_forgotten_starts_anew(monkeypatch):
    def forgotten(key):
        raise ValueError(key)

    check("search", "anna", most=1)
    monkeypatch.setattr(ratelimit.cache, "incr", forgotten, raising=False)

    check("search", "anna", most=1)


def test_a_view_counts_what_changes_something():
    for _ in range(2):
        assert write(asks()).status_code == 200
    with pytest.raises(TooMany):
        write(asks())

    assert write(asks(method="get")).status_code == 200


def test_two_views_of_the_same_name_are_counted_apart():
    def other():
        @at_most(2)
        def write(request):
            return HttpResponse("other")

        return write

    for _ in range(2):
        write(asks())

    assert other()(asks()).content == b"other"


@pytest.mark.django_db
def test_members_are_counted_wherever_they_sit_and_not_by_their_neighbours():
    anna, ben = somebody(), somebody()
    write(asks(user=anna, ip="192.0.2.1"))
    write(asks(user=anna, ip="192.0.2.2"))

    with pytest.raises(TooMany):
        write(asks(user=anna, ip="192.0.2.3"))
    write(asks(user=ben, ip="192.0.2.3"))
    write(asks(ip="192.0.2.3"))


def test_a_household_has_one_count_however_many_addresses_it_has():
    write(asks(ip="2001:db8:1:2::1"))
    write(asks(ip="2001:db8:1:2:ffff::9"))

    with pytest.raises(TooMany):
        write(asks(ip="2001:db8:1:2::abc"))
    write(asks(ip="2001:db8:1:3::1"))


def test_a_house_without_addresses_still_counts():
    write(asks(ip=""))
    write(asks(ip=""))

    with pytest.raises(TooMany):
        write(asks(ip=""))


@pytest.mark.parametrize(
    ("proxies", "said", "believed"),
    [
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7", "203.0.113.9"),
        (2, "198.51.100.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "<script>", "192.0.2.1"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_only_as_many_proxies_as_we_have_are_believed(settings, proxies, said, believed):
    settings.TRUSTED_PROXIES = proxies

    assert address(asks(HTTP_X_FORWARDED_FOR=said)) == believed


@pytest.mark.django_db
def test_who_asks_too_often_gets_a_page_that_says_when_to_come_back():
    middleware = refusals(lambda request: None)

    response = middleware.process_exception(asks(), TooMany(40))

    assert response.status_code == 429
    assert response["Retry-After"] == "40"
    assert "40 seconds" in response.content.decode()
    assert views.too_many(asks(), TooMany(7))["Retry-After"] == "7"
