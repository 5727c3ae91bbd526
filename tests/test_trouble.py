"""A locked database, a full disk: a clear page, and no word lost."""

import errno

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from media4sec.kit import trouble
from media4sec.kit.middleware import refusals
from media4sec.kit.models import Stamp

TROUBLES = [
    OperationalError("database is locked"),
    OperationalError("database or disk is full"),
    OSError(errno.ENOSPC, "No space left on device"),
]


def answer_to(error, request):
    request.user = AnonymousUser()
    return refusals(lambda request: HttpResponse()).process_exception(request, error)


@pytest.mark.parametrize("error", TROUBLES, ids=str)
def test_trouble_is_answered_without_the_database_and_with_a_time(error):
    response = answer_to(error, RequestFactory().get("/discussions/"))

    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert b"We cannot save anything right now." in response.content


def test_what_was_written_comes_back_ready_to_be_sent_again():
    words = "A long <b>answer</b>\nof two lines"
    request = RequestFactory().post("/t/7/reply/?x=1", {"body": words, "attempt": "abc"})

    html = answer_to(TROUBLES[0], request).content.decode()

    assert '<form method="post" action="/t/7/reply/?x=1"' in html
    assert "A long &lt;b&gt;answer&lt;/b&gt;\nof two lines</textarea>" in html
    assert '<input type="hidden" name="attempt" value="abc">' in html


def test_a_password_is_never_shown_back():
    request = RequestFactory().post("/account/login/", {"login": "a@b.c", "password": "hush-hush"})

    html = answer_to(TROUBLES[0], request).content.decode()

    assert "hush-hush" not in html
    assert "<form" not in html


def test_a_fault_of_our_own_is_not_called_trouble():
    assert answer_to(ValueError("our fault"), RequestFactory().get("/")) is None
    assert not trouble.is_trouble(OSError(errno.ENOENT, "No such file"))


def test_a_database_that_fails_before_any_view_is_told_the_same_way(client, monkeypatch, settings):
    def fail(*args, **kwargs):
        raise OperationalError("unable to open database file")

    client.raise_request_exception = False
    settings.PAGE_CACHE_SECONDS = 60
    monkeypatch.setattr("media4sec.kit.pagecache._stamp", fail)

    response = client.get("/")

    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert Stamp.__name__ not in response.content.decode()
