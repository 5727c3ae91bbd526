"""The pages of circles: who sees what, in how many queries."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from media4sec.kit.marking import Label
from media4sec.members.models import AccessLog, Circle, EntryRequest, Group, Membership
from media4sec.members.services import circles
from media4sec.members.tests.factories import CircleFactory, MemberFactory, MembershipFactory

Kind = Circle.Kind
pytestmark = pytest.mark.django_db
MOST_FOR_MEMBERS, MOST_FOR_GUESTS = 8, 4


def queries_for(client, url):
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url)
    assert response.status_code == 200
    return len(asked)


def text(response):
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", words)


@pytest.mark.parametrize("page", ["", "about/", "members/", "desk/", "edit/", "kind/", "invite/"])
def test_a_host_opens_every_page_of_a_hidden_circle(client, page):
    host = MemberFactory()
    CircleFactory(slug="quiet", kind=Kind.CLOSED, hosts=[host])
    client.force_login(host)

    assert client.get(f"/circles/quiet/{page}").status_code == 200


PAGES = [
    "",
    "about/",
    "members/",
    "desk/",
    "edit/",
    "kind/",
    "invite/",
    "ask/",
    "leave/",
    "archive/",
    "step-down/",
    "requests/1/",
    "members/1/host/",
    "members/1/hand-over/",
    "members/1/remove/",
]
POSTS = ["enter/", "reopen/", "take-over/", "requests/1/withdraw/", "invitations/1/withdraw/"]


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("page", [*PAGES, *POSTS])
def test_a_hidden_circle_answers_like_one_that_never_was(client, page, signed_in):
    CircleFactory(slug="quiet-room", kind=Kind.HIDDEN, title="Hush", hosts=[MemberFactory()])
    if signed_in:
        client.force_login(MemberFactory(is_administrator=True))
    ask = client.post if page in POSTS else client.get

    hidden, never = ask(f"/circles/quiet-room/{page}"), ask(f"/circles/never-was/{page}")

    assert hidden.status_code == never.status_code
    assert hidden.status_code == (404 if signed_in or page in {"", "about/"} else 302)
    assert "Hush" not in hidden.content.decode()
    same = hidden.content.decode().replace("quiet-room", "never-was")
    assert re.sub(r'value="[\w-]{64}"', "", same) == re.sub(
        r'value="[\w-]{64}"', "", never.content.decode()
    )


def test_a_hidden_circle_is_in_no_list_and_no_count(client):
    CircleFactory(kind=Kind.HIDDEN, title="Hush", hosts=[MemberFactory()])
    client.force_login(MemberFactory())

    with_it = text(client.get("/circles/"))
    found = text(client.get("/circles/?q=hush"))
    Circle.objects.all().delete()

    assert with_it == text(client.get("/circles/"))
    assert "No circle fits these words." in found


def test_strangers_see_open_circles_and_no_names(client):
    host = MemberFactory(name="Harriet Host", visibility={"role": "everyone"})
    for kind in Kind:
        CircleFactory(kind=kind, title=f"A {kind.value} circle", slug=kind.value, hosts=[host])

    listed = text(client.get("/circles/"))
    pages = {kind.value: client.get(f"/circles/{kind.value}/") for kind in Kind}

    assert [kind.value for kind in Kind if f"A {kind.value} circle" in listed] == ["open"]
    assert {kind: page.status_code for kind, page in pages.items()} == {
        "open": 200,
        "members": 404,
        "closed": 404,
        "hidden": 404,
    }
    assert "Harriet" not in listed + text(pages["open"])
    assert "public" in pages["open"]["Cache-Control"]


def test_a_closed_circle_shows_outsiders_its_purpose_and_nobody_in_it(client):
    host = MemberFactory(name="Harriet Host")
    CircleFactory(
        slug="closed",
        kind=Kind.CLOSED,
        hosts=[host],
        about_html="<p>For those who plan.</p>",
        rules_html="<p>Be kind.</p>",
    )
    client.force_login(MemberFactory())

    page = text(client.get("/circles/closed/"))

    assert "For those who plan." in page
    assert "Be kind." in page
    assert "Ask to join" in page
    assert "Harriet" not in page
    assert client.get("/circles/closed/members/").status_code == 403
    assert client.get("/circles/closed/desk/").status_code == 403


def test_members_see_the_members_and_hosts(client):
    host, member = MemberFactory(name="Harriet Host"), MemberFactory(name="Mo Member")
    CircleFactory(slug="closed", kind=Kind.CLOSED, hosts=[host], members=[member])
    client.force_login(member)

    assert "Harriet Host" in text(client.get("/circles/closed/"))
    assert "Mo Member" in text(client.get("/circles/closed/members/"))


@pytest.mark.parametrize(
    ("circle", "visitor", "words"),
    [
        ({"kind": Kind.OPEN}, {}, "Enter this circle"),
        ({"kind": Kind.CLOSED}, {}, "Ask to join"),
        (
            {"kind": Kind.MEMBERS, "required_groups": [Group.RESEARCH]},
            {},
            "This circle is for members with a confirmed group: Researcher.",
        ),
        ({"archived_at": "2026-01-01T00:00Z"}, {}, "This circle is archived."),
        (
            {"kind": Kind.OPEN},
            {"confirmed_at": None},
            "Only active members with a confirmed email address",
        ),
    ],
)
def test_the_door_says_what_one_can_do_or_why_not(client, circle, visitor, words):
    CircleFactory(slug="door", **circle)
    client.force_login(MemberFactory(**visitor))

    assert words in text(client.get("/circles/door/"))


def test_entering_asking_and_leaving_with_the_buttons(client):
    member = MemberFactory()
    opened = CircleFactory(slug="opened", hosts=[MemberFactory()])
    closed = CircleFactory(slug="closed", kind=Kind.CLOSED, hosts=[MemberFactory()])
    client.force_login(member)

    client.post("/circles/opened/enter/")
    assert opened.memberships.filter(member=member).exists()
    client.post("/circles/opened/leave/")
    assert not opened.memberships.filter(member=member).exists()
    client.post("/circles/closed/ask/", {"words": "I plan events."})
    assert "Take the request back" in text(client.get("/circles/closed/"))
    asked = closed.requests.get()
    client.post(f"/circles/closed/requests/{asked.pk}/withdraw/")
    asked.refresh_from_db()
    assert asked.state == EntryRequest.State.WITHDRAWN


def test_looking_never_changes_anything(client):
    host, member = MemberFactory(), MemberFactory()
    circle = CircleFactory(slug="quiet", kind=Kind.CLOSED, hosts=[host], members=[member])
    asked = circles.request_entry(circle, by=MemberFactory(), words="Please.")
    place = circle.memberships.get(member=member)
    client.force_login(host)
    before = list(Membership.objects.values()), list(Circle.objects.values())

    for page in PAGES:
        if "1" not in page and page != "ask/":
            assert client.get(f"/circles/quiet/{page}").status_code == 200
    for page in (f"requests/{asked.pk}/", f"members/{place.pk}/remove/"):
        assert client.get(f"/circles/quiet/{page}").status_code == 200
    for page in ("enter/", "reopen/", "take-over/"):
        assert client.get(f"/circles/quiet/{page}").status_code == 405

    assert before == (list(Membership.objects.values()), list(Circle.objects.values()))


def test_a_host_answers_from_the_desk(client):
    host = MemberFactory()
    circle = CircleFactory(slug="closed", kind=Kind.CLOSED, hosts=[host])
    yes, no = MemberFactory(), MemberFactory(name="Nora No")
    first = circles.request_entry(circle, by=yes, words="I plan <b>events</b>.")
    second = circles.request_entry(circle, by=no, words="Please.")
    client.force_login(host)

    desk = client.get("/circles/closed/desk/").content.decode()
    client.post(f"/circles/closed/requests/{first.pk}/", {"accept": "1", "answer": ""})
    refused = client.post(f"/circles/closed/requests/{second.pk}/", {"decline": "1", "answer": ""})

    assert "I plan &lt;b&gt;events&lt;/b&gt;." in desk
    assert circle.memberships.filter(member=yes).exists()
    assert "Say why, in a sentence." in text(refused)
    assert circle.requests.get(member=no).state == EntryRequest.State.WAITING


def test_the_access_log_is_on_the_desk(client):
    host = MemberFactory()
    circle = CircleFactory(slug="closed", kind=Kind.CLOSED, hosts=[host])
    AccessLog.objects.create(
        circle=circle, sentence="Two moderators opened a topic.", thing_id=1, at=circle.founded_at
    )
    client.force_login(host)

    assert "Two moderators opened a topic." in text(client.get("/circles/closed/desk/"))


def test_founding_twice_with_one_form_founds_one_circle(client):
    client.force_login(MemberFactory())
    said = {
        "title": "Night desk",
        "kind": "members",
        "about": "Who is awake.",
        "attribution": "named",
        "attempt": "abc",
    }

    first, second = client.post("/circles/new/", said), client.post("/circles/new/", said)

    assert first.url == second.url == "/circles/night-desk/"
    assert Circle.objects.count() == 1


def test_an_open_circle_is_not_offered_to_members_and_not_taken_from_them(client):
    client.force_login(MemberFactory())
    said = {"title": "T", "kind": "open", "about": "A", "attribution": "named"}

    assert 'value="open"' not in client.get("/circles/new/").content.decode()
    assert client.post("/circles/new/", said).status_code == 200
    assert not Circle.objects.exists()


def test_another_circles_member_is_not_removed_through_ones_own(client):
    host, member = MemberFactory(), MemberFactory()
    CircleFactory(slug="mine", hosts=[host])
    theirs = CircleFactory(slug="theirs", members=[member], hosts=[MemberFactory()])
    place = theirs.memberships.get(member=member)
    client.force_login(host)

    response = client.post(f"/circles/mine/members/{place.pk}/remove/", {"reason": "No."})

    assert response.status_code == 404
    assert theirs.memberships.filter(member=member).exists()


@pytest.mark.parametrize("who", ["guest", "member"])
def test_the_list_asks_the_same_of_the_database_for_one_circle_and_ten(client, who):
    member = MemberFactory()
    if who == "member":
        client.force_login(member)
    counts = []
    for number in (1, 9):
        for circle in CircleFactory.create_batch(number, members=[member], hosts=[MemberFactory()]):
            CircleFactory(title=f"Beside {circle.title}")
        counts.append(queries_for(client, "/circles/"))

    assert counts[0] == counts[1]
    assert counts[1] <= (MOST_FOR_GUESTS if who == "guest" else MOST_FOR_MEMBERS)


@pytest.mark.parametrize("page", ["", "about/", "members/", "desk/"])
def test_a_circles_pages_ask_the_same_for_one_member_and_ten(client, page):
    host = MemberFactory()
    circle = CircleFactory(slug="closed", kind=Kind.CLOSED, hosts=[host])
    client.force_login(host)
    counts = []
    for number in (1, 9):
        for member in MemberFactory.create_batch(number, visibility={"role": "circles"}):
            circles.request_entry(circle, by=member, words="Please.")
            MembershipFactory(circle=circle, role="host")
            circles.invite(circle, by=host, email=f"guest-of-{member.email}")
        counts.append(queries_for(client, f"/circles/closed/{page}"))

    assert counts[0] == counts[1]
    assert counts[1] <= MOST_FOR_MEMBERS


def test_an_outsiders_and_a_guests_page_keep_within_their_queries(client):
    CircleFactory(slug="closed", kind=Kind.CLOSED, required_groups=[], hosts=[MemberFactory()])
    CircleFactory(slug="opened", label=Label.CLEAR, hosts=MemberFactory.create_batch(3))

    assert queries_for(client, "/circles/opened/") <= MOST_FOR_GUESTS
    client.force_login(MemberFactory())
    assert queries_for(client, "/circles/closed/") <= MOST_FOR_MEMBERS
    assert queries_for(client, "/circles/opened/") <= MOST_FOR_MEMBERS
