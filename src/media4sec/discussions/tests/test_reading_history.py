"""The history of a topic: edits side by side, what hosts did, and who is not named."""

import pytest

from media4sec.discussions import services
from media4sec.discussions.tests.factories import ReplyFactory, TopicFactory
from media4sec.kit.marking import Attribution, Label
from media4sec.members.models import Circle
from media4sec.members.speakers import let_speak
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    member = MemberFactory(name="Visitor")
    client.force_login(member)
    return member


def history_of(client, topic, query=""):
    return client.get(f"/t/{topic.pk}/history/{query}").content.decode()


def test_an_edit_stands_side_by_side_with_what_was_there(client, member):
    topic = TopicFactory(title="Waiting", body="We asked them to wait.")
    services.edit_topic(
        topic, by=topic.author, base_version=1, title="Waiting", body="We asked all to wait."
    )

    html = history_of(client, topic)

    assert "We asked <del>them</del> to wait." in html
    assert "We asked <ins>all</ins> to wait." in html


def test_each_of_several_edits_shows_its_own_step(client, member):
    reply = ReplyFactory(body="one")
    for version, body in enumerate(("two", "three"), start=1):
        services.edit_reply(reply, by=reply.author, base_version=version, body=body)

    html = history_of(client, reply.topic)

    steps = ["<del>two</del>", "<ins>three</ins>", "<del>one</del>", "<ins>two</ins>"]
    assert sorted(steps, key=html.index) == steps


def test_what_was_edited_never_becomes_markup(client, member):
    topic = TopicFactory(body="<script>alert(1)</script>")
    services.edit_topic(
        topic, by=topic.author, base_version=1, title="<b>Bold</b>", body="<img src=x>"
    )

    html = history_of(client, topic)

    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "<b>Bold" not in html


def test_the_history_of_a_narrower_reply_is_for_its_readers(client, member):
    topic = TopicFactory()
    reply = ReplyFactory(topic=topic, body="secret before", label=Label.RED)
    services.edit_reply(reply, by=reply.author, base_version=1, body="secret after")

    assert "secret" not in history_of(client, topic)
    reply.readers.add(member)
    assert "secret" in history_of(client, topic)


def test_a_deleted_reply_takes_its_history_along(client, member):
    reply = ReplyFactory(body="first words")
    services.edit_reply(reply, by=reply.author, base_version=1, body="second words")
    services.delete_reply(reply, by=reply.author)

    html = history_of(client, reply.topic)

    assert "deleted the text" in html
    assert "words" not in html


def test_what_hosts_do_stands_there_with_name_and_reason(client, member):
    host = MemberFactory(name="Careful Host")
    topic = TopicFactory(circle=CircleFactory(hosts=[host]))
    services.lock(topic, by=host, reason="It is settled.")

    html = history_of(client, topic)

    assert "locked the discussion" in html
    assert "It is settled." in html
    assert "Careful Host" in html


def test_where_chatham_holds_neither_writers_nor_hosts_are_named(client, member):
    host, author = MemberFactory(name="Secret Host"), MemberFactory(name="Secret Author")
    circle = CircleFactory(kind=Circle.Kind.CLOSED, hosts=[host], members=[member, author])
    topic = TopicFactory(
        circle=circle, author=author, label=Label.AMBER, attribution=Attribution.CHATHAM
    )
    let_speak(author, topic)
    services.pin(topic, by=host, reason="Read this first.")
    services.edit_topic(topic, by=author, base_version=1, title=topic.title, body="New words.")

    html = history_of(client, topic)

    assert "pinned the discussion" in html
    assert "changed the text" in html
    assert "Secret" not in html
    assert f"/people/{host.pk}/" not in html


def test_the_history_is_hidden_with_its_topic_and_for_members(client, member):
    topic = TopicFactory(label=Label.RED)
    public = TopicFactory()

    assert client.get(f"/t/{topic.pk}/history/").status_code == 404
    assert client.get("/t/999999/history/").status_code == 404
    client.logout()
    assert client.get(f"/t/{public.pk}/history/").status_code == 302
    assert client.get(f"/t/{topic.pk}/history/").status_code == 302


@pytest.mark.parametrize("count", [1, 10])
def test_a_history_asks_at_most_eight_questions(
    client, member, count, django_assert_max_num_queries
):
    host = MemberFactory()
    circle = CircleFactory(hosts=[host], members=[member])
    topic = TopicFactory(circle=circle)
    for n in range(count):
        reply = ReplyFactory(topic=topic, attribution=Attribution.CHATHAM)
        let_speak(reply.author, topic)
        services.edit_reply(reply, by=reply.author, base_version=1, body=f"new {n}")
        services.pin(topic, by=host, reason="up")
        services.unpin(topic, by=host, reason="down")

    with django_assert_max_num_queries(8):
        assert client.get(f"/t/{topic.pk}/history/").status_code == 200


def test_a_long_history_is_paged(client, member):
    topic = TopicFactory(body="v0")
    for n in range(1, 26):
        services.edit_topic(topic, by=topic.author, base_version=n, title=topic.title, body=f"v{n}")

    html = history_of(client, topic)

    assert html.count("changed the text") == 20
    assert 'rel="next"' in html
