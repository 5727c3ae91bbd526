"""One rule in three spellings: a list, a question about one thing, the people who may read it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from media4sec.discussions.models import Topic
from media4sec.discussions.tests.factories import TopicFactory
from media4sec.kit.marking import Label
from media4sec.members.audience import CIRCLE_LABELS, can_read, readers_of
from media4sec.members.models import Circle, Member, is_reader
from media4sec.members.tests.factories import CircleFactory, MemberFactory, MembershipFactory

PEOPLE, CIRCLES = 4, 2
STATES = [
    {},
    {"suspended_at": "2026-01-01T00:00Z"},
    {"confirmed_at": None},
    {"is_active": False},
    {"is_moderator": True, "is_administrator": True},
]
topics = st.tuples(
    st.sampled_from(Label),
    st.none() | st.integers(0, CIRCLES - 1),
    st.integers(0, PEOPLE - 1),
    st.sets(st.integers(0, PEOPLE - 1), max_size=2),
).filter(lambda topic: topic[1] is not None or topic[0] not in CIRCLE_LABELS)


class AudienceTest(TestCase):
    """Generated worlds: members in every state, circles of every kind, topics of every label."""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        states=st.lists(st.sampled_from(STATES), min_size=PEOPLE, max_size=PEOPLE),
        kinds=st.lists(st.sampled_from(Circle.Kind), min_size=CIRCLES, max_size=CIRCLES),
        inside=st.sets(st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, CIRCLES - 1))),
        said=st.lists(topics, min_size=1, max_size=6),
    )
    def test_list_rule_and_readers_agree(self, states, kinds, inside, said):
        people = [MemberFactory(**state) for state in states]
        circles = [CircleFactory(kind=kind) for kind in kinds]
        for person, circle in inside:
            MembershipFactory(member=people[person], circle=circles[circle])
        everything = [
            TopicFactory(
                label=label,
                circle=None if circle is None else circles[circle],
                author=people[author],
                readers=[people[each] for each in readers] if label == Label.RED else [],
            )
            for label, circle, author, readers in said
        ]

        for visitor in [*Member.objects.all(), AnonymousUser()]:
            seen = set(Topic.objects.visible_to(visitor))
            assert seen == {each for each in everything if can_read(visitor, each)}
            for thing in everything:
                counted = is_reader(visitor) and thing in seen
                assert readers_of(thing).filter(pk=visitor.pk).exists() == counted


pytestmark = pytest.mark.django_db
CASES = {
    Label.CLEAR: {"stranger", "suspended", "member", "inside", "host", "named", "author"},
    Label.GREEN: {"member", "inside", "host", "named", "author"},
    Label.AMBER: {"inside", "host", "author"},
    Label.AMBER_STRICT: {"inside", "host", "author"},
    Label.RED: {"named", "author"},
}


@pytest.mark.parametrize("label", Label)
def test_the_table_of_readers_is_as_published(label):
    people = {
        "suspended": MemberFactory(suspended_at="2026-01-01T00:00Z"),
        "member": MemberFactory(is_moderator=True, is_administrator=True),
        "inside": MemberFactory(),
        "host": MemberFactory(),
        "named": MemberFactory(),
        "author": MemberFactory(),
    }
    circle = CircleFactory(
        kind="closed", members=[people["inside"], people["suspended"]], hosts=[people["host"]]
    )
    topic = TopicFactory(
        circle=circle,
        label=label,
        author=people["author"],
        readers=[people["named"], people["suspended"]] if label == Label.RED else [],
    )
    people["stranger"] = AnonymousUser()

    reading = {name for name, visitor in people.items() if can_read(visitor, topic)}

    assert reading == CASES[label]


def test_a_suspended_author_reads_their_own_no_more():
    author = MemberFactory(suspended_at="2026-01-01T00:00Z")
    topic = TopicFactory(author=author, label=Label.GREEN)

    assert not can_read(author, topic)
    assert not Topic.objects.visible_to(author).exists()
