from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import RequestFactory
from django.utils import timezone

from media4sec.kit import attempts
from media4sec.kit.errors import Refused
from media4sec.kit.models import Attempt, Theme
from media4sec.kit.tests.things import a_thing, somebody


def sent(owner, *, path="/topics/new/", **fields):
    request = RequestFactory().post(path, fields)
    request.user = owner
    return request


@pytest.mark.django_db
def test_a_double_click_makes_one_thing_and_both_lead_to_it():
    owner, token = somebody(), attempts.token()

    first = attempts.once(sent(owner, attempt=token, body="Hello"), a_thing)
    second = attempts.once(sent(owner, attempt=token, body="Hello"), a_thing)

    assert Theme.objects.count() == 1
    assert first.url == second.url == Theme.objects.get().get_absolute_url()
    assert first.status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [{"attempt": "another"}, {"body": "Hello again"}, {"path": "/other/"}, {"more": "x"}],
)
def test_another_form_or_another_text_makes_another_thing(change):
    owner = somebody()
    attempts.once(sent(owner, attempt="one", body="Hello"), a_thing)

    attempts.once(sent(owner, **{"attempt": "one", "body": "Hello", **change}), a_thing)

    assert Theme.objects.count() == 2


@pytest.mark.django_db
def test_another_file_makes_another_thing():
    owner = somebody()
    for content in (b"one", b"one", b"other"):
        file = SimpleUploadedFile("a.pdf", content)
        attempts.once(sent(owner, attempt="one", file=file), a_thing)

    assert Theme.objects.count() == 2


@pytest.mark.django_db
def test_the_secret_of_the_form_may_change_between_two_clicks():
    owner = somebody()
    for secret in ("a", "b"):
        attempts.once(sent(owner, attempt="one", csrfmiddlewaretoken=secret), a_thing)

    assert Theme.objects.count() == 1


@pytest.mark.django_db
def test_two_members_never_share_a_result():
    for owner in (somebody(), somebody()):
        attempts.once(sent(owner, attempt="one"), a_thing)

    assert Theme.objects.count() == 2


@pytest.mark.django_db
def test_a_form_without_token_is_simply_sent():
    owner = somebody()
    for _ in range(2):
        attempts.once(sent(owner, body="Hello"), a_thing)

    assert Theme.objects.count() == 2
    assert not Attempt.objects.exists()


@pytest.mark.django_db
def test_a_refused_form_may_be_sent_again():
    owner = somebody()

    def refuse():
        a_thing()
        raise Refused("Not now.")

    with pytest.raises(Refused):
        attempts.once(sent(owner, attempt="one"), refuse)
    assert not Theme.objects.exists()

    attempts.once(sent(owner, attempt="one"), a_thing)
    assert Theme.objects.count() == 1


@pytest.mark.django_db
def test_old_tokens_are_swept():
    owner = somebody()
    for token in ("old", "new"):
        attempts.once(sent(owner, attempt=token), a_thing)
    old = Attempt.objects.order_by("pk").first()
    Attempt.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=8))

    attempts.sweep_attempts()

    assert Attempt.objects.count() == 1
    assert not Attempt.objects.filter(pk=old.pk).exists()


def test_tokens_differ():
    assert len({attempts.token() for _ in range(100)}) == 100


@pytest.mark.race
@pytest.mark.skipif(connection.vendor == "sqlite", reason="needs row locks")
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one_thing():
    owner, together = somebody(), Barrier(2)

    def click(_number):
        try:
            together.wait()
            return attempts.once(sent(owner, attempt="one"), a_thing).url
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        urls = set(threads.map(click, range(2)))

    assert Theme.objects.count() == 1
    assert urls == {Theme.objects.get().get_absolute_url()}
