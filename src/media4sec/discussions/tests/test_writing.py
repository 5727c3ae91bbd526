"""The pages where one writes: nothing typed is ever lost, and nothing is sent twice."""

import re

import pytest
from django.utils import timezone

from media4sec.discussions.models import Reply, Topic
from media4sec.discussions.tests.factories import ReplyFactory, TopicFactory
from media4sec.kit import drafts
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Draft, Theme
from media4sec.members.models import Circle
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db


def topic_form(**changes):
    return {
        "attempt": "one",
        "kind": "question",
        "title": "What did you try?",
        "body": "We tried **this**.",
        "label": Label.GREEN,
        "attribution": Attribution.NAMED,
        "language": "en",
        **changes,
    }


# Starting


def test_who_is_in_circles_first_says_where(client, member):
    inside = CircleFactory(members=[member], title="Inside")
    CircleFactory(title="Outside")
    closed = CircleFactory(members=[member], title="Over", archived_at=timezone.now())

    page = client.get("/discussions/new/").content.decode()

    assert f"?circle={inside.slug}" in page
    assert "Outside" not in page
    assert f"?circle={closed.slug}" not in page


def test_the_form_offers_only_what_the_circle_permits(client, member):
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[member], label=Label.AMBER_STRICT)

    page = client.get(f"/discussions/new/?circle={circle.slug}").content.decode()

    assert 'value="TLP:GREEN"' not in page
    assert 'value="TLP:AMBER+STRICT"' in page
    form = client.get(f"/discussions/new/?circle={circle.slug}").context["desk"].form
    assert form["label"].initial == Label.AMBER_STRICT
    assert Label.AMBER.sentence in page


def test_a_posted_topic_is_there_and_its_draft_is_gone(client, member):
    theme = Theme.objects.create(slug="trolling", title="Trolling", icon="flag", position=1)
    drafts.keep(member, "topic:", {"title": "Begun"})

    answer = client.post(
        "/discussions/new/?circle=", topic_form(theme="trolling", face="ugly", language="nl")
    )

    topic = Topic.objects.get()
    assert answer["Location"] == topic.get_absolute_url()
    assert (topic.theme, topic.face, topic.language) == (theme, "ugly", "nl")
    assert topic.author == member
    assert not Draft.objects.exists()


def test_a_double_click_starts_one_topic(client, member):
    first, second = (client.post("/discussions/new/?circle=", topic_form()) for _ in range(2))

    assert Topic.objects.count() == 1
    assert first["Location"] == second["Location"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "four letters"),
        ({"body": ""}, "Write a text first"),
        ({"body": "x" * 100_001}, "100001 characters"),
        ({"label": Label.AMBER}, "Select a valid choice"),
        ({"label": Label.RED}, "at least one reader"),
        ({"kind": "rant"}, "Select a valid choice"),
        ({"theme": "no-such-theme"}, "Select a valid choice"),
    ],
)
def test_a_refused_form_comes_back_filled(client, member, changes, sentence):
    answer = client.post("/discussions/new/?circle=", topic_form(**changes))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert topic_form(**changes)["body"][:1000] in page
    assert not Topic.objects.exists()


def test_a_refused_text_is_kept_as_a_draft(client, member):
    client.post("/discussions/new/?circle=", topic_form(title="abc"))

    page = client.get("/discussions/new/?circle=").content.decode()

    assert "We tried **this**." in page
    assert "This is your draft" in page


@pytest.mark.parametrize("slug", ["no-such-circle", "hidden-one"])
def test_a_hidden_circle_is_like_one_that_never_was(client, member, slug):
    CircleFactory(slug="hidden-one", kind=Circle.Kind.HIDDEN)

    for answer in (
        client.get(f"/discussions/new/?circle={slug}"),
        client.post(f"/discussions/new/?circle={slug}", topic_form()),
        client.get(f"/discussions/mentions/?circle={slug}&q=me"),
    ):
        assert answer.status_code == 404


