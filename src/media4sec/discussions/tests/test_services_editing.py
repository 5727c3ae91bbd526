"""Changing and deleting one's own words, accepting, and reacting."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from media4sec.discussions import services
from media4sec.discussions.models import Reaction, Reply, Topic
from media4sec.discussions.tests.factories import ReplyFactory, TopicFactory
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Activity, Revision
from media4sec.kit.refs import Ref
from media4sec.kit.watching import Level, level_of
from media4sec.members.models import Circle, Speaker
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db


def verbs():
    return [entry.verb for entry in Activity.objects.order_by("id")]


def test_an_edit_keeps_what_was_there_before():
    topic = TopicFactory(title="Old title", body="Old words.")

    services.edit_topic(topic, by=topic.author, base_version=1, title="New title", body="*New*")

    topic.refresh_from_db()
    assert (topic.title, topic.body, topic.version) == ("New title", "*New*", 2)
    assert topic.body_html == "<p><em>New</em></p>\n"
    assert topic.edited_at is not None
    kept = Revision.objects.get()
    assert (kept.version, kept.title, kept.body) == (1, "Old title", "Old words.")
    assert kept.written_at == topic.started_at
    assert verbs() == ["edited"]


def test_saving_the_same_text_again_changes_nothing():
    reply = ReplyFactory()
    services.edit_reply(reply, by=reply.author, base_version=1, body="New.")

    # The second click still says version 1.
    services.edit_reply(reply, by=reply.author, base_version=1, body="New.")

    assert Revision.objects.count() == 1
    assert verbs() == ["edited"]


def test_of_two_edits_at_once_the_second_overwrites_nothing():
    reply = ReplyFactory(body="Old.")
    services.edit_reply(reply, by=reply.author, base_version=1, body="From the first window.")

    with pytest.raises(services.EditedMeanwhile):
        services.edit_reply(reply, by=reply.author, base_version=1, body="From the second.")

    assert Reply.objects.get().body == "From the first window."


def test_nobody_edits_or_deletes_the_words_of_others_not_even_a_host():
    host = MemberFactory(is_moderator=True)
    topic = TopicFactory(circle=CircleFactory(hosts=[host]))
    reply = ReplyFactory(topic=topic)

    for attempt in (
        lambda: services.edit_topic(topic, by=host, base_version=1, title="Mine", body="Mine."),
        lambda: services.edit_reply(reply, by=host, base_version=1, body="Mine."),
        lambda: services.delete_topic(topic, by=host),
        lambda: services.delete_reply(reply, by=host),
    ):
        with pytest.raises(PermissionDenied, match="who wrote this"):
            attempt()


def test_nothing_is_edited_in_a_closed_circle_but_everything_may_be_deleted_there():
    circle = CircleFactory(archived_at=timezone.now())
    topic = TopicFactory(circle=circle)

    with pytest.raises(Refused, match="closed"):
        services.edit_topic(topic, by=topic.author, base_version=1, title="Title", body="New.")
    services.delete_topic(topic, by=topic.author)

    assert Topic.objects.get().deleted_at is not None


def test_a_deleted_reply_leaves_a_gap_without_words_files_or_history():
    topic = TopicFactory()
    reply = ReplyFactory(topic=topic, attachments=[{"id": 1}], reactions={"helpful": 1})
    Reaction.objects.create(topic=topic, reply=reply, member=MemberFactory(), word="helpful")
    services.edit_reply(reply, by=reply.author, base_version=1, body="New secret.")

    services.delete_reply(reply, by=reply.author)

    reply.refresh_from_db()
    assert (reply.body, reply.body_html, reply.attachments, reply.reactions) == ("", "", [], {})
    assert reply.deleted_at is not None
    assert reply.number == 1
    assert not Revision.objects.exists()
    assert not Reaction.objects.exists()
    topic.refresh_from_db()
    assert (topic.reply_count, topic.last_number) == (0, 1)
    with pytest.raises(Refused, match="deleted"):
        services.delete_reply(reply, by=reply.author)


def test_a_deleted_topic_loses_its_title_and_keeps_the_replies_of_others():
    topic = TopicFactory(title="Secret title", pinned_at=timezone.now())
    ReplyFactory(topic=topic)

    services.delete_topic(topic, by=topic.author)

    topic.refresh_from_db()
    assert "Secret" not in topic.title
    assert (topic.body, topic.pinned_at, topic.reply_count) == ("", None, 1)
    assert Reply.objects.get().body
    assert verbs() == ["deleted"]


def test_deleting_the_accepted_answer_opens_the_question_again():
    topic = TopicFactory()
    reply = ReplyFactory(topic=topic)
    services.accept(reply, by=topic.author)

    services.delete_reply(reply, by=reply.author)

    assert Topic.objects.get().accepted is None


def test_the_number_of_a_sealed_speaker_stays_when_their_words_go():
    topic = TopicFactory(attribution=Attribution.CHATHAM)
    reply = services.reply(topic, by=MemberFactory(), body="Words.")

    services.delete_reply(reply, by=reply.author)

    assert Speaker.objects.get().member == reply.author


# Accepting


def test_the_asker_accepts_an_answer_replaces_it_and_takes_it_back():
    topic = TopicFactory()
    first, second = ReplyFactory.create_batch(2, topic=topic)

    services.accept(first, by=topic.author)
    services.accept(second, by=topic.author)
    services.accept(second, by=topic.author)
    assert Topic.objects.get().accepted == second
    services.take_back_acceptance(topic, by=topic.author)

    assert Topic.objects.get().accepted is None
    assert verbs() == ["accepted", "accepted", "reopened"]


def test_only_the_asker_accepts_and_only_answers_to_questions():
    reply = ReplyFactory()
    remark = ReplyFactory(topic=TopicFactory(kind=Topic.Kind.DISCUSSION))

    with pytest.raises(PermissionDenied):
        services.accept(reply, by=reply.author)
    with pytest.raises(PermissionDenied):
        services.accept(remark, by=remark.topic.author)


def test_an_answer_that_not_every_reader_sees_cannot_be_accepted():
    topic = TopicFactory(label=Label.CLEAR)
    reply = ReplyFactory(topic=topic, label=Label.GREEN)

    with pytest.raises(Refused, match="every reader"):
        services.accept(reply, by=topic.author)


# Reactions


def test_reactions_are_counted_once_per_member_and_taken_back():
    topic = TopicFactory()
    members = MemberFactory.create_batch(2)

    for member in (*members, members[0]):
        services.react(topic, by=member, word="helpful")
    assert Topic.objects.get().reactions == {"helpful": 2}
    services.take_back_reaction(topic, by=members[0], word="helpful")
    services.take_back_reaction(topic, by=members[0], word="helpful")
    services.take_back_reaction(topic, by=members[1], word="helpful")

    assert Topic.objects.get().reactions == {}
    assert verbs() == ["reacted"] * 2 + ["took_back_reaction"] * 2


def test_a_reaction_to_a_reply_is_not_one_to_its_topic():
    reply, member = ReplyFactory(), MemberFactory()

    services.react(reply, by=member, word="try")

    assert Reply.objects.get().reactions == {"try": 1}
    assert Topic.objects.get().reactions == {}


def test_nobody_reacts_to_their_own_words_or_to_what_they_cannot_read():
    reply = ReplyFactory()
    sealed_off = ReplyFactory(topic=TopicFactory(label=Label.GREEN), label=Label.RED)

    with pytest.raises(PermissionDenied):
        services.react(reply, by=reply.author, word="helpful")
    with pytest.raises(PermissionDenied):
        services.react(sealed_off, by=MemberFactory(), word="helpful")
    with pytest.raises(PermissionDenied):
        services.react(reply, by=MemberFactory(suspended_at=timezone.now()), word="helpful")


def test_there_are_three_reactions_and_none_to_what_is_gone():
    reply = ReplyFactory(deleted_at=timezone.now())

    with pytest.raises(Refused, match="no such reaction"):
        services.react(reply.topic, by=MemberFactory(), word="love")
    with pytest.raises(Refused, match="deleted"):
        services.react(reply, by=MemberFactory(), word="same")


# Keeping order


def hosted(**facts):
    host = MemberFactory()
    return host, TopicFactory(circle=CircleFactory(hosts=[host]), label=Label.GREEN, **facts)


def test_hosts_pin_and_lock_with_a_reason_that_is_recorded():
    host, topic = hosted()

    services.pin(topic, by=host, reason="Read this first.")
    services.lock(topic, by=host, reason=" It is\nsettled. ")

    topic.refresh_from_db()
    assert topic.pinned_at is not None
    assert (topic.is_locked, topic.lock_reason) == (True, "It is settled.")
    services.unlock(topic, by=host, reason="News.")
    services.unpin(topic, by=host, reason="Old.")
    topic.refresh_from_db()
    assert (topic.pinned_at, topic.locked_at, topic.lock_reason) == (None, None, "")
    entries = Activity.objects.order_by("id")
    assert [(entry.verb, entry.facts["reason"]) for entry in entries] == [
        ("pinned", "Read this first."),
        ("locked", "It is settled."),
        ("unlocked", "News."),
        ("unpinned", "Old."),
    ]


def test_keeping_order_needs_a_reason():
    host, topic = hosted()

    with pytest.raises(Refused, match="Give a reason"):
        services.lock(topic, by=host, reason="  ")
    with pytest.raises(Refused, match="200"):
        services.pin(topic, by=host, reason="x" * 201)


def test_only_hosts_keep_order_in_a_circle_and_moderators_in_the_commons():
    host, topic = hosted()
    moderator = MemberFactory(is_moderator=True)
    commons = TopicFactory()

    with pytest.raises(PermissionDenied):
        services.lock(topic, by=moderator, reason="Mine.")
    with pytest.raises(PermissionDenied):
        services.lock(commons, by=host, reason="Mine.")
    services.lock(commons, by=moderator, reason="Settled.")

    assert Topic.objects.get(pk=commons.pk).is_locked


def test_a_host_keeps_no_order_in_a_red_topic_they_do_not_read():
    host, topic = hosted()
    Topic.objects.update(label=Label.RED)

    with pytest.raises(PermissionDenied):
        services.lock(topic, by=host, reason="Mine.")


def test_a_host_moves_a_topic_to_a_circle_they_are_in():
    host, topic = hosted(pinned_at=timezone.now())
    there = CircleFactory(members=[host])
    host.forget_memberships()
    left = topic.circle

    services.move(topic, by=host, to=there, reason="It fits better there.")

    topic.refresh_from_db()
    assert (topic.circle, topic.pinned_at) == (there, None)
    entry = Activity.objects.get()
    assert (entry.verb, entry.within_id, entry.facts["left"]) == ("moved", there.pk, left.pk)


def test_a_topic_moves_to_the_commons():
    host, topic = hosted()

    services.move(topic, by=host, to=None, reason="For everybody.")

    assert Topic.objects.get().circle is None


def test_a_topic_is_not_moved_to_a_circle_one_is_not_in():
    host, topic = hosted()

    with pytest.raises(PermissionDenied):
        services.move(topic, by=host, to=CircleFactory(), reason="There.")


def test_a_move_never_shows_a_topic_to_other_people():
    host, amber = hosted()
    Topic.objects.filter(pk=amber.pk).update(label=Label.AMBER)
    _other, green = hosted()
    open_circle = CircleFactory(members=[host])
    closed = CircleFactory(kind=Circle.Kind.CLOSED, members=[host, _other])
    for each in (host, _other):
        each.forget_memberships()

    with pytest.raises(Refused, match="other people would read"):
        services.move(amber, by=host, to=open_circle, reason="There.")
    with pytest.raises(Refused, match="shared further than"):
        services.move(green, by=_other, to=closed, reason="There.")
    ReplyFactory(topic=green, label=Label.AMBER)
    with pytest.raises(Refused, match="AMBER replies"):
        services.move(green, by=_other, to=None, reason="There.")
    Reply.objects.update(deleted_at=timezone.now())
    services.move(green, by=_other, to=None, reason="There.")


def test_following_is_ones_own_affair():
    topic, member = TopicFactory(), MemberFactory()

    services.follow(topic, by=member)

    assert level_of(Ref.to(topic), by=member) == Level.EVERYTHING
    assert verbs() == []
    with pytest.raises(PermissionDenied):
        services.follow(TopicFactory(label=Label.RED), by=member)
