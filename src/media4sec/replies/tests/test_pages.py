"""The form under a thing and its pages, for members and guests."""

import re

import pytest
from django.core.cache import cache
from django.template import engines
from django.test import Client, RequestFactory

from media4sec.kit import standing
from media4sec.kit.refs import Ref
from media4sec.kit.tests.things import a_thing
from media4sec.members.tests.factories import MemberFactory
from media4sec.replies.models import PAGE, Guest, Remark
from media4sec.replies.tests.factories import GuestRemarkFactory, RemarkFactory

SLOT = engines["django"].from_string('{% slot "replies" thing=thing %}')


def shown(thing, visitor, query=""):
    request = RequestFactory().get(f"/{query}")
    request.user = visitor
    html = SLOT.render({"thing": thing}, request)
    return html, request


def address(thing):
    return f"/replies/to/{Ref.to(thing)}/"


@pytest.fixture
def slow_reader(monkeypatch):
    """Who takes their time."""
    monkeypatch.setattr("media4sec.replies.forms.FASTEST", -1)


def posted(client, thing, **changes):
    page = client.get(address(thing)).content.decode()
    fields = {
        "body": "I saw the same.",
        "name": "Anna",
        "email": "anna@example.org",
        "opened": re.search(r'name="opened" value="([^"]+)"', page)[1],
        **changes,
    }
    return client.post(address(thing), fields)


def test_a_stranger_sees_the_form_and_the_page_stays_the_same_for_all(thing, stranger):
    html, request = shown(thing, stranger)

    assert "Leave a reply" in html
    assert "Your email address will not be published" in html
    assert "csrf" not in html
    assert "CSRF_COOKIE" not in request.META


def test_under_what_takes_no_replies_there_is_nothing(stranger, monkeypatch):
    remark = RemarkFactory()

    assert shown(remark, stranger)[0] == ""


@pytest.mark.parametrize("count", [1, 10])
def test_a_strangers_page_asks_one_question(thing, stranger, count, django_assert_num_queries):
    RemarkFactory.create_batch(count, under=thing)

    with django_assert_num_queries(1):
        html, _request = shown(thing, stranger)

    assert html.count("<article") == count


@pytest.mark.parametrize("count", [1, 10])
def test_a_members_page_asks_no_more_for_ten(thing, count, django_assert_max_num_queries):
    RemarkFactory.create_batch(count, under=thing)
    reader = MemberFactory()

    with django_assert_max_num_queries(3):
        html, _request = shown(thing, reader)

    assert html.count("<article") == count


def test_more_than_a_page_is_paged_and_each_stays_findable(thing, stranger, client):
    remarks = RemarkFactory.create_batch(PAGE + 5, under=thing)

    first, _request = shown(thing, stranger)
    second, _request = shown(thing, stranger, "?replies=2")

    assert f"{PAGE + 5} replies" in first
    assert (first.count("<article"), second.count("<article")) == (PAGE, 5)
    where = client.get(remarks[-1].get_absolute_url())["Location"]
    assert where == f"{thing.get_absolute_url()}?replies=2#r{remarks[-1].pk}"


def test_an_answer_to_an_answer_joins_its_thread(thing, client, member):
    root = RemarkFactory(under=thing)
    answer = RemarkFactory(under=thing, thread=root, answers_to=root)
    RemarkFactory(under=thing)
    client.force_login(member)

    client.post(address(thing), {"body": "Yes.", "answers": answer.pk})

    new = Remark.objects.last()
    assert (new.thread, new.answers_to) == (root, answer)
    order = [each.pk for each in Remark.objects.on_the_page(Ref.to(thing))]
    assert order.index(new.pk) == 2


def test_a_member_replies_as_themselves_once(thing, client, member):
    client.force_login(member)
    page = client.get(address(thing)).content.decode()
    fields = {"body": "I saw it.", "attempt": re.search(r'name="attempt" value="([^"]*)"', page)[1]}

    answers = [client.post(address(thing), fields) for _time in range(2)]

    remark = Remark.objects.get()
    assert remark.author == member
    assert {answer["Location"] for answer in answers} == {remark.get_absolute_url()}


def test_a_members_form_is_behind_its_token(thing, member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)

    assert client.post(address(thing), {"body": "From elsewhere."}).status_code == 403
    assert not Remark.objects.exists()