def test_who_left_the_circle_while_writing_keeps_the_text_and_sees_no_members(client, member):
    other = MemberFactory(name="Other Inside")
    circle = CircleFactory(members=[other])

    assert client.get(f"/discussions/new/?circle={circle.slug}").status_code == 403
    answer = client.post(f"/discussions/new/?circle={circle.slug}", topic_form())

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "We tried **this**." in page
    assert "Other Inside" not in page


def test_readers_are_ticked_in_a_small_circle(client, member):
    reader = MemberFactory(name="Anna")
    circle = CircleFactory(members=[member, reader])

    client.post(
        f"/discussions/new/?circle={circle.slug}",
        topic_form(label=Label.RED, readers=[str(reader.pk)]),
    )

    assert list(Topic.objects.get().readers.all()) == [reader]


def test_a_foreign_id_among_the_readers_is_refused(client, member):
    circle = CircleFactory(members=[member, MemberFactory()])
    outside = MemberFactory()

    answer = client.post(
        f"/discussions/new/?circle={circle.slug}",
        topic_form(label=Label.RED, readers=[str(outside.pk)]),
    )

    assert answer.status_code == 422
    assert not Topic.objects.exists()


def test_in_the_commons_readers_are_typed(client, member):
    reader = MemberFactory(name="Anna Bell", is_findable=True)

    unknown = client.post(
        "/discussions/new/?circle=",
        topic_form(label=Label.RED, reader_names="Anna Bell\nNobody Here"),
    )
    client.post(
        "/discussions/new/?circle=", topic_form(label=Label.RED, reader_names=" Anna Bell \r\n")
    )

    assert "We cannot find Nobody Here" in unknown.content.decode()
    assert list(Topic.objects.get().readers.all()) == [reader]


def test_ticked_readers_survive_in_a_draft(client, member):
    first, second = MemberFactory.create_batch(2)
    circle = CircleFactory(members=[member, first, second])
    path = f"/discussions/new/?circle={circle.slug}"

    client.post(path, topic_form(readers=[str(first.pk), str(second.pk)], then="draft"))

    ticked = client.get(path).context["desk"].form["readers"].initial
    assert ticked == [str(first.pk), str(second.pk)]


def test_the_compose_page_asks_few_questions(client, member, django_assert_max_num_queries):
    circle = CircleFactory(members=[member, *MemberFactory.create_batch(10)])

    with django_assert_max_num_queries(8):
        client.get(f"/discussions/new/?circle={circle.slug}")


# Replying


def test_a_reply_leads_to_its_address(client, member):
    topic = TopicFactory()

    answer = client.post(f"/t/{topic.pk}/reply/", {"attempt": "a", "body": "Words."})

    reply = Reply.objects.get()
    assert answer["Location"] == reply.get_absolute_url()
    assert reply.author == member


def test_a_double_click_gives_one_reply(client, member):
    topic = TopicFactory()
    sent = {"attempt": "a", "body": "Words."}

    first, second = (client.post(f"/t/{topic.pk}/reply/", sent) for _ in range(2))

    assert Reply.objects.count() == 1
    assert first["Location"] == second["Location"]


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"locked_at": timezone.now(), "lock_reason": "Settled."}, 422, "Settled."),
        ({"deleted_at": timezone.now()}, 422, "deleted"),
    ],
)
def test_a_topic_closed_while_one_writes_loses_no_text(client, member, change, status, sentence):
    topic = TopicFactory()
    Topic.objects.update(**change)

    answer = client.post(f"/t/{topic.pk}/reply/", {"attempt": "a", "body": "My long answer."})

    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert "My long answer." in answer.content.decode()
    assert drafts.load(member, f"reply:{topic.pk}")["body"] == "My long answer."


def test_a_topic_moved_while_one_writes_loses_no_text(client, member):
    topic = TopicFactory(circle=CircleFactory())

    answer = client.post(f"/t/{topic.pk}/reply/", {"attempt": "a", "body": "My long answer."})

    assert answer.status_code == 403
    assert "My long answer." in answer.content.decode()


