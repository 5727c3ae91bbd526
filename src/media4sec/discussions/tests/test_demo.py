"""The demo community's talk: all of it, through the services, in the order of time."""

import random
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.db.models import Count

from media4sec.discussions import demo
from media4sec.discussions.models import Reaction, Reply, Topic
from media4sec.kit.content import read_rows
from media4sec.kit.links import related
from media4sec.kit.marking import Label
from media4sec.kit.models import Activity, Revision
from media4sec.kit.town import Town
from media4sec.members import demo as people
from media4sec.members.models import Membership, Speaker

pytestmark = pytest.mark.django_db
TODAY = datetime(2027, 3, 18, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker):
    """One town for all tests here: it takes seconds."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        town = Town(today=TODAY, dice=random.Random(7), password="harbour-violet-tram")
        people.furnish(town)
        demo.furnish(town)
        yield town
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


def rows():
    return [row for path in demo.DATA.glob("*.toml") for row in read_rows(path, "topic")]


def test_every_topic_and_reply_of_the_files_is_there(town):
    assert Topic.objects.count() == len(rows()) == 62
    assert Reply.objects.count() == sum(len(row.get("reply", ())) for row in rows())


def test_nothing_happens_in_the_future_or_out_of_order(town):
    moments = list(Activity.objects.order_by("id").values_list("at", flat=True))
    talk = [entry for entry in Activity.objects.order_by("id") if entry.verb == "replied"]

    assert max(moments) <= TODAY
    assert [entry.at for entry in talk] == sorted(entry.at for entry in talk)
    for topic in Topic.objects.prefetch_related("replies"):
        numbers = [reply.number for reply in topic.replies.order_by("posted_at", "id")]
        assert numbers == sorted(numbers)


def test_counts_are_what_they_count(town):
    for topic in Topic.objects.all():
        standing = topic.replies.filter(deleted_at__isnull=True, label="")
        assert topic.reply_count == standing.count()
        assert topic.last_number == topic.replies.count()
        voices = {topic.author_id, *standing.values_list("author_id", flat=True)}
        assert sum(topic.voices.values()) == len(voices), topic
    said = Reaction.objects.values("topic", "reply", "word").annotate(count=Count("pk"))
    for row in said:
        post = Reply.objects.get(pk=row["reply"]) if row["reply"] else None
        post = post or Topic.objects.get(pk=row["topic"])
        assert post.reactions[row["word"]] == row["count"]


def test_every_writer_in_a_circle_is_a_member_of_it(town):
    inside = set(Membership.objects.values_list("member_id", "circle_id"))

    for topic in Topic.objects.exclude(circle=None).prefetch_related("replies"):
        for post in (topic, *topic.replies.all()):
            assert (post.author_id, topic.circle_id) in inside, topic


def test_every_speaker_in_a_chatham_topic_is_sealed(town):
    for topic in Topic.objects.filter(attribution="chatham").prefetch_related("replies"):
        spoken = {topic.author_id, *(reply.author_id for reply in topic.replies.all())}
        sealed = Speaker.objects.filter(thing_kind="discussions.topic", thing_id=topic.pk)
        assert set(sealed.values_list("member_id", flat=True)) == spoken


def test_the_town_has_one_of_everything(town):
    assert Topic.objects.filter(pinned_at__isnull=False).count() == 1
    assert Topic.objects.exclude(lock_reason="").count() == 1
    assert Reply.objects.filter(deleted_at__isnull=False).count() == 1
    assert Revision.objects.count() == len(demo.EDITED)
    assert Topic.objects.filter(accepted__isnull=False).exists()
    assert set(Topic.objects.values_list("label", flat=True)) == set(Label)


def test_linked_topics_lead_to_each_other(town):
    here, _relation, there = demo.LINKED[0]
    titles = {row["key"]: row["title"] for row in rows()}
    topic = Topic.objects.get(title=titles[here])

    found = related(topic, visitor=topic.author)

    assert [each.entry.title for each in found] == [titles[there]]
    assert topic.link_count == 1
