"""Who followed or muted a topic still does after the move to the kit, and after moving back."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from media4sec.discussions.models import Reading
from media4sec.discussions.tests.factories import TopicFactory
from media4sec.kit.models import Watch
from media4sec.members.tests.factories import MemberFactory

BEFORE = [("discussions", "0001_initial")]
AFTER = [("discussions", "0002_keep_watches_in_the_kit")]


def migrate(to):
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes("discussions")
    executor.migrate(to or newest)
    return MigrationExecutor(connection).loader.project_state(to or newest).apps


@pytest.mark.django_db(transaction=True)
def test_following_and_muting_survive_the_move_and_the_way_back():
    topic = TopicFactory()
    follower, muting, reader = MemberFactory.create_batch(3)
    levels = {follower: "everything", muting: "muted", topic.author: "normal"}
    for member in (*levels, reader):
        Reading.objects.create(member=member, topic=topic, number=3)
    for member, level in levels.items():
        Watch.objects.create(
            member=member, thing_kind="discussions.topic", thing_id=topic.pk, level=level
        )

    try:
        old = migrate(BEFORE).get_model("discussions", "Reading")
        words = dict(old.objects.values_list("member_id", "level"))
        left = Watch.objects.count()
        migrate(AFTER)
    finally:
        migrate(None)

    assert words == {
        follower.pk: "following",
        muting.pk: "muted",
        topic.author_id: "normal",
        reader.pk: "normal",
    }
    assert left == 0
    assert dict(Watch.objects.values_list("member_id", "level")) == {
        member.pk: level for member, level in levels.items()
    }
    assert set(Reading.objects.values_list("number", flat=True)) == {3}
