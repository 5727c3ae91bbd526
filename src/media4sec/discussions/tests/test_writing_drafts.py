"""Drafts, lost sessions and files: what was written is there again."""

import io

import pytest
from django.utils import timezone
from PIL import Image

from media4sec.discussions.models import Reply
from media4sec.discussions.tests.factories import TopicFactory
from media4sec.kit import drafts, ratelimit
from media4sec.kit.marking import Label
from media4sec.kit.models import Draft, Upload
from media4sec.members.returning import writer_mark
from media4sec.members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


def picture(name="street.png"):
    content = io.BytesIO()
    Image.new("RGB", (4, 4), "navy").save(content, "PNG")
    content.seek(0)
    content.name = name
    return content


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
    monkeypatch.setattr("media4sec.members.returning.time.time", lambda: later)

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
