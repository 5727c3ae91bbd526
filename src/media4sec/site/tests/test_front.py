"""The front door: homes, themes, pages, and what machines ask for."""

import re
from itertools import pairwise

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from media4sec.discussions import services
from media4sec.journal.queries import SLUGS
from media4sec.kit import heartbeat
from media4sec.kit.marking import Label
from media4sec.kit.models import Theme
from media4sec.members.models import Circle, Group
from media4sec.members.tests.factories import CircleFactory, MemberFactory
from media4sec.site import queries

BACKEND = "media4sec.members.sessions.SignIn"
PAGES = [f"/{slug}/" for slug in SLUGS]


@pytest.fixture
def theme(db):
    return Theme.objects.create(
        slug="trolling",
        title="Trolling",
        icon="tag",
        summary="Abuse and lies online.",
        body="Trolling is a soft word.",
        body_html="<p>Trolling is a soft word.</p>",
        questions=["What should a person do in the first hour?"],
        position=1,
    )


@pytest.fixture
def kept(settings):
    """Strangers' pages are kept, as they are in earnest; looking for them costs one query."""
    settings.PAGE_CACHE_SECONDS = 60


def start(author, label=Label.CLEAR, **more):
    return services.start_topic(by=author, title="A title", body="Words.", label=label, **more)


# Home for strangers


def test_the_public_home_counts_only_what_everyone_may_read(client, author, theme):
    start(author, face="ugly", theme=theme)
    start(author, Label.GREEN, face="ugly", theme=theme)
    services.reply(start(author, face="good"), by=author, body="Words.")

    home = client.get("/").context["home"]

    assert {card.name: card.count for card in home.faces} == {"good": 1, "bad": 0, "ugly": 1}
    assert [card.count for card in home.themes] == [1]


def test_a_group_of_fewer_than_five_is_not_counted_out(client, db):
    MemberFactory.create_batch(5, group=Group.RESEARCH)
    MemberFactory.create_batch(4, group=Group.BUSINESS)
    MemberFactory(group=Group.RESEARCH, suspended_at=timezone.now())
    MemberFactory(group=Group.RESEARCH, confirmed_at=None)

    response = client.get("/")

    counts = {bar.group: bar.count for bar in response.context["home"].groups}
    assert counts[Group.RESEARCH] == 5
    assert [group for group, count in counts.items() if count is not None] == [Group.RESEARCH]
    assert response.content.count(b"fewer than five") == 6


@pytest.mark.parametrize("count", [1, 10])
def test_the_public_home_needs_four_queries(
    client, author, theme, count, kept, django_assert_num_queries
):
    for _number in range(count):
        services.reply(start(author, theme=theme), by=author, body="Words.")

    with django_assert_num_queries(4):
        client.get("/")


def test_the_public_home_is_kept_until_something_changes(
    client, author, kept, django_capture_on_commit_callbacks, django_assert_num_queries
):
    client.get("/")
    with django_assert_num_queries(1):
        before = client.get("/").content

    with django_capture_on_commit_callbacks(execute=True):
        start(author, face="good")

    assert client.get("/").content != before


# Home for members


@pytest.mark.parametrize("count", [1, 10])
def test_a_members_home_needs_eight_queries(
    client, author, insider, circle, count, django_assert_max_num_queries
):
    for _number in range(count):
        services.reply(start(author, Label.AMBER, circle=circle), by=author, body="Words.")
    client.force_login(insider, backend=BACKEND)

    with django_assert_max_num_queries(8) as asked:
        response = client.get("/")

    assert response.status_code == 200
    assert len(asked) <= 8


def test_next_steps_tell_what_is_done_and_disappear_when_all_is(client, db):
    newcomer = MemberFactory(role="", verified_until=None)
    client.force_login(newcomer, backend=BACKEND)

    steps = client.get("/").context["home"].steps

    assert [step.is_done for step in steps] == [False, False, False]

    newcomer.role = "Officer"
    newcomer.verified_until = timezone.now() + timezone.timedelta(days=1)
    newcomer.save()
    CircleFactory(members=[newcomer])

    assert client.get("/").context["home"].steps == []


def test_a_members_home_is_in_no_cache(client, author):
    client.force_login(author, backend=BACKEND)

    assert client.get("/")["Cache-Control"] == "private, no-store"


def test_a_suspended_member_reads_why_on_their_home(client, suspended):
    suspended.suspension_reason = "Two advertisements."
    suspended.save()
    client.force_login(suspended, backend=BACKEND)

    assert "Two advertisements." in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("hour", "words"),
    [(4, "Good evening"), (5, "Good morning"), (12, "Good afternoon"), (18, "Good evening")],
)
def test_the_greeting_goes_by_the_hour_where_the_site_is(hour, words):
    moment = timezone.make_aware(timezone.datetime(2027, 3, 18, hour, 30))

    assert queries.greeting(moment) == words


# Themes and pages


def test_a_theme_page_shows_its_text_questions_circles_and_discussions(client, author, theme):
    CircleFactory(title="Trolls and people", theme=theme)
    CircleFactory(title="Aftermath", theme=theme, kind=Circle.Kind.HIDDEN)
    start(author, theme=theme)

    page = client.get("/themes/trolling/").content.decode()

    assert "Trolling is a soft word." in page
    assert "first hour" in page
    assert "Trolls and people" in page
    assert "A title" in page
    assert "Aftermath" not in page


