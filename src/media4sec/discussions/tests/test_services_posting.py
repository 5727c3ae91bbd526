"""Starting topics and replying."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from media4sec.discussions import services
from media4sec.discussions.models import Reading, Reply, Topic
from media4sec.discussions.tests.factories import ReplyFactory, TopicFactory
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Activity, Theme
from media4sec.kit.refs import Ref
from media4sec.kit.watching import Level, level_of
from media4sec.members.models import Circle, Group, Speaker
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db


def start(by, **changes):
    return services.start_topic(by=by, **{"title": "A good title", "body": "Words.", **changes})


def closed_circle(*members, **changes):
    return CircleFactory(kind=Circle.Kind.CLOSED, members=members, **changes)


def test_a_topic_in_the_commons_is_green_and_named_unless_its_author_says_otherwise():
    author = MemberFactory()

    topic = start(author, title=" What  did\nyou try? ", body="**We** asked.\r\n")

    topic.refresh_from_db()
    assert (topic.label, topic.attribution) == (Label.GREEN, Attribution.NAMED)
    assert (topic.title, topic.body) == ("What did you try?", "**We** asked.")
    assert topic.body_html == "<p><strong>We</strong> asked.</p>\n"
    assert topic.voices == {Group.LAW_ENFORCEMENT: 1}
    reading = Reading.objects.get(topic=topic)
    assert (reading.member, level_of(Ref.to(topic), by=author)) == (author, Level.EVERYTHING)
    entry = Activity.objects.get()
    assert (entry.verb, entry.actor, entry.within_id) == ("started", author, None)


def test_a_topic_in_a_circle_begins_with_the_circles_label_and_attribution():
    author = MemberFactory()
    circle = closed_circle(author, attribution=Attribution.CHATHAM)

    topic = start(author, circle=circle)

    assert (topic.label, topic.attribution) == (Label.AMBER, Attribution.CHATHAM)
    speaker = Speaker.objects.get()
    assert (speaker.member, speaker.thing_id) == (author, topic.pk)
    assert topic.voices == {"": 1}  # alone in the circle: not even the group is said


def test_who_is_not_in_the_circle_cannot_write_in_it():
    with pytest.raises(PermissionDenied, match="members of this circle"):
        start(MemberFactory(), circle=CircleFactory())

    assert not Topic.objects.exists()


@pytest.mark.parametrize("state", [{"suspended_at": timezone.now()}, {"confirmed_at": None}])
def test_suspended_and_unconfirmed_members_cannot_write(state):
    with pytest.raises(PermissionDenied):
        start(MemberFactory(**state))
    with pytest.raises(PermissionDenied):
        services.reply(TopicFactory(), by=MemberFactory(**state), body="Words.")


def test_nobody_writes_in_a_closed_down_circle():
    author = MemberFactory()
    circle = CircleFactory(members=[author])
    topic = start(author, circle=circle)
    Circle.objects.update(archived_at=timezone.now())
    circle.refresh_from_db()

    with pytest.raises(Refused, match="closed"):
        start(author, circle=circle)
    with pytest.raises(Refused, match="closed"):
        services.reply(topic, by=author, body="Words.")


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        (Circle.Kind.MEMBERS, Label.CLEAR),
        (Circle.Kind.CLOSED, Label.GREEN),
        (Circle.Kind.HIDDEN, Label.CLEAR),
    ],
)
def test_nothing_is_wider_than_its_circle(kind, label):
    author = MemberFactory()

    with pytest.raises(Refused, match="further than"):
        start(author, circle=CircleFactory(kind=kind, members=[author]), label=label)


@pytest.mark.parametrize("label", [Label.AMBER, Label.AMBER_STRICT])
def test_amber_needs_a_circle(label):
    with pytest.raises(Refused, match="AMBER"):
        start(MemberFactory(), label=label)


def test_red_needs_a_reader_who_may_read_in_the_circle():
    author, inside, outside = MemberFactory.create_batch(3)
    circle = closed_circle(author, inside)

    with pytest.raises(Refused, match="at least one reader"):
        start(author, circle=circle, label=Label.RED)
    with pytest.raises(Refused, match="at least one reader"):
        start(author, circle=circle, label=Label.RED, readers=[author])
    with pytest.raises(Refused, match="cannot be readers"):
        start(author, circle=circle, label=Label.RED, readers=[inside, outside])
    topic = start(author, circle=circle, label=Label.RED, readers=[inside, author])

    assert list(topic.readers.all()) == [inside]


def test_a_suspended_member_cannot_be_named_as_a_reader():
    suspended = MemberFactory(suspended_at=timezone.now())

    with pytest.raises(Refused, match="cannot be readers"):
        start(MemberFactory(), label=Label.RED, readers=[suspended])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": "abc"}, "four letters"),
        ({"title": "\u202e \u200b".strip()}, "four letters"),
        ({"title": "x" * 151}, "150"),
        ({"body": ""}, "Write a text"),
        ({"body": " \n\t\x00 "}, "Write a text"),
        ({"body": "x" * 100_001}, "100001 characters"),
        ({"body": "x" * 300_000}, "300000 characters"),
    ],
)
def test_titles_and_texts_have_a_length(changes, sentence):
    with pytest.raises(Refused, match=sentence):
        start(MemberFactory(), **changes)


def test_a_text_of_the_longest_length_is_taken():
    topic = start(MemberFactory(), title="x" * 150, body="y" * 100_000)

    assert len(Topic.objects.get(pk=topic.pk).body) == 100_000


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[click](javascript:alert(1))",
        "<style>body{display:none}</style>",
        '<div style="position:fixed">x</div>',
        "<svg><script>1</script></svg>",
        "![x](https://example.org/spy.png)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
    ],
)
def test_hostile_markup_stays_text(hostile):
    html = start(MemberFactory(), body=hostile).body_html

    assert not re.search(r"<(script|img|style|div|svg)|href=.(javascript|data)", html)


def test_overrides_and_towers_of_marks_are_taken_out():
    tower = "e" + "\u0301" * 60
    topic = start(MemberFactory(), title=f"Safe \u202etxt.exe {tower}", body=f"\u2066{tower}\x07")

    assert "\u202e" not in topic.title
    assert len(topic.title) < 30
    assert len(topic.body) < 10


def test_a_second_theme_alone_becomes_the_first_and_the_same_one_counts_once(theme):
    alone = start(MemberFactory(), other_theme=theme)
    twice = start(MemberFactory(), theme=theme, other_theme=theme)

    for topic in (alone, twice):
        assert (topic.theme, topic.other_theme) == (theme, None)


@pytest.fixture
def theme():
    return Theme.objects.create(
        slug="trolling",
        title="Trolling",
        icon="flag",
        summary="",
        body="",
        body_html="",
        position=1,
    )


# Replies


def test_replies_are_numbered_counted_and_move_their_topic_on():
    topic = TopicFactory()
    before = topic.last_post_at
    member = MemberFactory(group=Group.RESEARCH)

    first = services.reply(topic, by=member, body="One.")
    second = services.reply(Topic.objects.get(), by=member, body="Two.", answers_to=first)

    topic.refresh_from_db()
    assert [first.number, second.number] == [1, 2]
    assert (topic.last_number, topic.reply_count) == (2, 2)
    assert topic.last_post_at == second.posted_at > before
    assert topic.voices == {Group.RESEARCH: 1}
    reading = Reading.objects.get(member=member)
    assert (reading.number, level_of(Ref.to(topic), by=member)) == (2, Level.EVERYTHING)
    assert [entry.verb for entry in Activity.objects.all()] == ["replied", "replied"]


def test_who_unfollowed_is_not_made_to_follow_again():
    topic, member = TopicFactory(), MemberFactory()
    services.reply(topic, by=member, body="One.")
    services.unfollow(topic, by=member)

    services.reply(topic, by=member, body="Two.")

    assert level_of(Ref.to(topic), by=member) == Level.NORMAL


def test_who_muted_stays_undisturbed():
    topic, member = TopicFactory(), MemberFactory()
    services.mute(topic, by=member)

    services.reply(topic, by=member, body="One.")

    assert level_of(Ref.to(topic), by=member) == Level.MUTED


def test_a_narrower_reply_leaves_no_trace_in_its_topic():
    author, member = MemberFactory.create_batch(2)
    circle = CircleFactory(members=[author, member])
    topic = services.start_topic(
        by=author, circle=circle, title="Title", body="Words.", label=Label.GREEN
    )
    before = Topic.objects.values("reply_count", "last_post_at", "voices").get()

    reply = services.reply(topic, by=member, body="Only for us.", label=Label.AMBER)

    assert Topic.objects.values("reply_count", "last_post_at", "voices").get() == before
    assert Topic.objects.get().last_number == reply.number == 1


def test_a_reply_is_never_wider_than_its_topic():
    author = MemberFactory()
    topic = TopicFactory(author=author, label=Label.GREEN)

    with pytest.raises(Refused, match="cannot be shared further"):
        services.reply(topic, by=author, body="Words.", label=Label.CLEAR)
    same = services.reply(topic, by=author, body="Words.", label=Label.GREEN)

    assert same.label == ""


def test_an_amber_reply_needs_a_circle():
    with pytest.raises(Refused, match="in none"):
        services.reply(TopicFactory(), by=MemberFactory(), body="Words.", label=Label.AMBER)


def test_the_readers_of_a_red_reply_are_among_those_of_its_topic():
    author, reader, other = MemberFactory.create_batch(3)
    topic = TopicFactory(author=author, label=Label.RED, readers=[reader, other])
    stranger = MemberFactory()

    with pytest.raises(Refused, match="cannot be readers"):
        services.reply(
            TopicFactory(author=author, label=Label.AMBER, circle=closed_circle(author)),
            by=author,
            body="Words.",
            label=Label.RED,
            readers=[stranger],
        )
    reply = services.reply(topic, by=reader, body="All of us.", label=Label.RED)

    assert reply.label == ""  # the topic is RED already: its readers read it


def test_an_answer_to_a_narrower_reply_is_as_narrow():
    asker, helper = MemberFactory.create_batch(2)
    topic = TopicFactory(author=asker, label=Label.GREEN)
    narrow = services.reply(topic, by=helper, body="For you.", label=Label.RED, readers=[asker])

    answer = services.reply(topic, by=asker, body="Thank you.", answers_to=narrow)

    assert answer.label == Label.RED
    assert list(answer.readers.all()) == [helper]


def test_an_answer_is_never_wider_than_what_it_answers():
    asker = MemberFactory()
    topic = TopicFactory(author=asker, label=Label.CLEAR)
    narrow = services.reply(
        topic, by=MemberFactory(), body="Quietly.", label=Label.RED, readers=[asker]
    )

    with pytest.raises(Refused, match="fewer people"):
        services.reply(topic, by=asker, body="Aloud.", answers_to=narrow, label=Label.GREEN)


def test_a_reply_answers_only_what_its_writer_reads_in_the_same_topic():
    asker, helper, other = MemberFactory.create_batch(3)
    topic = TopicFactory(author=asker, label=Label.GREEN)
    narrow = services.reply(topic, by=helper, body="For you.", label=Label.RED, readers=[asker])

    with pytest.raises(Refused, match="another discussion"):
        services.reply(TopicFactory(), by=other, body="Words.", answers_to=narrow)
    with pytest.raises(PermissionDenied):
        services.reply(topic, by=other, body="Words.", answers_to=narrow)


def test_in_chatham_house_mode_nobody_replies_by_name():
    topic = TopicFactory(attribution=Attribution.CHATHAM)

    with pytest.raises(Refused, match="nobody replies by name"):
        services.reply(topic, by=MemberFactory(), body="Words.", attribution="named")


def test_who_speaks_by_name_and_sealed_is_two_voices_and_one_sealed_speaker():
    topic, member = TopicFactory(), MemberFactory(group=Group.BUSINESS)

    services.reply(topic, by=member, body="By name.")
    for body in ("Sealed.", "Sealed again."):
        services.reply(topic, by=member, body=body, attribution=Attribution.CHATHAM)

    topic.refresh_from_db()
    assert topic.voices == {Group.BUSINESS: 1, "": 1}
    assert Speaker.objects.get().member == member


def test_a_group_shown_to_circles_only_is_not_counted_as_a_voice():
    member = MemberFactory(visibility={"group": "circles"})

    assert start(member).voices == {"": 1}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"locked_at": timezone.now(), "lock_reason": "It is settled."}, "It is settled"),
        ({"deleted_at": timezone.now()}, "deleted"),
    ],
)
def test_a_topic_locked_or_deleted_while_one_writes_takes_no_reply(change, sentence):
    topic = TopicFactory()
    Topic.objects.update(**change)

    with pytest.raises(Refused, match=sentence):
        services.reply(topic, by=MemberFactory(), body="Words.")

    assert not Reply.objects.exists()


def test_a_topic_moved_away_while_one_writes_takes_no_reply():
    topic = TopicFactory()
    Topic.objects.update(circle=CircleFactory())

    with pytest.raises(PermissionDenied, match="members of this circle"):
        services.reply(topic, by=MemberFactory(), body="Words.")


def test_who_cannot_read_a_topic_cannot_reply():
    topic = TopicFactory(label=Label.RED)

    with pytest.raises(PermissionDenied):
        services.reply(topic, by=MemberFactory(), body="Words.")


def test_reading_never_goes_back():
    topic, member = TopicFactory(), MemberFactory()
    ReplyFactory.create_batch(3, topic=topic)

    for number in (2, 1, 99):
        services.mark_read(topic, by=member, number=number)

    assert Reading.objects.get().number == 3
