"""Pages of one step: editing, deleting, answering, keeping order, sharing, and names."""

import pytest
from django.utils import timezone

from media4sec.discussions import models, services, urls
from media4sec.discussions.models import Reply, Topic
from media4sec.discussions.tests.factories import ReplyFactory, TopicFactory
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Draft, Revision
from media4sec.kit.refs import Ref
from media4sec.kit.watching import level_of
from media4sec.members.models import Circle
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db


# Editing


def test_an_edit_is_saved_and_its_draft_is_gone(client, member):
    topic = TopicFactory(author=member)
    path = f"/t/{topic.pk}/edit/"
    client.post(path, {"version": 1, "title": "Begun", "body": "Begun.", "then": "draft"})
    assert client.get(path).context["desk"].form["body"].value() == "Begun."

    client.post(path, {"attempt": "a", "version": 1, "title": "New title", "body": "New."})

    topic.refresh_from_db()
    assert (topic.title, topic.body, topic.version) == ("New title", "New.", 2)
    assert not Draft.objects.exists()


def test_two_edits_at_once_are_shown_side_by_side(client, member):
    reply = ReplyFactory(author=member, body="Old.")
    services.edit_reply(reply, by=member, base_version=1, body="From the phone.")
    path = f"/r/{reply.pk}/edit/"

    answer = client.post(path, {"attempt": "a", "version": 1, "body": "From the desk."})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "From the phone." in page
    assert "desk" in page
    assert Reply.objects.get().body == "From the phone."
    form = answer.context["desk"].form
    assert (form["version"].value(), form["body"].value()) == (2, "From the desk.")
    client.post(path, {"attempt": "b", "version": 2, "body": "Both."})
    assert Reply.objects.get().body == "Both."
    assert Revision.objects.count() == 2


def test_a_draft_of_an_old_version_never_lands_on_a_newer_one(client, member):
    reply = ReplyFactory(author=member, body="Old.")
    path = f"/r/{reply.pk}/edit/"
    client.post(path, {"version": 1, "body": "Begun on the old one.", "then": "draft"})
    services.edit_reply(reply, by=member, base_version=1, body="Newer.")

    assert client.get(path).context["desk"].form["body"].value() == "Newer."


def test_hosts_have_no_page_to_edit_the_words_of_others(client, member):
    circle = CircleFactory(hosts=[member])
    reply = ReplyFactory(topic=TopicFactory(circle=circle))

    for path in (f"/r/{reply.pk}/edit/", f"/t/{reply.topic_id}/edit/", f"/r/{reply.pk}/delete/"):
        assert client.get(path).status_code == 403
        assert client.post(path, {"version": 1, "body": "Mine."}).status_code == 403


def test_deleting_asks_first(client, member):
    reply = ReplyFactory(author=member)

    page = client.get(f"/r/{reply.pk}/delete/").content.decode()
    assert "cannot be undone" in page
    assert Reply.objects.get().deleted_at is None
    client.post(f"/r/{reply.pk}/delete/")

    assert Reply.objects.get().deleted_at is not None


def test_who_deletes_a_topic_without_replies_returns_to_its_circle(client, member):
    circle = CircleFactory(members=[member])
    topic = TopicFactory(author=member, circle=circle)

    answer = client.post(f"/t/{topic.pk}/delete/")

    assert answer["Location"] == circle.get_absolute_url()


# Answers, reactions, order, sharing


def test_accepting_and_taking_back(client, member):
    topic = TopicFactory(author=member)
    reply = ReplyFactory(topic=topic)

    client.post(f"/r/{reply.pk}/accept/")
    assert Topic.objects.get().accepted == reply
    client.post(f"/t/{topic.pk}/take-back/")

    assert Topic.objects.get().accepted is None