def test_a_guest_needs_neither_cookie_nor_token(thing, slow_reader):
    client = Client(enforce_csrf_checks=True)

    answer = posted(client, thing)

    assert answer.status_code == 302
    assert not client.cookies
    page = client.get(answer["Location"])
    assert b"We have sent you a letter" in page.content
    assert b"I saw the same." in page.content
    assert b"anna@example.org" not in page.content


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "nobody"}, "such as name@example.org"),
        ({"name": "Bob\r\nBcc: x@y.example"}, "without an address"),
        ({"body": "www. " * 200}, "200 links"),
        ({"body": "x" * 100_000}, "100000 characters"),
        ({"website": "http://x.example"}, "machine"),
        ({"opened": "made up"}, "more than a day"),
        ({"name": "\x00"}, "2 to 60 letters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(thing, client, slow_reader, changes, sentence):
    fields = {"body": "I saw the same.", "name": "Anna", "email": "anna@example.org", **changes}

    answer = posted(client, thing, **changes)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    for name in {"body", "email"} - set(changes):
        assert fields[name] in answer.content.decode()
    assert not Remark.objects.exists()


def test_sent_within_a_moment_is_asked_again_and_then_taken(thing, client, monkeypatch):
    answer = posted(client, thing)
    assert "within a moment" in answer.content.decode()

    monkeypatch.setattr("media4sec.replies.forms.FASTEST", -1)
    opened = re.search(r'name="opened" value="([^"]+)"', answer.content.decode())[1]

    assert posted(client, thing, opened=opened).status_code == 302


def test_a_network_that_sends_many_is_asked_for_patience(thing, client, slow_reader, settings):
    settings.RATE_LIMITS = True
    cache.clear()
    for number in range(8):
        assert posted(client, thing, email=f"a{number}@example.org").status_code == 302

    answer = posted(client, thing, email="a9@example.org")

    assert "Your text is kept here" in answer.content.decode()
    assert "I saw the same." in answer.content.decode()
    assert Guest.objects.count() == 8


def test_a_session_that_ended_meanwhile_loses_nothing(thing, client):
    answer = client.post(address(thing), {"body": "Written as a member.", "attempt": "x"})

    assert "Written as a member." in answer.content.decode()
    assert "Enter your email address." in answer.content.decode()


def test_nobody_replies_to_what_they_cannot_open(client, member):
    other = a_thing(member)

    for ref in (
        Ref.to(other),
        "kit.theme:99999",
        "members.member:1",
        "nonsense",
        f"kit.theme:{10**20}",
    ):
        assert client.get(f"/replies/to/{ref}/").status_code == 404
        assert client.post(f"/replies/to/{ref}/", {"body": "x"}).status_code == 404


def test_a_guest_is_shown_by_name_and_as_a_guest(thing, stranger):
    remark = GuestRemarkFactory(under=thing, guest_name="Neighbourhood volunteer")
    standing.release(remark, decision=1)

    html, _request = shown(thing, stranger)

    assert "Neighbourhood volunteer" in html
    assert "Guest" in html


def test_held_and_unconfirmed_are_not_there_and_gaps_are_marked(thing, stranger):
    GuestRemarkFactory(under=thing, body_html="<p>held-words</p>")
    GuestRemarkFactory(under=thing, body_html="<p>new-words</p>", confirmed_at=None)
    hidden = RemarkFactory(under=thing, body_html="<p>hidden-words</p>")
    standing.hide(hidden, decision=1, reason="Insults an officer.")
    for _number in range(3):
        spam = GuestRemarkFactory(under=thing, body_html="<p>spam-words</p>", guest_name="Shop")
        standing.decline(spam, decision=2, reason="Advertising.")

    html, _request = shown(thing, stranger)

    assert not re.search(r"held-words|new-words|hidden-words|spam-words|Shop", html)
    assert "Hidden by a moderator. Reason: Insults an officer." in html
    assert html.count("did not publish this reply. Reason: Advertising.") == 1
    assert "0 replies" in html


def test_who_wrote_it_finds_their_words_and_the_reasons(thing):
    remark = RemarkFactory(under=thing)
    standing.hide(remark, decision=7, reason="Insults.")

    html, _request = shown(thing, remark.author)

    assert "/decisions/7/" in html


def test_a_member_takes_their_own_back(thing, client, member):
    remark = RemarkFactory(under=thing, author=member)
    client.force_login(MemberFactory())
    assert client.post(f"/replies/{remark.pk}/take-back/").status_code == 403
    client.force_login(member)

    assert client.get(f"/replies/{remark.pk}/take-back/").status_code == 200
    client.post(f"/replies/{remark.pk}/take-back/")

    remark.refresh_from_db()
    assert remark.body == ""
    assert "Withdrawn by the person who wrote it." in shown(thing, member)[0]


@pytest.mark.parametrize(("waits", "sentence"), [("first", "a first reply"), ("all", "each reply")])
def test_the_form_says_which_replies_a_moderator_reads_first(
    thing, stranger, settings, waits, sentence
):
    settings.GUEST_REPLIES = waits

    html, _request = shown(thing, stranger)

    assert f"A moderator reads {sentence} before it appears." in html
    assert '<a href="/privacy/">' in html