@pytest.mark.parametrize("count", [1, 10])
def test_a_theme_page_needs_four_queries(
    client, author, theme, count, kept, django_assert_num_queries
):
    CircleFactory.create_batch(count, theme=theme)
    for _number in range(count):
        start(author, theme=theme)

    with django_assert_num_queries(4):
        client.get("/themes/trolling/")


def test_a_theme_that_never_was_is_not_found(client, db):
    assert client.get("/themes/never-was/").status_code == 404


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_one_h1_a_contents_list_that_leads_somewhere_and_no_gaps(client, db, address):
    page = client.get(address).content.decode()

    assert page.count("<h1") == 1
    assert "[[" not in page
    anchors = re.findall(r'href="#([a-z0-9-]+)"', page)
    assert len(anchors) > 3
    for anchor in set(anchors) - {"main"}:
        assert page.count(f'id="{anchor}"') == 1
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_the_contact_page_names_the_operators(client, db, settings):
    settings.CONTACT = "people@community.example"

    page = client.get("/contact/").content.decode()

    assert 'href="mailto:people@community.example"' in page


@pytest.mark.parametrize("address", ["/", *PAGES, "/robots.txt", "/sitemap.xml"])
def test_what_is_public_may_be_shared_with_strangers_only(client, author, address):
    assert "public" in client.get(address)["Cache-Control"]

    client.force_login(author, backend=BACKEND)

    if address.endswith("/"):
        assert client.get(address)["Cache-Control"] == "private, no-store"


# Headers


@pytest.mark.parametrize(
    "address", ["/", "/search/?q=word", *PAGES, "/account/login/", "/never-was/", "/healthz"]
)
@pytest.mark.parametrize("signed_in", [False, True])
def test_every_answer_tells_browsers_to_be_strict(client, author, address, signed_in):
    if signed_in:
        client.force_login(author, backend=BACKEND)

    response = client.get(address)

    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-" not in policy
    assert "nonce" not in policy
    assert "http" not in policy
    for rule in (
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ):
        assert rule in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]


@pytest.mark.parametrize("address", ["/", "/search/?q=word", *PAGES, "/account/login/"])
def test_a_page_loads_nothing_from_elsewhere_and_holds_no_style_or_script(client, db, address):
    page = client.get(address).content.decode()

    for loaded in re.findall(r'(?:src|action|srcset)="([^"]+)"', page):
        assert re.match("/(?!/)", loaded)
    for link in re.findall(r"<link [^>]+>", page):
        assert 'href="/' in link
    assert "<style" not in page
    assert " style=" not in page
    assert not re.findall(r" on[a-z]+=", page)
    assert not re.findall(r"<script(?![^>]*src=)", page)


# Machines


def test_health_is_well_while_database_and_worker_are(client, db, settings, tmp_path):
    settings.HOME = tmp_path
    never = client.get("/healthz")
    heartbeat.beat()
    well = client.get("/healthz")

    assert (never.status_code, never.json()["worker_seconds"]) == (503, None)
    assert (well.status_code, well.json()) == (
        200,
        {"status": "well", "database": True, "worker_seconds": 0},
    )


def test_the_site_map_lists_public_things_without_their_parts(client, author, circle, settings):
    topic = start(author)
    services.reply(topic, by=author, body="Words.")
    start(author, Label.GREEN)
    start(author, Label.AMBER, circle=circle)

    index = client.get("/sitemap.xml").content.decode()
    parts = re.findall(r"<loc>.*(/sitemap-\d+\.xml)</loc>", index)
    part = "".join(client.get(address).content.decode() for address in parts)

    assert re.findall("<loc>(.*)</loc>", part) == [settings.SITE_URL + topic.get_absolute_url()]
    assert f'hreflang="en" href="{settings.SITE_URL}{topic.get_absolute_url()}"' in part
    assert f"<lastmod>{timezone.localtime(topic.started_at):%Y-%m-%dT%H:%M}" in part
    assert f"{settings.SITE_URL}/about/" in client.get("/sitemap-pages.xml").content.decode()
    assert client.get("/sitemap-7.xml").status_code == 404


def test_robots_are_kept_out_of_what_is_not_public(client, db):
    rules = client.get("/robots.txt").content.decode()

    for folder in ("/people/", "/search/", "/account/", "/files/", "/me/"):
        assert f"Disallow: {folder}\n" in rules
    assert "noindex" in client.get("/search/")["X-Robots-Tag"]
    assert "X-Robots-Tag" not in client.get("/")


def test_security_txt_says_whom_to_tell_and_until_when(client, db, settings):
    settings.CONTACT = "People <people@community.example>"

    lines = client.get("/.well-known/security.txt").content.decode()

    assert "Contact: mailto:people@community.example\n" in lines
    year = int(re.search(r"Expires: (\d{4})-", lines)[1])
    assert year == timezone.now().year + 1


@pytest.mark.parametrize("address", ["/nothing/", "/themes/", "/search/more/", "/about/more/"])
def test_everything_else_is_not_found_and_says_so_kindly(client, db, address):
    response = client.get(address)

    assert response.status_code == 404
    assert "We cannot find this page." in response.content.decode()


def test_strangers_may_not_post_to_the_front_door(client, db):
    assert client.post("/search/", {"q": "word"}).status_code == 405
    assert AnonymousUser().is_authenticated is False