def test_a_reaction_swaps_its_own_button(client, member):
    reply = ReplyFactory()
    path = f"/r/{reply.pk}/react/helpful/"

    answer = client.post(path, {"on": "yes"}, headers={"HX-Request": "true"})

    page = answer.content.decode()
    assert page.startswith("<button")
    assert 'aria-pressed="true"' in page
    assert f'id="r{reply.pk}-helpful"' in page
    assert "<b>1</b>" in page
    client.post(path, {"on": "yes"})
    assert Reply.objects.get().reactions == {"helpful": 1}
    assert client.post(path, {"on": "no"})["Location"] == reply.get_absolute_url()
    assert Reply.objects.get().reactions == {}


def test_small_steps_take_no_get_and_no_unknown_word(client, member):
    topic = TopicFactory()

    assert client.get(f"/t/{topic.pk}/react/helpful/").status_code == 405
    assert client.post(f"/t/{topic.pk}/react/love/", {"on": "yes"}).status_code == 404
    assert client.post(f"/t/{topic.pk}/follow/", {"level": "loudly"}).status_code == 404


def test_following_and_muting(client, member):
    topic = TopicFactory()

    for word, level in (("following", "everything"), ("muted", "muted"), ("normal", "normal")):
        client.post(f"/t/{topic.pk}/follow/", {"level": word})
        assert level_of(Ref.to(topic), by=member) == level


@pytest.mark.parametrize(
    ("name", "field", "is_set"),
    [("pin", "pinned_at", True), ("unpin", "pinned_at", False), ("lock", "locked_at", True)],
)
def test_hosts_keep_order_on_a_page_that_asks_why(client, member, name, field, is_set):
    topic = TopicFactory(circle=CircleFactory(hosts=[member]), pinned_at=timezone.now())
    if name == "pin":
        Topic.objects.update(pinned_at=None)
    path = f"/t/{topic.pk}/{name}/"

    assert client.post(path, {"reason": ""}).status_code == 422
    assert client.post(path, {"reason": "Because."})["Location"] == topic.get_absolute_url()

    assert (getattr(Topic.objects.get(), field) is not None) is is_set


def test_who_is_no_host_has_no_such_page(client, member):
    topic = TopicFactory(circle=CircleFactory(members=[member]))

    for name in ("pin", "unpin", "lock", "unlock", "move", "propose-widening"):
        assert client.get(f"/t/{topic.pk}/{name}/").status_code == 403
    for name in ("narrow", "widen", "widening", "seal"):
        assert client.get(f"/t/{topic.pk}/{name}/").status_code == 403
    assert client.get(f"/t/{topic.pk}/reveal/").status_code == 422


def test_a_topic_moves_only_to_circles_of_the_host(client, member):
    there, foreign = CircleFactory(members=[member]), CircleFactory()
    topic = TopicFactory(circle=CircleFactory(hosts=[member]), label=Label.GREEN)
    path = f"/t/{topic.pk}/move/"

    for slug in (foreign.slug, "no-such-circle"):
        answer = client.post(path, {"to": slug, "reason": "Because."})
        assert answer.status_code == 422
    client.post(path, {"to": there.slug, "reason": "Because."})

    assert Topic.objects.get().circle == there


def test_narrowing_to_named_readers(client, member):
    reader = MemberFactory()
    topic = TopicFactory(author=member, circle=CircleFactory(members=[member, reader]))
    path = f"/t/{topic.pk}/narrow/"
    assert client.get(path).status_code == 200

    client.post(path, {"label": Label.RED, "readers": [str(reader.pk)]})

    topic.refresh_from_db()
    assert (topic.label, list(topic.readers.all())) == (Label.RED, [reader])


def test_no_names_are_listed_on_the_pages_of_a_sealed_topic(client, member):
    other = MemberFactory(name="Sealed Speaker")
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[member, other])
    topic = TopicFactory(
        author=member, circle=circle, label=Label.AMBER, attribution=Attribution.CHATHAM
    )
    services.reply(topic, by=other, body="Words.")

    for path in ("reply/", "narrow/", "edit/", "widen/", "delete/", "mentions/?q=sea"):
        answer = client.get(f"/t/{topic.pk}/{path}")
        assert (answer.status_code, "Sealed Speaker" in answer.content.decode()) == (200, False)
    client.post(f"/t/{topic.pk}/narrow/", {"label": Label.RED, "reader_names": "Sealed Speaker"})

    assert list(Topic.objects.get().readers.all()) == [other]


