"""Topics in other places: a circle's page, a theme's, a profile, the homes, the export."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import timezone

from media4sec.discussions import queries, room
from media4sec.discussions.models import Topic
from media4sec.discussions.tests.factories import ReplyFactory, TopicFactory
from media4sec.kit.marking import Attribution, Door, Label
from media4sec.kit.models import Theme
from media4sec.members.models import Circle, Group
from media4sec.members.speakers import let_speak
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MemberFactory(name="Visitor")


def asked_by(visitor, query=""):
    request = RequestFactory().get(f"/{query}")
    request.user = visitor
    return request


def theme(slug="dark-web"):
    return Theme.objects.get_or_create(
        slug=slug, defaults={"title": slug, "icon": "globe", "position": 1}
    )[0]


# A circle's page


def test_a_circles_page_shows_its_topics_with_the_pinned_first(member):
    circle = CircleFactory(members=[member])
    TopicFactory(title="Fresh", circle=circle)
    TopicFactory(title="Pinned", circle=circle, pinned_at=timezone.now())
    TopicFactory(title="Elsewhere")

    html = room.circle(asked_by(member), circle=circle)

    assert html.index("Pinned") < html.index("Fresh")
    assert "Elsewhere" not in html
    assert f"/discussions/new/?circle={circle.slug}" in html


def test_a_circles_page_shows_an_outsider_only_what_they_may_read(member):
    circle = CircleFactory(kind=Circle.Kind.CLOSED)
    TopicFactory(title="Inside only", circle=circle, label=Label.AMBER)

    html = room.circle(asked_by(member), circle=circle)

    assert "Inside only" not in html
    assert "/discussions/new/" not in html


def test_the_unanswered_of_a_circle_are_a_tab(member):
    circle = CircleFactory(members=[member])
    TopicFactory(title="Waiting", circle=circle)
    ReplyFactory(topic=TopicFactory(title="Answered", circle=circle))

    html = room.circle(asked_by(member, "?tab=unanswered"), circle=circle)

    assert "Waiting" in html
    assert "Answered" not in html.split("</nav>")[1]


def test_a_theme_shows_topics_that_name_it_first_or_second(member):
    dark, other = theme(), theme("trolling")
    TopicFactory(title="First", theme=dark)
    TopicFactory(title="Second", theme=other, other_theme=dark)
    TopicFactory(title="Neither", theme=other)

    html = room.theme(asked_by(member), theme=dark)

    assert [each in html for each in ("First", "Second", "Neither")] == [True, True, False]


# A profile


def test_a_profile_shows_named_words_and_never_sealed_ones(member):
    writer = MemberFactory()
    TopicFactory(title="Named topic", author=writer)
    ReplyFactory(topic=TopicFactory(title="Named reply"), author=writer)
    TopicFactory(title="Sealed topic", author=writer, attribution=Attribution.CHATHAM)
    sealed = TopicFactory(title="Sealed reply", attribution=Attribution.CHATHAM)
    ReplyFactory(topic=sealed, author=writer)
    own_seal = TopicFactory(title="Own seal")
    ReplyFactory(topic=own_seal, author=writer, attribution=Attribution.CHATHAM)
    TopicFactory(title="Red topic", author=writer, label=Label.RED, readers=[member])

    html = room.profile(asked_by(member), member=writer)

    assert "Named topic" in html
    assert "Named reply" in html
    for title in ("Sealed topic", "Sealed reply", "Own seal", "Red topic"):
        assert title not in html


def test_a_profile_shows_only_what_the_visitor_may_read(member):
    writer = MemberFactory()
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[writer])
    topic = TopicFactory(title="Inside only", author=writer, circle=circle, label=Label.AMBER)
    ReplyFactory(topic=topic, author=writer)

    assert room.profile(asked_by(member), member=writer) == ""
    assert "Inside only" in room.profile(asked_by(writer), member=writer)


# The two homes


def test_a_strangers_home_shows_four_public_discussions_that_live():
    for n in range(5):
        ReplyFactory(topic=TopicFactory(title=f"Public {n}"))
    ReplyFactory(topic=TopicFactory(title="For members", label=Label.GREEN))
    TopicFactory(title="Nobody answered")

    html = room.home_of_strangers(asked_by(AnonymousUser()))

    assert html.count("Public ") == 4
    assert "For members" not in html
    assert "Nobody answered" not in html


def test_a_home_shows_what_is_new_in_my_circles(member):
    circle = CircleFactory(members=[member])
    TopicFactory(title="Mine to read", circle=circle)
    TopicFactory(title="Elsewhere", circle=CircleFactory())

    panels = queries.home_panels(member)

    assert [row.title for row in panels.new] == ["Mine to read"]
    assert panels.new[0].is_new


def test_questions_wait_for_who_can_help(member):
    dark = theme()
    member.themes.add(dark)
    asker = MemberFactory(group=Group.RESEARCH)
    others = {"author": asker, "voices": {"research": 1}}
    police = {"author": asker, "voices": {"research": 1, "law_enforcement": 1}}
    TopicFactory(title="Police silent", **others)
    TopicFactory(title="Police spoke", **police)
    TopicFactory(title="My theme", theme=dark, **police)
    TopicFactory(title="My own", author=member, voices={})
    TopicFactory(title="A talk", kind=Topic.Kind.DISCUSSION, **others)
    TopicFactory(title="Hidden", label=Label.RED, **others)
    answered = TopicFactory(title="Accepted", **others)
    answered.accepted = ReplyFactory(topic=answered)
    answered.save(update_fields=["accepted"])

    waiting = queries.home_panels(member).waiting

    assert {row.title: row.reason for row in waiting} == {
        "Police silent": "Nobody of your group has spoken here yet",
        "My theme": "In a theme you follow, without an answer",
    }


def test_red_things_are_counted_on_the_home_and_not_shown(member):
    TopicFactory(title="Red title", label=Label.RED, readers=[member])

    empty_home = room.home(asked_by(member))
    TopicFactory(circle=CircleFactory(members=[member]))
    member.forget_memberships()
    full_home = room.home(asked_by(member))

    assert [home[0].get("only_for_you") for home in (empty_home, full_home)] == [1, 1]
    assert "Red title" not in str(full_home)


@pytest.mark.parametrize("count", [1, 10])
def test_a_home_asks_three_questions(member, count, django_assert_num_queries):
    circle = CircleFactory(members=[member])
    for _ in range(count):
        topic = TopicFactory(circle=circle, attribution=Attribution.CHATHAM)
        let_speak(topic.author, topic)
    assert member.circle_ids == [circle.pk]

    with django_assert_num_queries(3):
        queries.home_panels(member)


# Leaving the house


def test_an_entry_seals_its_author_and_knows_no_name_behind_it():
    author = MemberFactory(name="Secret Name")
    MemberFactory.create_batch(5)
    topic = TopicFactory(author=author, attribution=Attribution.CHATHAM)
    let_speak(author, topic)
    reply = ReplyFactory(topic=topic, author=author)

    fetched = queries.fetch_topics([topic.pk])[0], queries.fetch_replies([reply.pk])[0]
    entries = [queries.topic_entry(fetched[0]), queries.reply_entry(fetched[1])]

    assert {entry.author for entry in entries} == {"A law-enforcement member · Netherlands"}
    assert {entry.author_id for entry in entries} == {None}
    assert "Secret" not in str(entries)


def test_a_replys_entry_travels_no_further_than_either_label():
    topic = TopicFactory(label=Label.GREEN)
    reader = MemberFactory()
    wide = ReplyFactory(topic=topic)
    narrow = ReplyFactory(topic=topic, label=Label.RED)
    narrow.readers.add(reader)

    entries = [queries.reply_entry(each) for each in queries.fetch_replies([wide.pk, narrow.pk])]

    assert [entry.label for entry in entries] == [Label.GREEN, Label.RED]
    assert entries[1].reader_ids == tuple(sorted([reader.pk, narrow.author_id]))
    assert entries[1].through(Door.SEARCH) is None


def test_what_was_deleted_is_fetched_no_more():
    topic = TopicFactory(deleted_at=timezone.now())
    reply = ReplyFactory(deleted_at=timezone.now())

    assert queries.fetch_topics([topic.pk]) == queries.fetch_replies([reply.pk]) == []


@pytest.mark.parametrize("count", [1, 10])
def test_fetching_asks_the_same_however_many(count, django_assert_num_queries):
    for _ in range(count):
        topic = TopicFactory(attribution=Attribution.CHATHAM)
        let_speak(topic.author, topic)
    keys = list(Topic.objects.values_list("pk", flat=True))

    with django_assert_num_queries(2):
        assert len([queries.topic_entry(each) for each in queries.fetch_topics(keys)]) == count


def test_my_own_sealed_words_are_in_my_export_and_others_titles_only_where_allowed(member):
    TopicFactory(author=member, body="my sealed words", attribution=Attribution.CHATHAM)
    strict = TopicFactory(title="Strict title", label=Label.GREEN)
    ReplyFactory(topic=strict, author=member, body="my reply")
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[member])
    hidden = TopicFactory(title="Strict words", circle=circle, label=Label.AMBER_STRICT)
    ReplyFactory(topic=hidden, author=member, body="my strict reply")
    ReplyFactory(author=MemberFactory(), body="words of others")

    kept = json.loads(room.export(asked_by(member), member=member))

    assert [topic["body"] for topic in kept["topics"]] == ["my sealed words"]
    assert [(reply["topic"], reply["body"]) for reply in kept["replies"]] == [
        ("Strict title", "my reply"),
        ("", "my strict reply"),
    ]
    assert "words of others" not in json.dumps(kept)
    assert "strict-words" not in json.dumps(kept)
