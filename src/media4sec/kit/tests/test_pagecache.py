from threading import Thread

import pytest
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from media4sec.kit import pagecache
from media4sec.kit.activity import record
from media4sec.kit.models import Stamp
from media4sec.kit.permissions import THE_HOUSE
from media4sec.kit.tests.things import a_thing
from media4sec.kit.views import shareable

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keeping(settings):
    settings.PAGE_CACHE_SECONDS = 60
    pagecache._pages.clear()
    yield
    pagecache._pages.clear()


class Site:
    """A site of one page, behind the page cache, that counts how often it is rendered."""

    def __init__(self, respond=None):
        self.rendered = 0
        self.respond = respond or (lambda text: shareable(HttpResponse(text)))
        self.door = pagecache.guest_pages(self.render)

    def render(self, request):
        self.rendered += 1
        return self.respond(f"page {self.rendered}")

    def get(self, path="/", *, method="get", cookies=None, **meta):
        request = getattr(RequestFactory(), method)(path, **meta)
        if cookies:
            request.META["HTTP_COOKIE"] = "; ".join(f"{k}={v}" for k, v in cookies.items())
        return self.door(request)


def test_a_page_for_strangers_is_rendered_once():
    site = Site()

    answers = [site.get(), site.get(), site.get(method="head")]

    assert site.rendered == 1
    assert [answer.content for answer in answers] == [b"page 1"] * 3
    assert answers[0].headers == answers[1].headers
    assert answers[1]["Cache-Control"] == "public, max-age=0, must-revalidate"


@pytest.mark.django_db(transaction=True)
def test_nothing_that_changed_is_shown_from_memory():
    site = Site()
    thing = a_thing()
    site.get()

    with transaction.atomic():
        record(THE_HOUSE, "changed", thing)

    assert site.get().content == b"page 2"
    assert site.get().content == b"page 2"


@pytest.mark.django_db(transaction=True)
def test_what_came_to_nothing_changes_no_page():
    site, thing = Site(), a_thing()
    site.get()

    with transaction.atomic():
        record(THE_HOUSE, "changed", thing)
        transaction.set_rollback(True)

    assert site.get().content == b"page 1"


def test_the_first_change_ever_counts():
    Stamp.objects.all().delete()
    site = Site()
    site.get()
    kept = dict(pagecache._pages)

    pagecache.forget()
    pagecache._pages.update(kept)  # another process still has it

    assert site.get().content == b"page 2"


def test_a_change_in_another_process_counts():
    site = Site()
    site.get()
    kept = dict(pagecache._pages)

    pagecache.forget()
    pagecache._pages.update(kept)

    assert site.get().content == b"page 2"


def test_a_page_rendered_while_something_changed_is_not_shown_again():
    site = Site(lambda text: (pagecache.forget(), shareable(HttpResponse(text)))[1])
    site.get()

    assert site.get().content == b"page 2"


def test_a_page_that_was_kept_long_enough_is_rendered_again(monkeypatch):
    site = Site()
    site.get()
    later = pagecache.time.monotonic() + 61
    monkeypatch.setattr(pagecache.time, "monotonic", lambda: later)

    assert site.get().content == b"page 2"


@pytest.mark.parametrize(
    "visit",
    [
        {"cookies": {"session": "abc"}},
        {"cookies": {"language": "en", "session": "abc"}},
        {"cookies": {"messages": "signed"}},
        {"cookies": {"anything": "else"}},
        {"HTTP_AUTHORIZATION": "Bearer token"},
        {"HTTP_HX_REQUEST": "true"},
        {"method": "post"},
        {"method": "options"},
    ],
)
def test_whoever_may_get_a_page_of_their_own_never_meets_the_memory(visit):
    site = Site()

    own = site.get(**visit)
    shared = site.get()
    own_again = site.get(**visit)

    assert [each.content for each in (own, shared, own_again)] == [b"page 1", b"page 2", b"page 3"]


@pytest.mark.parametrize("name", ["language", "csrf"])
def test_cookies_that_change_no_words_do_no_harm(name):
    site = Site()
    site.get()

    assert site.get(cookies={name: "x"}).content == b"page 1"


