"""Sharing with fewer people or more, and who is shown as the source."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from media4sec.discussions import rules, services
from media4sec.discussions.models import Reading, Reply, Topic, WideningProposal
from media4sec.discussions.tests.factories import ReplyFactory, TopicFactory
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Activity
from media4sec.members.models import Circle, Speaker
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db
C, G, A, S, R = Label


def circle_of(*members, **changes):
    return CircleFactory(members=members, **changes)


@pytest.fixture
def author():
    return MemberFactory()


@pytest.fixture
def other():
    return MemberFactory()


def facts(topic):
    topic.refresh_from_db()
    return topic.label, topic.reply_count, topic.voices


def test_an_author_narrows_a_topic_and_its_wider_replies_follow(author, other):
    topic = TopicFactory(author=author, circle=circle_of(author, other), label=C)
    green, amber, strict = (ReplyFactory(topic=topic, label=label) for label in (G, A, S))

    services.narrow(topic, by=author, label=A)

    labels = {each.pk: each.label for each in Reply.objects.all()}
    assert labels == {green.pk: "", amber.pk: "", strict.pk: S}
    assert facts(topic)[:2] == (A, 2)
    entry = Activity.objects.get()
    assert (entry.verb, entry.facts) == ("narrowed", {"was": C, "label": A})


def test_narrowing_to_red_names_the_readers_and_leaves_no_reply_with_others(author, other):
    third = MemberFactory()
    topic = TopicFactory(author=author, label=G)
    reply = services.reply(topic, by=other, body="Words.", label=R, readers=[author, third])

    with pytest.raises(Refused, match="at least one reader"):
        services.narrow(topic, by=author, label=R)
    services.narrow(topic, by=author, label=R, readers=[other])

    assert list(topic.readers.all()) == [other]
    assert list(reply.readers.all()) == [author]
    assert not Reply.objects.visible_to(third).exists()


def test_red_is_narrowed_by_taking_readers_away_never_by_adding_one(author, other):
    third = MemberFactory()
    topic = TopicFactory(author=author, label=R, readers=[other])

    with pytest.raises(Refused, match="cannot be readers"):
        services.narrow(topic, by=author, label=R, readers=[other, third])
    topic.readers.add(third)
    services.narrow(topic, by=author, label=R, readers=[other])

    assert list(topic.readers.all()) == [other]


@pytest.mark.parametrize(("was", "label"), [(G, C), (G, G), (S, A), (R, S)])
def test_narrowing_never_widens(author, other, was, label):
    topic = TopicFactory(author=author, circle=circle_of(author), label=was, readers=[other])

    with pytest.raises(Refused, match="fewer people"):
        services.narrow(topic, by=author, label=label)


def test_in_the_commons_nothing_becomes_amber(author):
    topic = TopicFactory(author=author, label=G)
    reply = ReplyFactory(topic=topic, author=author)

    for post in (topic, reply):
        with pytest.raises(Refused, match="in none"):
            services.narrow(post, by=author, label=A)


def test_a_narrowed_reply_is_no_longer_counted_or_accepted(author, other):
    topic = TopicFactory(author=author, label=C)
    reply = ReplyFactory(topic=topic, author=other)
    services.accept(reply, by=author)

    services.narrow(reply, by=other, label=G)

    topic.refresh_from_db()
    assert (topic.accepted, topic.reply_count, sum(topic.voices.values())) == (None, 0, 1)


def test_a_reply_narrowed_to_red_has_readers_of_its_topic_only(author, other):
    outside = MemberFactory()
    topic = TopicFactory(author=author, circle=circle_of(author, other), label=A)
    reply = ReplyFactory(topic=topic, author=other)

    with pytest.raises(Refused, match="cannot be readers"):
        services.narrow(reply, by=other, label=R, readers=[outside])
    services.narrow(reply, by=other, label=R, readers=[author])

    assert list(reply.readers.all()) == [author]


def test_a_list_of_readers_never_tells_who_is_sealed(author, other):
    third = MemberFactory()
    circle = circle_of(author, other, third, kind=Circle.Kind.CLOSED)
    topic = TopicFactory(author=author, circle=circle, label=A, attribution=Attribution.CHATHAM)
    sealed = services.reply(topic, by=third, body="Words.", label=R, readers=[other])
    answer = services.reply(topic, by=other, body="Words.", answers_to=sealed)
    assert list(answer.readers.all()) == [third]
    red = TopicFactory(author=author, label=R, readers=[other], attribution=Attribution.CHATHAM)
    under_red = ReplyFactory(topic=red, author=other)

    for reply in (answer, under_red):
        with pytest.raises(Refused, match="cannot be chosen again"):
            services.narrow(reply, by=other, label=R, readers=[third])
    # Who started it and has left the circle is no more of a reader than any stranger.
    author.memberships.all().delete()
    with pytest.raises(Refused, match="cannot be readers"):
        services.reply(topic, by=other, body="Words.", label=R, readers=[author])


def test_only_the_author_narrows_or_widens(author, other):
    topic = TopicFactory(author=author, label=G)

    with pytest.raises(PermissionDenied):
        services.narrow(topic, by=other, label=R, readers=[author])
    with pytest.raises(PermissionDenied):
        services.widen(topic, by=other, label=C)


def test_widening_leaves_the_words_of_others_with_those_who_read_them(author, other):
    topic = TopicFactory(author=author, label=G)
    mine = ReplyFactory(topic=topic, author=author)
    theirs = ReplyFactory(topic=topic, author=other)
    services.accept(theirs, by=author)

    services.widen(topic, by=author, label=C)

    assert {each.pk: each.label for each in Reply.objects.all()} == {mine.pk: "", theirs.pk: G}
    topic.refresh_from_db()
    assert (topic.reply_count, topic.accepted) == (1, None)
    assert Activity.objects.first().verb == "widened"


def test_a_red_reply_keeps_its_readers_when_its_topic_is_widened(author, other):
    third = MemberFactory()
    topic = TopicFactory(author=author, label=R, readers=[other, third])
    reply = ReplyFactory(topic=topic, author=other)

    services.widen(topic, by=author, label=G)

    reply.refresh_from_db()
    assert (reply.label, set(reply.readers.all())) == (R, {author, third})
    assert not Reply.objects.visible_to(MemberFactory()).exists()
    assert not topic.readers.exists()


def test_an_author_does_not_widen_beyond_the_circle(author):
    circle = circle_of(author, kind=Circle.Kind.CLOSED)
    topic = TopicFactory(author=author, circle=circle, label=S)

    with pytest.raises(Refused, match="further than"):
        services.widen(topic, by=author, label=G)
    services.widen(topic, by=author, label=A)

    assert Topic.objects.get().label == A


def test_in_public_people_who_do_not_speak_there_are_not_linked(author, other):
    speaking = MemberFactory(name="Speaking")
    topic = services.start_topic(
        by=author, title="Title", body="Words.", label=G, attribution="named"
    )
    services.reply(topic, by=speaking, body="Words.")
    named = MemberFactory(name="Silent", is_findable=True)
    services.edit_topic(
        topic, by=author, base_version=1, title="Title", body="@[Speaking] and @[Silent]"
    )
    assert topic.body_html.count("href") == 2

    services.widen(topic, by=author, label=C)

    topic.refresh_from_db()
    assert f'href="/people/{named.pk}/"' not in topic.body_html
    assert "@[Silent]" in topic.body_html


# Further than the circle allows


@pytest.fixture
def proposed(author):
    host = MemberFactory()
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[author], hosts=[host])
    topic = TopicFactory(author=author, circle=circle, label=A)
    return services.propose_widening(topic, by=host, label=G, reason="Others need it.")


def test_a_host_proposes_and_the_author_agrees(proposed, author):
    services.agree_to_widening(proposed, by=author)

    assert Topic.objects.get().label == G
    proposed.refresh_from_db()
    assert proposed.agreed is True
    verbs = [entry.verb for entry in Activity.objects.order_by("id")]
    assert verbs == ["proposed_widening", "widened"]


def test_the_author_may_decline_and_answers_once(proposed, author):
    services.decline_widening(proposed, by=author)

    assert Topic.objects.get().label == A
    assert WideningProposal.objects.get().agreed is False
    with pytest.raises(Refused, match="answered this already"):
        services.agree_to_widening(proposed, by=author)


def test_nobody_answers_for_the_author(proposed):
    with pytest.raises(PermissionDenied):
        services.agree_to_widening(proposed, by=proposed.proposed_by)

    assert WideningProposal.objects.get().answered_at is None


def test_one_proposal_at_a_time(proposed):
    with pytest.raises(Refused, match="asked already"):
        services.propose_widening(
            proposed.topic, by=proposed.proposed_by, label=C, reason="More still."
        )


def test_only_hosts_propose_and_never_in_a_hidden_circle(author):
    host = MemberFactory()
    hidden = CircleFactory(kind=Circle.Kind.HIDDEN, members=[author], hosts=[host])
    topic = TopicFactory(author=author, circle=hidden, label=A)

    for by in (host, author):
        with pytest.raises(PermissionDenied, match="never in a hidden circle"):
            services.propose_widening(topic, by=by, label=G, reason="Others need it.")


def test_what_the_author_may_do_alone_needs_no_proposal(author):
    host = MemberFactory()
    topic = TopicFactory(author=author, circle=CircleFactory(hosts=[host]), label=G)

    with pytest.raises(Refused, match="without you"):
        services.propose_widening(topic, by=host, label=C, reason="Others need it.")


# Who is shown


def test_a_topic_nobody_has_read_turns_chatham(author):
    topic = services.start_topic(by=author, title="Title", body="Words.")

    services.seal(topic, by=author)

    topic.refresh_from_db()
    assert topic.is_chatham
    assert Speaker.objects.get().member == author
    assert topic.voices == {"": 1}


def test_a_topic_that_was_read_stays_named(author, other):
    read, answered = TopicFactory.create_batch(2, author=author, label=G)
    services.mark_read(read, by=other, number=0)
    ReplyFactory(topic=answered)
    public = TopicFactory(author=author, label=C)

    for topic in (read, answered, public):
        with pytest.raises(Refused, match="too late"):
            services.seal(topic, by=author)


def test_muting_is_not_reading(author, other):
    topic = TopicFactory(author=author, label=G)
    Reading.objects.create(member=other, topic=topic)

    services.seal(topic, by=author)

    assert Topic.objects.get().is_chatham


def test_sealed_speakers_show_their_own_name_and_nobody_elses(author, other):
    topic = services.start_topic(
        by=author, title="Title", body="Words.", attribution=Attribution.CHATHAM
    )
    services.reply(topic, by=other, body="Words.")

    services.reveal(topic, by=other)
    services.reveal(topic, by=other)

    assert list(Speaker.objects.filter(named_at__isnull=False)) == [
        Speaker.objects.get(member=other)
    ]
    assert [entry.verb for entry in Activity.objects.all()].count("revealed") == 1
    with pytest.raises(Refused, match="written nothing"):
        services.reveal(topic, by=MemberFactory())


def test_rules_and_lists_agree_on_every_reply():
    """``reads`` and ``visible_to`` are two spellings of one rule."""
    inside, outside, reader = MemberFactory.create_batch(3)
    suspended = MemberFactory(suspended_at=timezone.now())
    circle = circle_of(inside, reader, kind=Circle.Kind.CLOSED)
    for label in Label:
        topic = TopicFactory(circle=circle, label=label, readers=[reader])
        for own in ("", *Label):
            reply = ReplyFactory(topic=topic, label=own)
            reply.readers.set([inside])

    for visitor in (inside, outside, reader, suspended, topic.author):
        allowed = {each.pk for each in Reply.objects.all() if rules.reads(visitor, each)}
        assert set(Reply.objects.visible_to(visitor).values_list("pk", flat=True)) == allowed
