"""The lists of topics: what stands on them, in which order, and what narrows them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from media4sec.discussions import services
from media4sec.discussions.models import Reading, Topic
from media4sec.discussions.tests.factories import ReplyFactory, TopicFactory
from media4sec.kit import pagecache
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Theme
from media4sec.kit.refs import Ref
from media4sec.kit.watching import Level, watch
from media4sec.members.models import Audience, Circle, Group
from media4sec.members.speakers import let_speak
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    member = MemberFactory(name="Visitor")
    client.force_login(member)
    return member


def titles(response):
    """The titles of the rows, in order."""
    main = response.content.decode().split("<main")[1]
    return re.findall(r'<div class="list__main"><a href="/t/[^"]+">([^<]+)</a>', main)


def aged(days):
    moment = timezone.now() - timedelta(days=days)
    return {"started_at": moment, "last_post_at": moment}


def themes(*slugs):
    return [
        Theme.objects.get_or_create(
            slug=slug,
            defaults={"title": slug.title(), "icon": "globe", "position": n, "questions": []},
        )[0]
        for n, slug in enumerate(slugs)
    ]


def test_latest_goes_by_the_last_post_and_new_by_the_start(client):
    TopicFactory(title="old but alive", **aged(9))
    TopicFactory(title="young", **aged(3))
    Topic.objects.filter(title="old but alive").update(last_post_at=timezone.now())

    assert titles(client.get("/discussions/")) == ["old but alive", "young"]
    assert titles(client.get("/discussions/?tab=new")) == ["young", "old but alive"]


def test_unanswered_are_questions_without_any_reply(client):
    TopicFactory(title="waiting")
    TopicFactory(title="a talk", kind=Topic.Kind.DISCUSSION)
    answered = TopicFactory(title="answered")
    ReplyFactory(topic=answered)

    assert titles(client.get("/discussions/?tab=unanswered")) == ["waiting"]


def test_mine_is_what_i_started_or_wrote_in(client, member):
    TopicFactory(title="mine", author=member, **aged(1))
    ReplyFactory(topic=TopicFactory(title="i replied", **aged(2)), author=member)
    deleted = ReplyFactory(topic=TopicFactory(title="i took it back", **aged(3)), author=member)
    services.delete_reply(deleted, by=member)
    ReplyFactory(topic=TopicFactory(title="others", **aged(4)))

    assert titles(client.get("/discussions/?tab=mine")) == ["mine", "i replied"]


def test_following_is_what_i_follow(client, member):
    followed, other = TopicFactory(title="followed"), TopicFactory(title="read only")
    watch(Ref.to(followed), by=member, level=Level.EVERYTHING)
    Reading.objects.create(member=member, topic=other)

    assert titles(client.get("/discussions/?tab=following")) == ["followed"]


def test_a_strangers_tabs_are_those_a_stranger_can_use(client):
    TopicFactory(title="public")

    page = client.get("/discussions/?tab=mine")

    assert titles(page) == ["public"]
    assert b"tab=following" not in page.content
    assert "public" in page["Cache-Control"]


def test_a_list_shows_what_its_visitor_may_read_and_never_red(client, member):
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[member])
    other = CircleFactory(kind=Circle.Kind.CLOSED)
    for label in Label:
        TopicFactory(title=f"{label} here", circle=circle, label=label, readers=[member])
        TopicFactory(title=f"{label} there", circle=other, label=label)

    inside = {label for label in Label if label != Label.RED}
    expected = {f"{label} here" for label in inside} | {"TLP:CLEAR there", "TLP:GREEN there"}
    assert set(titles(client.get("/discussions/"))) == expected

    client.logout()
    assert set(titles(client.get("/discussions/"))) == {"TLP:CLEAR here", "TLP:CLEAR there"}


def test_a_deleted_topic_leaves_the_lists(client):
    topic = TopicFactory(title="gone")
    services.delete_topic(topic, by=topic.author)

    assert titles(client.get("/discussions/")) == []


def test_filters_narrow_together_and_nonsense_asks_nothing(client, member):
    dark, trolling = themes("dark-web", "trolling")
    circle = CircleFactory(slug="here")
    TopicFactory(title="both", theme=trolling, other_theme=dark, face="ugly", circle=circle)
    TopicFactory(title="first", theme=dark, face="good", language="nl")
    TopicFactory(title="none", kind=Topic.Kind.DISCUSSION)

    def found(query):
        return sorted(titles(client.get(f"/discussions/?{query}")))

    assert found("theme=dark-web") == ["both", "first"]
    assert found("theme=dark-web&face=ugly") == ["both"]
    assert found("circle=here") == ["both"]
    assert found("kind=discussion") == ["none"]
    assert found("language=nl") == ["first"]
    assert found("theme=no-such-theme") == []
    assert found("face=purple&kind=poem&language=klingon") == ["both", "first", "none"]


def test_the_filter_offers_only_circles_one_may_know(client, member):
    CircleFactory(title="Open circle")
    CircleFactory(title="Hidden circle", kind=Circle.Kind.HIDDEN)
    CircleFactory(title="My hidden circle", kind=Circle.Kind.HIDDEN, members=[member])

    html = client.get("/discussions/").content.decode()

    options = re.findall(r"<option [^>]*>([^<]+ circle)</option>", html)
    assert options == ["My hidden circle", "Open circle"]


def test_pinned_topics_come_first_in_their_circle_and_once(client):
    circle = CircleFactory(slug="here")
    TopicFactory(title="fresh", circle=circle)
    TopicFactory(title="pinned", circle=circle, pinned_at=timezone.now(), **aged(30))

    assert titles(client.get("/discussions/?circle=here")) == ["pinned", "fresh"]
    assert titles(client.get("/discussions/")) == ["fresh", "pinned"]


def test_older_pages_stay_the_same_when_new_topics_arrive(client):
    for n in range(45):
        TopicFactory(title=f"topic {n}", **aged(n))
    first = client.get("/discussions/")
    older = re.search(r'href="(\?[^"]*before=[^"]+)" rel="next"', first.content.decode())[1]
    second = client.get(f"/discussions/{older.replace('&amp;', '&')}")

    TopicFactory(title="brand new")

    again = client.get(f"/discussions/{older.replace('&amp;', '&')}")
    assert titles(first) == [f"topic {n}" for n in range(20)]
    assert titles(second) == titles(again) == [f"topic {n}" for n in range(20, 40)]


def test_a_row_counts_what_is_new_of_what_everybody_may_read(client, member):
    topic = TopicFactory(title="talk")
    ReplyFactory(topic=topic)
    client.get(topic.get_absolute_url())
    ReplyFactory(topic=topic)
    ReplyFactory(topic=topic, label=Label.RED)

    html = client.get("/discussions/").content.decode()

    assert "2 replies, 1 new" in html
    assert html.count('<li class="is-new">') == 1


def test_a_muted_topic_is_never_new(client, member):
    topic = TopicFactory()
    Reading.objects.create(member=member, topic=topic)
    watch(Ref.to(topic), by=member, level=Level.MUTED)
    ReplyFactory(topic=topic)

    assert b'class="is-new"' not in client.get("/discussions/").content


def test_a_sealed_author_is_sealed_in_lists_too(client, member):
    author = MemberFactory(name="Secret Name", role="Secret role")
    MemberFactory.create_batch(5)
    topic = TopicFactory(author=author, attribution=Attribution.CHATHAM)
    let_speak(author, topic)

    html = client.get("/discussions/").content.decode()

    assert "A law-enforcement member" in html
    assert "Secret" not in html


def test_red_things_are_one_line_and_their_page_has_no_titles(client, member):
    TopicFactory(title="Red title", label=Label.RED, readers=[member], author__name="Red Author")
    topic = TopicFactory(title="Green title", label=Label.GREEN)
    reply = ReplyFactory(topic=topic, label=Label.RED, body_html="<p>red words</p>")
    reply.readers.add(member)
    TopicFactory(title="Not for me", label=Label.RED, readers=[MemberFactory()])

    index = client.get("/discussions/").content.decode()
    red = client.get("/discussions/red/").content.decode()

    assert "2 things are shared only with you" in index
    assert "Red title" not in index
    assert red.count("Something for you") == 2
    assert "Red Author" in red
    told = ("Red title", "red-title", "Green title", "green-title", "red words")
    assert [each for each in told if each in red] == []


def test_red_things_are_paged_by_twenty_topics_and_replies_in_one_order(
    client, member, django_assert_max_num_queries
):
    start = timezone.now()
    topics = [
        TopicFactory(label=Label.RED, readers=[member], started_at=start + timedelta(hours=2 * n))
        for n in range(13)
    ]
    replies = [
        ReplyFactory(
            topic=TopicFactory(label=Label.GREEN),
            label=Label.RED,
            posted_at=start + timedelta(hours=2 * n + 1),
        )
        for n in range(12)
    ]
    for reply in replies:
        reply.readers.set([member])
    newest = sorted(
        [*topics, *replies], key=lambda post: getattr(post, "started_at", None) or post.posted_at
    )[::-1]
    ways = [f"/t/{each.pk}/" if each in topics else f"/r/{each.pk}/" for each in newest]

    with django_assert_max_num_queries(8):
        first = client.get("/discussions/red/").content.decode()
    second = client.get("/discussions/red/", {"page": "2"}).content.decode()

    assert re.findall(r'href="(/[tr]/\d+/)"', first) == ways[:20]
    assert re.findall(r'href="(/[tr]/\d+/)"', second) == ways[20:]


def test_the_red_page_is_empty_for_others_and_asks_strangers_who_they_are(client, member):
    TopicFactory(label=Label.RED, readers=[MemberFactory()])

    assert b"Something for you" not in client.get("/discussions/red/").content
    assert b"shared only with you" not in client.get("/discussions/").content
    client.logout()
    assert client.get("/discussions/red/").status_code == 302


@pytest.mark.parametrize("tab", ["latest", "unanswered", "mine", "following"])
def test_an_empty_list_says_how_to_start(client, member, tab):
    html = client.get(f"/discussions/?tab={tab}").content.decode()

    assert '<div class="empty">' in html
    assert 'href="/discussions/new/"' in html


def dearest_rows(member, count):
    shy = {"group": Audience.CIRCLES, "role": Audience.CIRCLES}
    circle = CircleFactory(slug="here", members=[member])
    theme = themes("dark-web")[0]
    for n in range(count):
        author = MemberFactory(visibility=shy, group=Group.RESEARCH)
        CircleFactory(members=[author])
        for attribution in Attribution:
            topic = TopicFactory(
                author=author, circle=circle, theme=theme, attribution=attribution, **aged(n)
            )
            ReplyFactory(topic=topic)
            let_speak(author, topic)
    TopicFactory(circle=circle, pinned_at=timezone.now())


@pytest.mark.parametrize("count", [1, 10])
@pytest.mark.parametrize("query", ["", "circle=here&theme=dark-web", "tab=mine"])
def test_a_list_asks_at_most_eight_questions(
    client, member, count, query, django_assert_max_num_queries
):
    dearest_rows(member, count)

    with django_assert_max_num_queries(8):
        assert client.get(f"/discussions/?{query}").status_code == 200


@pytest.mark.parametrize("count", [1, 10])
def test_a_strangers_list_asks_four(client, settings, count, django_assert_num_queries):
    settings.PAGE_CACHE_SECONDS = 60
    pagecache._pages.clear()
    dearest_rows(MemberFactory(), count)

    with django_assert_num_queries(4):
        client.get("/discussions/")