@pytest.mark.parametrize(
    "respond",
    [
        HttpResponse,
        lambda text: HttpResponse(text, headers={"Cache-Control": "private"}),
        lambda text: shareable(HttpResponse(text, status=404)),
        lambda text: shareable(HttpResponse(status=302, headers={"Location": "/"})),
        lambda text: shareable(StreamingHttpResponse([text])),
        lambda text: shareable(HttpResponse(text * 100_000)),
    ],
    ids=["unmarked", "private", "not found", "redirect", "stream", "huge"],
)
def test_only_public_pages_of_ordinary_size_are_kept(respond):
    site = Site(respond)
    site.get()
    site.get()

    assert site.rendered == 2


def test_a_page_that_sets_a_cookie_is_not_kept():
    def respond(text):
        response = shareable(HttpResponse(text))
        response.set_cookie("csrf", "secret")
        return response

    site = Site(respond)
    site.get()

    assert site.get().content == b"page 2"


def test_addresses_hosts_and_queries_have_their_own_pages():
    site = Site()
    visits = [
        {},
        {"path": "/other/"},
        {"path": "/?page=2"},
        {"HTTP_HOST": "other.example"},
    ]

    first = [site.get(**visit).content for visit in visits]
    again = [site.get(**visit).content for visit in visits]

    assert len(set(first)) == len(visits)
    assert again == first


def test_languages_have_their_own_pages_when_there_are_several(settings):
    settings.LANGUAGES = [("en", "English"), ("nl", "Nederlands")]
    site = Site()
    visits = [{"HTTP_ACCEPT_LANGUAGE": "en"}, {"HTTP_ACCEPT_LANGUAGE": "nl"}]
    visits.append({"HTTP_ACCEPT_LANGUAGE": "en", "cookies": {"language": "nl"}})

    for visit in visits:
        site.get(**visit)

    assert site.rendered >= 2
    assert site.get(**visits[0]).content == b"page 1"
    assert site.get(**visits[1]).content == b"page 2"


def test_nobody_fills_the_memory(monkeypatch):
    monkeypatch.setattr(pagecache, "_MOST_BYTES", 40)
    site = Site()

    for number in range(20):
        site.get(f"/{number}/")
    site.get("/?" + "x" * 300)

    assert sum(len(kept.content) for kept in pagecache._pages.values()) <= 40
    assert site.get("/19/").content == b"page 20"
    assert all(len(key[2]) <= 200 for key in pagecache._pages)


@pytest.mark.parametrize("given", ["{}", "W/{}", '"other", {}'])
def test_who_has_the_page_gets_no_copy(given):
    site = Site()
    tag = site.get()["ETag"]

    answer = site.get(HTTP_IF_NONE_MATCH=given.format(tag))

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer["ETag"] == tag
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_who_has_an_older_page_gets_the_new_one():
    site = Site()
    tag = site.get()["ETag"]
    pagecache.forget()
    site.get()

    assert site.get(HTTP_IF_NONE_MATCH=tag).content == b"page 2"


def test_a_header_added_on_the_way_out_stays_with_that_answer():
    site = Site()
    site.get()["X-Mine"] = "1"
    site.get()["X-Mine"] = "1"

    assert "X-Mine" not in site.get()


def test_an_operator_may_turn_it_off(settings):
    settings.PAGE_CACHE_SECONDS = 0
    site = Site()
    site.get()

    assert site.get().content == b"page 2"


def test_a_hit_is_one_query(django_assert_num_queries):
    site = Site()
    site.get()

    with django_assert_num_queries(1):
        site.get()


def test_many_threads_share_the_memory():
    pages, wrong = [f"/{number}/" for number in range(20)], []

    def visit():
        for path in pages * 20:
            key = ("testserver", path, "", "")
            kept = pagecache._find(key, 1)
            if kept and kept.content != path.encode():
                wrong.append(path)
            pagecache._keep(key, 1, HttpResponse(path))

    threads = [Thread(target=visit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert len(pagecache._pages) == 20
