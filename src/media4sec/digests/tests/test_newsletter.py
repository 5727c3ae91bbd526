"""The newsletter: nobody gets it without their own yes, and nothing but public things is in it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail as sent
from django.core.exceptions import PermissionDenied
from django.core.mail.message import sanitize_address
from django.utils import timezone

from media4sec.digests import tasks
from media4sec.digests.models import Issue, Subscriber
from media4sec.digests.queries import newsletter as queries
from media4sec.digests.services import newsletter as services
from media4sec.digests.services import returns
from media4sec.digests.tests.factories import start
from media4sec.discussions import services as discussions
from media4sec.kit import outbox
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Label
from media4sec.kit.models import Letter, Theme
from media4sec.kit.refs import Ref
from media4sec.members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
WISH = {"email": "Lena.O'Brien+news@example.org", "language": "en"}


@pytest.fixture
def editor():
    return MemberFactory(name="Editor", email="editor@example.org", is_editor=True)


@pytest.fixture(autouse=True)
def _letters_leave_at_once(django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr(services.transaction, "on_commit", lambda send, robust: send())


def subscriber(email="lena@example.org", **facts):
    usual = {"language": "en", "asked_at": timezone.now(), "confirmed_at": timezone.now()}
    return Subscriber.objects.create(email=email, **{**usual, **facts})


def draft(editor, *things, **facts):
    usual = {"title": "March", "language": "en", "body": "Hello **all**."}
    refs = [Ref.to(thing) for thing in things]
    return services.save_issue(None, by=editor, things=refs, **{**usual, **facts})


def link(letter, page):
    return re.search(rf"http://127.0.0.1:8000(/newsletter/{page}/\S+)", letter.body)[1]


def test_an_address_is_asked_and_only_its_owners_yes_counts(client):
    response = client.post("/newsletter/", WISH)
    assert response.url == "/newsletter/asked/"
    (letter,) = sent.outbox
    assert letter.to == ["lena.o'brien+news@example.org"]
    address = link(letter, "confirm")

    for _ in range(2):  # a scanner of links, and the owner's own look
        assert client.get(address).status_code == 200
    assert not Subscriber.objects.confirmed().exists()

    for _ in range(2):  # and a double click
        assert "You get the newsletter" in client.post(address).content.decode()
    assert Subscriber.objects.confirmed().count() == 1


def test_after_a_week_a_link_works_no_more_and_the_address_is_forgotten(client):
    client.post("/newsletter/", WISH)
    address = link(sent.outbox[0], "confirm")

    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        page = client.post(address)
        tasks.forget_old()

    assert page.status_code == 404
    assert "works no more" in page.content.decode()
    assert not Subscriber.objects.exists()


def test_nobody_learns_whether_an_address_is_known(client):
    unknown = client.post("/newsletter/", WISH)
    subscriber("known@example.org")

    known = client.post("/newsletter/", {**WISH, "email": "known@example.org"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert len(sent.outbox) == 2
    assert "already" in sent.outbox[1].subject


@pytest.mark.parametrize(
    "address",
    ["", "x", "a@b", "a@example.org\nBcc: b@example.org", "a b@example.org", "a" * 260 + "@x.org"],
)
def test_what_is_no_address_is_said_so_and_nothing_is_lost(client, address):
    page = client.post("/newsletter/", {**WISH, "email": address})

    assert page.status_code == 200
    assert b"error-summary" in page.content
    assert not Subscriber.objects.exists()
    assert sent.outbox == []


@pytest.mark.parametrize(
    ("address", "envelope"),
    [
        ("zoe@bücher.example", "zoe@xn--bcher-kva.example"),
        ("zoe+news@example.org", "zoe+news@example.org"),
        ("o'brien@example.org", "o'brien@example.org"),
        ('"zoe.k"@example.org', "zoe.k@example.org"),
    ],
)
def test_unusual_addresses_are_written_to(client, address, envelope):
    client.post("/newsletter/", {**WISH, "email": address})

    (letter,) = sent.outbox
    assert Subscriber.objects.get().email == address
    assert sanitize_address(letter.to[0], "utf-8") == envelope
    assert letter.message().as_bytes()


def test_a_program_that_fills_in_everything_gets_nowhere(client):
    response = client.post("/newsletter/", {**WISH, "website": "https://spam.example"})

    assert response.url == "/newsletter/asked/"
    assert not Subscriber.objects.exists()


def test_one_click_deletes_the_address(client, editor):
    lena = subscriber()
    issue = services.send(draft(editor), by=editor)
    tasks.keep_in_touch()
    outbox.send_due()
    message = sent.outbox[0].message()
    address = str(message["List-Unsubscribe"]).strip(" <>\n").split("8000")[1]
    assert str(message["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"

    assert client.get(address).status_code == 200
    assert Subscriber.objects.filter(pk=lena.pk).exists()
    client.post(address, {"List-Unsubscribe": "One-Click"})

    assert not Subscriber.objects.exists()
    assert client.post(address).status_code == 200  # once more says the same
    assert issue.pk


def test_an_issue_goes_to_those_who_said_yes_in_its_language_once(editor):
    for number in range(3):
        subscriber(f"reader{number}@example.org")
    subscriber("unconfirmed@example.org", confirmed_at=None)
    subscriber("french@example.org", language="fr")
    issue = services.send(draft(editor), by=editor)

    for _ in range(2):
        tasks.keep_in_touch()
        outbox.send_due()

    issue.refresh_from_db()
    assert issue.state == Issue.State.SENT
    assert sorted(letter.to[0] for letter in sent.outbox) == [
        f"reader{number}@example.org" for number in range(3)
    ]
    assert all(len(letter.to) == 1 and not letter.cc + letter.bcc for letter in sent.outbox)


def test_a_crowd_is_written_to_some_at_a_time(editor, monkeypatch):
    monkeypatch.setattr(services, "AT_A_TIME", 2)
    for number in range(5):
        subscriber(f"reader{number}@example.org")
    services.send(draft(editor), by=editor)

    assert services.write_letters() == 5
    assert Letter.objects.count() == 5


def test_a_letter_says_what_the_editors_wrote_and_public_things_without_tracking(editor):
    subscriber()
    topic = start(MemberFactory(name="Writer"), Label.CLEAR, title="Zebra title")
    words = "Hello **all**, read [our rules](/house-rules/)."
    services.send(draft(editor, topic, body=words), by=editor)
    tasks.keep_in_touch()
    outbox.send_due()

    (letter,) = sent.outbox
    html = letter.alternatives[0].content
    assert letter.subject == "March"
    for words in (letter.body, html):
        assert "Zebra title" in words
        assert f"http://127.0.0.1:8000/t/{topic.pk}/zebra-title" in words
        assert "TLP:CLEAR" in words
        assert "Writer" not in words
    assert "<strong>all</strong>" in html
    assert "<img" not in html
    links = set(re.findall(r'href="([^"]+)"', html))
    own = f"http://127.0.0.1:8000{topic.get_absolute_url()}"
    stop = {each for each in links if "/newsletter/leave/" in each}
    assert links - stop == {
        own,
        "http://127.0.0.1:8000/newsletter/",
        "http://127.0.0.1:8000/house-rules/",
    }


@pytest.mark.parametrize("label", [Label.GREEN])
def test_only_what_is_public_can_be_chosen(editor, label):
    secret = start(MemberFactory(), label, title="Secret title")
    public = start(MemberFactory(), Label.CLEAR, title="Public title")

    assert [item.title for item in queries.proposed_items()] == ["Public title"]
    issue = draft(editor, secret, public)

    assert [item.title for item in queries.items_of(issue)] == ["Public title"]


def test_what_was_narrowed_since_is_in_no_letter_and_not_in_the_archive(editor, client):
    subscriber()
    author = MemberFactory()
    topic = start(author, Label.CLEAR, title="Zebra title")
    issue = services.send(draft(editor, topic), by=editor)
    tasks.keep_in_touch()
    assert "Zebra title" in client.get(issue.get_absolute_url()).content.decode()

    discussions.narrow(topic, by=author, label=Label.GREEN)
    outbox.send_due()

    assert "Zebra title" not in sent.outbox[0].body
    assert "zebra-title" not in str(sent.outbox[0].message())
    assert "Zebra title" not in client.get(issue.get_absolute_url()).content.decode()


def test_readers_get_the_themes_they_chose_and_what_has_none(editor):
    water, fire = (
        Theme.objects.create(slug=slug, title=slug, position=90 + number)
        for number, slug in enumerate(("water", "fire"))
    )
    subscriber().themes.set([fire])
    author = MemberFactory()
    topics = [
        start(author, Label.CLEAR, title="About water", theme=water),
        start(author, Label.CLEAR, title="About fire", theme=fire),
        start(author, Label.CLEAR, title="About all"),
    ]
    services.send(draft(editor, *topics), by=editor)
    tasks.keep_in_touch()
    outbox.send_due()

    said = sent.outbox[0].body
    assert [title in said for title in ("About water", "About fire", "About all")] == [
        False,
        True,
        True,
    ]


def test_an_editor_tries_it_out_alone(editor, client):
    subscriber()
    client.force_login(editor)

    client.post("/newsletter/desk/new/", {"title": "May", "language": "en", "try": "1"})
    issue = Issue.objects.get()
    outbox.send_due()

    assert sent.outbox == []  # nothing in it: nothing to say
    client.post(
        f"/newsletter/desk/{issue.pk}/",
        {"title": "May", "language": "en", "body": "Hello.", "try": "1"},
    )
    outbox.send_due()
    (letter,) = sent.outbox
    assert (letter.to, letter.subject) == ([editor.email], "Test: May")


def test_an_editor_writes_chooses_and_sends(editor, client):
    subscriber()
    topic = start(MemberFactory(), Label.CLEAR, title="Zebra title")
    client.force_login(editor)
    assert "Zebra title" in client.get("/newsletter/desk/new/").content.decode()

    response = client.post(
        "/newsletter/desk/new/",
        {"title": "May", "language": "en", "things": [str(Ref.to(topic))], "send": "1"},
    )
    assert "It goes to 1 person." in client.get(response.url).content.decode()
    issue = Issue.objects.get()
    assert client.get(issue.get_absolute_url()).status_code == 404
    client.post(response.url)

    assert "May" in client.get("/newsletter/").content.decode()
    assert client.get(f"/newsletter/desk/{issue.pk}/").url == issue.get_absolute_url()
    with pytest.raises(Refused, match="cannot be changed"):
        services.save_issue(issue, by=editor, title="X", language="en", body="", things=[])
    with pytest.raises(Refused, match="cannot be changed"):
        services.send(issue, by=editor)


def test_an_empty_issue_is_not_sent(editor):
    with pytest.raises(Refused, match="nothing in it"):
        services.send(draft(editor, body=""), by=editor)


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_the_desk_is_for_editors(client, editor, who):
    issue = draft(editor)
    if who == "member":
        client.force_login(MemberFactory())

    for address in ("", "new/", f"{issue.pk}/", f"{issue.pk}/send/"):
        status = client.get(f"/newsletter/desk/{address}").status_code
        assert status == (403 if who == "member" else 302)
    with pytest.raises(PermissionDenied):
        services.send(issue, by=MemberFactory())


def test_addresses_stand_on_no_page(client, editor):
    subscriber("hidden@example.org")
    issue = services.send(draft(editor), by=editor)
    client.force_login(editor)

    for address in ("/newsletter/", "/newsletter/desk/", issue.get_absolute_url()):
        assert "hidden@example.org" not in client.get(address).content.decode()
    assert "hidden" not in str(Subscriber.objects.get())


def test_an_address_that_bounces_is_deleted(editor):
    subscriber()
    services.send(draft(editor), by=editor)
    tasks.keep_in_touch()

    returns.came_back(Letter.objects.get(), is_final=True)

    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("count", [1, 10])
def test_strangers_pages_take_few_questions(client, editor, count, django_assert_max_num_queries):
    topics = [start(MemberFactory(), Label.CLEAR, title=f"Title {n}") for n in range(count)]
    for _ in range(count):
        issue = services.send(draft(editor, *topics), by=editor)

    with django_assert_max_num_queries(4):
        archive = client.get("/newsletter/")
    with django_assert_max_num_queries(4):
        page = client.get(issue.get_absolute_url())

    assert archive.content.count(b'lang="en">March') == count
    assert page.content.count(b"Title ") == count
    assert "public" in page["Cache-Control"]