def test_a_topic_one_may_not_see_is_like_one_that_never_was(client, member):
    hidden = TopicFactory(label=Label.RED)
    reply = ReplyFactory(topic=hidden)
    paths = ["mentions/?q=me", "reply/", "edit/", "delete/", "pin/", "lock/", "move/", "narrow/"]
    paths += ["widen/", "propose-widening/", "widening/", "seal/", "reveal/"]

    for path in paths:
        there = client.get(f"/t/{hidden.pk}/{path}")
        never = client.get(f"/t/999999/{path}")
        assert there.status_code == never.status_code == 404, path
        assert _same(there) == _same(never)
    for path in ("edit/", "delete/", "narrow/"):
        assert client.get(f"/r/{reply.pk}/{path}").status_code == 404
    for path in ("react/helpful/", "accept/"):
        assert client.post(f"/r/{reply.pk}/{path}").status_code == 404
    for path in ("react/helpful/", "take-back/", "follow/", "reply/"):
        assert client.post(f"/t/{hidden.pk}/{path}", {"body": "x"}).status_code == 404


def _same(answer):
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", answer.content)


def test_a_reply_to_a_foreign_reply_is_refused(client, member):
    topic, elsewhere = TopicFactory(), ReplyFactory()
    sealed_off = ReplyFactory(topic=topic, label=Label.RED)

    for pk in (elsewhere.pk, sealed_off.pk, 999999, "x"):
        assert client.get(f"/t/{topic.pk}/reply/?answers={pk}").status_code in {404, 200}
    answer = client.post(
        f"/t/{topic.pk}/reply/", {"attempt": "a", "body": "Words.", "answers_to": sealed_off.pk}
    )

    assert answer.status_code == 422
    assert "not here any more" in answer.content.decode()
    assert client.get(f"/t/{topic.pk}/reply/?answers={sealed_off.pk}").status_code == 404


def test_a_quote_is_ready_in_the_form(client, member):
    reply = ReplyFactory(body="One.\nTwo.")

    page = client.get(f"/t/{reply.topic_id}/reply/?answers={reply.pk}&quote=1")

    form = page.context["desk"].form
    assert form["body"].value() == "> One.\n> Two.\n\n"
    assert form["answers_to"].value() == reply.pk


def test_a_reply_may_be_narrower_and_sealed(client, member):
    topic = TopicFactory(label=Label.CLEAR)

    client.post(
        f"/t/{topic.pk}/reply/",
        {"attempt": "a", "body": "Words.", "label": Label.GREEN, "sealed": "on"},
    )

    reply = Reply.objects.get()
    assert (reply.label, reply.attribution) == (Label.GREEN, Attribution.CHATHAM)


def test_in_a_chatham_topic_the_form_says_how_one_is_shown(client, member):
    topic = TopicFactory(attribution=Attribution.CHATHAM)

    page = client.get(f"/t/{topic.pk}/reply/")

    assert "You appear by group and country" in page.content.decode()
    assert "sealed" not in page.context["desk"].form.fields


def test_the_form_of_a_topic_page_asks_nothing_more(client, member, django_assert_max_num_queries):
    topic = TopicFactory(circle=CircleFactory(members=[member]))
    client.get(topic.get_absolute_url())

    with django_assert_max_num_queries(8):
        page = client.get(topic.get_absolute_url())

    assert f'action="/t/{topic.pk}/reply/"' in page.content.decode()


@pytest.mark.parametrize("earlier", [1, 10])
def test_replying_takes_as_many_statements_in_a_long_topic(
    client, member, earlier, django_assert_num_queries
):
    topic = TopicFactory()
    ReplyFactory.create_batch(earlier, topic=topic)
    client.post(f"/t/{topic.pk}/reply/", {"attempt": "warm", "body": "First."})

    with django_assert_num_queries(21):  # seven of them savepoints
        client.post(f"/t/{topic.pk}/reply/", {"attempt": "a", "body": "Second."})

    assert topic.replies.count() == earlier + 2