def test_a_proposal_is_asked_and_answered_on_pages(client, member):
    author = MemberFactory()
    circle = CircleFactory(kind=Circle.Kind.CLOSED, hosts=[member], members=[author])
    topic = TopicFactory(author=author, circle=circle, label=Label.AMBER)
    assert client.get(f"/t/{topic.pk}/propose-widening/").status_code == 200
    client.post(
        f"/t/{topic.pk}/propose-widening/", {"label": Label.GREEN, "reason": "Others need it."}
    )

    client.force_login(author)
    page = client.get(f"/t/{topic.pk}/widening/").content.decode()
    assert "Others need it." in page
    client.post(f"/t/{topic.pk}/widening/", {"answer": "agree"})

    assert Topic.objects.get().label == Label.GREEN
    assert client.get(f"/t/{topic.pk}/widening/").status_code == 404


def test_widening_sealing_and_revealing_are_pages_that_ask_first(client, member):
    topic = TopicFactory(author=member, label=Label.GREEN)
    assert "cannot be undone" in client.get(f"/t/{topic.pk}/seal/").content.decode()
    client.post(f"/t/{topic.pk}/seal/")
    assert "cannot be undone" in client.get(f"/t/{topic.pk}/reveal/").content.decode()
    client.post(f"/t/{topic.pk}/reveal/")
    assert client.get(f"/t/{topic.pk}/widen/").status_code == 200
    client.post(f"/t/{topic.pk}/widen/", {"label": Label.CLEAR})

    topic.refresh_from_db()
    assert (topic.is_chatham, topic.label) == (True, Label.CLEAR)
    assert "shown here already" in client.get(f"/t/{topic.pk}/reveal/").content.decode()


# Names


def test_completion_offers_readers_and_nobody_else(client, member):
    inside = MemberFactory(name="Anna Inside")
    MemberFactory(name="Anna Outside", is_findable=True)
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[member, inside])
    topic = TopicFactory(circle=circle, label=Label.AMBER)

    for path in (f"/t/{topic.pk}/mentions/", f"/discussions/mentions/?circle={circle.slug}"):
        answer = client.get(path, {"q": "ann", "circle": circle.slug})
        assert answer.json() == [{"name": "Anna Inside"}], path


def test_completion_is_for_those_who_may_write_there(client, member):
    topic = TopicFactory(circle=CircleFactory(members=[MemberFactory(name="Anna")]))
    topic.label = Label.GREEN
    topic.save()

    assert client.get(f"/t/{topic.pk}/mentions/?q=ann").json() == []
    client.logout()
    Topic.objects.update(label=Label.CLEAR)
    assert client.get(f"/t/{topic.pk}/mentions/?q=ann").json() == []


@pytest.mark.parametrize("label", ["", "TLP:PINK", "TLP:CLEAR", "TLP:AMBER"])
def test_odd_labels_complete_to_readers_or_nobody(client, member, label):
    MemberFactory(name="Anna", is_findable=True)

    answer = client.get("/discussions/mentions/", {"q": "ann", "label": label, "circle": ""})

    assert answer.status_code == 200
    assert answer.json() == ([{"name": "Anna"}] if label in {"", "TLP:PINK"} else [])


def test_no_title_is_spelt_like_a_page():
    words = {
        str(each.pattern).removeprefix("t/<int:pk>/").rstrip("/")
        for each in urls.urlpatterns
        if str(each.pattern).startswith("t/<int:pk>/")
    }

    assert {word for word in words if word and "<" not in word} == models.PAGES_OF_A_TOPIC
    assert Topic(title="History").slug == "topic-history"
