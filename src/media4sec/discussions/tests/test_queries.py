"""Prepared questions answer what the plain ones answer, for everybody."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from media4sec.discussions import queries
from media4sec.discussions.models import Reply, Topic
from media4sec.discussions.queries.sources import Sources
from media4sec.discussions.queries.voices import voices_of
from media4sec.discussions.tests.factories import ReplyFactory, TopicFactory
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.permissions import may
from media4sec.kit.prepared import Prepared
from media4sec.members.models import Audience, Circle
from media4sec.members.speakers import let_speak
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """A topic and a reply of every label, in two closed circles, and those who look at them."""
    insider, author, reader = MemberFactory.create_batch(3)
    both = MemberFactory()
    circles = [
        CircleFactory(kind=Circle.Kind.CLOSED, members=[insider, author, both]),
        CircleFactory(kind=Circle.Kind.CLOSED, members=[both]),
    ]
    for circle in circles:
        for label in Label:
            topic = TopicFactory(circle=circle, label=label, author=author, readers=[reader])
            for own in ["", *Label]:
                ReplyFactory(topic=topic, label=own, author=author).readers.set([reader])
    suspended = MemberFactory(suspended_at=timezone.now())
    unconfirmed = MemberFactory(confirmed_at=None)
    return [AnonymousUser(), insider, author, reader, both, suspended, unconfirmed]


def test_a_topic_is_found_exactly_where_it_is_visible(world):
    for visitor in world:
        found = {pk for pk in keys(Topic) if queries.topic_at(visitor, pk)}

        assert found == set(Topic.objects.visible_to(visitor).values_list("pk", flat=True))


def test_a_page_shows_exactly_the_replies_that_are_visible(world):
    for visitor in world:
        for pk in keys(Topic):
            topic = queries.topic_at(visitor, pk)
            shown = (
                [row.pk for row in queries.topic_page(visitor, topic, "").posts] if topic else []
            )

            visible = Reply.objects.visible_to(visitor).filter(topic=pk)
            assert shown == list(visible.order_by("number").values_list("pk", flat=True))


def keys(model):
    return list(model.objects.values_list("pk", flat=True))


def test_what_a_page_offers_is_what_the_rules_allow(world):
    host = MemberFactory()
    circle = CircleFactory(hosts=[host])
    topics = [
        TopicFactory(circle=circle, author=world[2]),
        TopicFactory(author=world[2], kind=Topic.Kind.DISCUSSION),
    ]
    offers = {
        "reply": "discussions.reply",
        "keep_order": "discussions.lock",
        "accept": "discussions.accept",
        "follow": "discussions.follow",
    }

    for visitor in [*world, host, MemberFactory(is_moderator=True)]:
        for topic in topics:
            allowed = {offer for offer, name in offers.items() if may(visitor, name, topic)}
            assert queries.may_on(visitor, topic) - {"react"} == allowed, (visitor, topic)


def test_nobody_is_offered_to_write_where_it_is_closed():
    host = MemberFactory()
    circle = CircleFactory(hosts=[host], archived_at=timezone.now())
    locked = TopicFactory(locked_at=timezone.now())

    assert "reply" not in queries.may_on(host, TopicFactory(circle=circle))
    assert "reply" not in queries.may_on(host, locked)


# Who is shown


def test_sealed_speakers_and_near_circles_are_one_question(django_assert_num_queries):
    shy = {"role": Audience.CIRCLES}
    visitor, near, far = MemberFactory(), *MemberFactory.create_batch(2, visibility=shy)
    CircleFactory(members=[visitor, near])
    CircleFactory(members=[far])
    topics = [TopicFactory(author=near), TopicFactory(author=far)]
    sealed = TopicFactory(attribution=Attribution.CHATHAM)
    speaker = let_speak(sealed.author, sealed)
    assert len(visitor.my_memberships) == 1

    with django_assert_num_queries(1):
        sources = Sources(visitor, [*topics, sealed])

    assert [sources.byline(each).role for each in topics] == [
        "Community officer",
        "Law enforcement",
    ]
    assert sources.byline(sealed).number == speaker.number
    assert sources.byline(sealed).url == ""


def test_a_sealed_author_without_a_speaker_is_only_a_member():
    topic = TopicFactory(attribution=Attribution.CHATHAM, author__name="Secret Name")

    byline = Sources(MemberFactory(), [topic]).byline(topic)

    assert (byline.name, byline.group, byline.country, byline.url) == ("A member", "", "", "")


# Preparing


def test_a_prepared_question_is_put_into_words_once_and_answers_each_time():
    worded = []

    def build(*, pk, label, others):
        worded.append(pk)
        return Topic.objects.filter(pk=pk, label=label).exclude(pk__in=others)

    ask = Prepared(build)
    topics = TopicFactory.create_batch(3)

    found = [ask(pk=each.pk, label=Label.CLEAR, others=[0]) for each in topics]

    assert found == [[each] for each in topics]
    assert len(worded) == 1


def test_lists_of_any_length_ask_for_exactly_their_members():
    ask = Prepared(lambda *, keys: Topic.objects.filter(pk__in=keys).order_by("pk"))
    topics = TopicFactory.create_batch(9)

    for count in range(10):
        assert ask(keys=[each.pk for each in topics[:count]]) == topics[:count]


def test_what_is_none_is_a_question_of_its_own():
    topic = TopicFactory()

    def build(*, pk):
        return Topic.objects.all() if pk is None else Topic.objects.filter(pk=pk)

    ask = Prepared(build)

    assert ask(pk=0) == []
    assert ask(pk=None) == [topic]
    assert ask(pk=topic.pk) == [topic]


def test_moments_are_values_like_others():
    topic = TopicFactory()
    ask = Prepared(lambda *, since: Topic.objects.filter(started_at__gt=since))
    hour = timedelta(hours=1)

    found = [ask(since=topic.started_at + step) for step in (-hour, hour, -hour)]

    assert found == [[topic], [], [topic]]


def test_a_value_that_becomes_part_of_the_question_is_an_error():
    ask = Prepared(lambda *, word: Topic.objects.filter(title__contains=word))

    with pytest.raises(ValueError, match="part of the question"):
        ask(word="cordon")


def test_no_group_is_called_missing_while_somebody_does_not_show_theirs():
    reader = MemberFactory()
    shown = TopicFactory(label=Label.GREEN, voices={"research": 1})
    unshown = TopicFactory(label=Label.GREEN, voices={"research": 1, "": 2})

    assert "Business" in voices_of(shown, reader).missing
    assert "Researcher" not in voices_of(shown, reader).missing
    assert voices_of(unshown, reader).missing == ""
