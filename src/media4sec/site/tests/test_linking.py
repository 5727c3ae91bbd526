"""Links between things: seen, made and taken away on one page, by those who may read both."""

import pytest

from media4sec.discussions.models import Topic
from media4sec.discussions.tests.factories import TopicFactory
from media4sec.kit.links import link as say
from media4sec.kit.marking import Label
from media4sec.kit.models import Activity, Link
from media4sec.kit.rooms import kinds
from media4sec.members.models import Circle
from media4sec.members.tests.factories import CircleFactory, MemberFactory
from media4sec.site import linking
from media4sec.site.services import refresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    member = MemberFactory()
    client.force_login(member, backend="media4sec.members.sessions.SignIn")
    return member


def page_of(topic):
    return f"/linked/discussions.topic:{topic.pk}/"


def choose(client, topic, other, relation="answers"):
    said = {"other": f"discussions.topic:{other.pk}", "relation": relation}
    return client.post(f"{page_of(topic)}new/", said, follow=True)


def counts(*topics):
    return [Topic.objects.get(pk=topic.pk).link_count for topic in topics]


def found(title, **facts):
    """A topic that search knows."""
    topic = TopicFactory(title=title, **facts)
    refresh(kinds()["discussions.topic"], topic)
    return topic


def test_what_is_linked_shows_only_what_the_visitor_may_open(client, member):
    topic = TopicFactory()
    say(topic, "see_also", TopicFactory(title="Open neighbour"), by=topic.author)
    say(topic, "see_also", TopicFactory(title="Red neighbour", label=Label.RED), by=topic.author)

    whole = client.get(page_of(topic)).content.decode()
    fragment = client.get(page_of(topic), headers={"HX-Request": "true"}).content.decode()

    for html in (whole, fragment):
        assert "Open neighbour" in html
        assert "Red neighbour" not in html
    assert "<main" in whole
    assert "<main" not in fragment


def test_a_member_finds_the_other_thing_and_links_the_two(client, member):
    topic, other = TopicFactory(title="Asked"), found("Heliotrope at night")

    offered = client.get(page_of(topic), {"q": "heliotrope"}).content.decode()
    after = choose(client, topic, other).content.decode()

    assert f'value="discussions.topic:{other.pk}"' in offered
    assert "Heliotrope at night" in after
    assert "answers" in after
    assert "answered in" in client.get(page_of(other)).content.decode()
    assert counts(topic, other) == [1, 1]
    assert Activity.objects.get(verb="linked").actor == member


def test_neither_the_thing_itself_nor_what_is_linked_is_offered_again(client, member):
    topic, other = found("Heliotrope here"), found("Heliotrope there")
    choose(client, topic, other)

    html = client.get(page_of(topic), {"q": "heliotrope"}).content.decode()

    assert 'name="other"' not in html
    assert "We found nothing else" in html


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"other": "discussions.topic:1"},
        {"other": "nothing", "relation": "answers"},
        {"other": "no.kind:1", "relation": "answers"},
        {"other": f"discussions.topic:{2**80}", "relation": "answers"},
        {"other": "discussions.topic:1", "relation": "hates"},
    ],
)
def test_a_choice_that_makes_no_sense_is_explained(client, member, said):
    topic = TopicFactory(pk=1)

    html = client.post(f"{page_of(topic)}new/", said, follow=True).content.decode()

    assert "Choose what to link" in html
    assert not Link.objects.exists()


def test_the_same_link_twice_is_told(client, member):
    topic, other = TopicFactory(), TopicFactory()
    choose(client, topic, other)

    assert "linked already" in choose(client, topic, other).content.decode()
    assert counts(topic, other) == [1, 1]


def test_what_one_may_not_read_can_neither_be_linked_nor_seen(client, member):
    topic = TopicFactory()
    circle = CircleFactory(kind=Circle.Kind.HIDDEN)
    hidden = TopicFactory(circle=circle, label=Label.AMBER, title="Behind the curtain")

    refused = choose(client, topic, hidden).content.decode()

    assert "Choose what to link" in refused
    assert client.get(page_of(hidden)).status_code == 404
    assert client.post(f"{page_of(hidden)}new/").status_code == 404


def test_a_link_to_something_narrower_is_not_counted_for_those_who_may_not_know(client, member):
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[member])
    inner, outer = TopicFactory(circle=circle, label=Label.AMBER), TopicFactory()

    choose(client, inner, outer)

    assert counts(inner, outer) == [1, 0]


def test_who_linked_them_takes_the_link_away_others_do_not(client, member):
    topic, other = TopicFactory(), TopicFactory()
    choose(client, topic, other)
    link = Link.objects.get()
    client.force_login(MemberFactory(), backend="media4sec.members.sessions.SignIn")

    assert "Take the link away" not in client.get(page_of(topic)).content.decode()
    assert client.post(f"/links/{link.pk}/remove/").status_code == 403

    client.force_login(member, backend="media4sec.members.sessions.SignIn")
    client.post(f"/links/{link.pk}/remove/")
    assert not Link.objects.exists()
    assert counts(topic, other) == [0, 0]
    assert client.post(f"/links/{link.pk}/remove/").status_code == 404


def test_strangers_are_asked_who_they_are(client):
    answer = client.get(page_of(TopicFactory()))

    assert answer["Location"].startswith("/account/login/")


@pytest.mark.parametrize("many", [1, 10])
def test_the_page_asks_as_little_for_ten_links(client, member, many, django_assert_max_num_queries):
    topic = TopicFactory()
    for number in range(many):
        linking.link(
            topic,
            "see_also",
            f"discussions.topic:{found(f'Heliotrope {number}').pk}",
            by=member,
        )
    found("Heliotrope of others")

    with django_assert_max_num_queries(16):
        html = client.get(page_of(topic), {"q": "heliotrope"}).content.decode()

    assert html.count("Take the link away") == many
