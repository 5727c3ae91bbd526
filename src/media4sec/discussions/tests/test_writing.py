"""The pages where one writes: nothing typed is ever lost, and nothing is sent twice."""

import io
import re

import pytest
from django.utils import timezone
from PIL import Image

from media4sec.discussions import models, services, urls
from media4sec.discussions.models import Reply, Topic
from media4sec.discussions.tests.factories import ReplyFactory, TopicFactory
from media4sec.discussions.views.returning import writer_mark
from media4sec.kit import drafts, ratelimit
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Draft, Revision, Theme, Upload
from media4sec.members.models import Circle
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    member = MemberFactory(name="Writing member")
    client.force_login(member)
    return member


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(name="street.png"):
    content = io.BytesIO()
    Image.new("RGB", (4, 4), "navy").save(content, "PNG")
    content.seek(0)
    content.name = name
    return content


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


# Drafts


def test_a_draft_is_kept_without_script_and_thrown_away(client, member):
    topic = TopicFactory()
    path = f"/t/{topic.pk}/reply/"

    kept = client.post(path, {"body": "Half a tho", "then": "draft"}, follow=True)
    assert "Half a tho" in kept.content.decode()
    assert "Half a tho" in client.get(topic.get_absolute_url()).content.decode()
    client.post(path, {"body": "Half a tho", "then": "discard"})

    assert not Draft.objects.exists()
    assert not Reply.objects.exists()


def test_a_draft_that_is_too_long_comes_back_whole(client, member):
    topic = TopicFactory()

    answer = client.post(f"/t/{topic.pk}/reply/", {"body": "x" * 100_001, "then": "draft"})

    assert answer.status_code == 422
    assert "x" * 100_001 in answer.content.decode()


# Without a session


@pytest.mark.parametrize("by_form", [True, False])
def test_a_text_sent_after_the_session_ended_is_there_after_signing_in(client, by_form):
    member = MemberFactory()
    member.set_password("a quiet harbour at dawn")
    member.save()
    member.emailaddress_set.create(email=member.email, verified=True, primary=True)
    topic = TopicFactory(label=Label.GREEN)
    path = f"/t/{topic.pk}/reply/"

    answer = client.post(path, {"body": "My long answer.", "writer": writer_mark(member)})
    assert answer["Location"] == f"/account/login/?next={path}"
    if by_form:
        client.post(
            answer["Location"], {"login": member.email, "password": "a quiet harbour at dawn"}
        )
    else:
        client.force_login(member)
    page = client.get(path)

    assert page.status_code == 200
    assert "My long answer." in page.content.decode()
    assert drafts.load(member, f"reply:{topic.pk}")["body"] == "My long answer."


def test_another_member_at_the_same_browser_does_not_find_that_text(client):
    topic = TopicFactory()
    path = f"/t/{topic.pk}/reply/"
    client.post(path, {"body": "My long answer.", "writer": writer_mark(MemberFactory())})

    client.force_login(MemberFactory())

    assert "My long answer." not in client.get(path).content.decode()
    assert not Draft.objects.exists()


def test_a_text_sent_without_session_is_forgotten_after_an_hour(client, monkeypatch):
    member, topic = MemberFactory(), TopicFactory()
    path = f"/t/{topic.pk}/reply/"
    client.post(path, {"body": "My long answer.", "writer": writer_mark(member)})
    client.force_login(member)
    later = timezone.now().timestamp() + 3601
    monkeypatch.setattr("media4sec.discussions.views.returning.time.time", lambda: later)

    assert "My long answer." not in client.get(path).content.decode()


def test_strangers_cannot_fill_the_house_with_texts(client, settings):
    settings.RATE_LIMITS = True

    answers = [client.post("/t/1/reply/", {"body": "x"}).status_code for _ in range(11)]

    assert answers == [302] * 10 + [429]
    client.post("/t/1/reply/", {"body": "x" * 200_000})
    assert "x" * 1000 not in str(client.session.get("sent_without_session"))


def test_who_posts_too_often_keeps_the_text(client, member, settings):
    settings.RATE_LIMITS = True
    topic = TopicFactory()
    for _ in range(12):
        ratelimit.check("posts", f"m{member.pk}", most=99)

    answer = client.post(f"/t/{topic.pk}/reply/", {"attempt": "a", "body": "One more."})

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "One more." in answer.content.decode()


# Files


def test_a_file_comes_with_the_reply(client, member):
    topic = TopicFactory()

    client.post(
        f"/t/{topic.pk}/reply/",
        {"attempt": "a", "body": "Look.", "file": picture(), "alt": "A street"},
    )

    reply = Reply.objects.get()
    assert [each["alt"] for each in reply.attachments] == ["A street"]
    assert Upload.objects.get().thing_id == reply.pk


def test_files_are_added_and_removed_while_one_goes_on_writing(client, member):
    topic = TopicFactory()
    path = f"/t/{topic.pk}/reply/"

    for name in ("one.png", "two.png"):
        sent = {"body": "Look.", "file": picture(name), "alt": "A street", "then": "attach"}
        client.post(path, sent)
    first, second = client.get(path).context["desk"].files
    client.post(
        path,
        {"body": "Look.", "upload": [first.pk, second.pk], "then": f"remove-{first.pk}"},
    )
    client.post(path, {"attempt": "a", "body": "Look.", "upload": [second.pk]})

    assert [each["name"] for each in Reply.objects.get().attachments] == ["two.png"]
    assert list(Upload.objects.all()) == [second]


def test_a_file_that_is_refused_loses_no_text(client, member):
    topic = TopicFactory()
    no_picture = io.BytesIO(b"<svg onload=alert(1)>")
    no_picture.name = "x.png"

    answer = client.post(
        f"/t/{topic.pk}/reply/", {"attempt": "a", "body": "Look.", "file": no_picture, "alt": "x"}
    )

    assert answer.status_code == 422
    assert "Look." in answer.content.decode()
    assert not Reply.objects.exists()


def test_a_double_click_with_a_file_leaves_one_file(client, member):
    topic = TopicFactory()

    for _ in range(2):
        sent = {"attempt": "a", "body": "Look.", "file": picture(), "alt": "A street"}
        client.post(f"/t/{topic.pk}/reply/", sent)

    assert Reply.objects.count() == Upload.objects.count() == 1


def test_a_foreign_file_cannot_be_attached_or_removed(client, member):
    topic, other = TopicFactory(), MemberFactory()
    theirs = Upload.objects.create(
        owner=other, type="pdf", name="x.pdf", size=1, place=f"reply:{topic.pk}", at=timezone.now()
    )

    client.post(f"/t/{topic.pk}/reply/", {"upload": [theirs.pk], "then": f"remove-{theirs.pk}"})
    client.post(f"/t/{topic.pk}/reply/", {"attempt": "a", "body": "x", "upload": [theirs.pk]})

    assert Upload.objects.get().thing_id is None
    assert Reply.objects.get().attachments == []


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

    for level in ("following", "muted", "normal"):
        client.post(f"/t/{topic.pk}/follow/", {"level": level})
        assert topic.readings.get().level == level


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
    assert client.get(f"/t/{topic.pk}/reveal/").status_code == 404


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
    assert client.get(f"/t/{topic.pk}/reveal/").status_code == 404


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
