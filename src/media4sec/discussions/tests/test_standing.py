"""What moderators hide is nowhere, leaves a marked gap, and comes back whole."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile

from media4sec.discussions import queries, services
from media4sec.discussions.models import Reply, Topic
from media4sec.discussions.tests.factories import TopicFactory
from media4sec.kit import standing, uploads
from media4sec.kit.activity import record
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Door
from media4sec.kit.models import Upload
from media4sec.kit.permissions import THE_HOUSE
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of
from media4sec.kit.tests.things import PDF
from media4sec.members.tests.factories import MemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_files")]
SECRET = "zqhiddenwordszq"
TITLE = "zqhiddentitlezq"


@pytest.fixture
def author():
    return MemberFactory(name="Author")


@pytest.fixture
def topic(author):
    topic = services.start_topic(
        by=author, title=f"About {TITLE}", body=f"First {SECRET} words.", label="TLP:CLEAR"
    )
    # An edit, so that there is a history to keep quiet about.
    return services.edit_topic(
        topic, by=author, base_version=1, title=f"On {TITLE}", body=f"Then {SECRET} words."
    )


@pytest.fixture
def reply(topic):
    return services.reply(topic, by=MemberFactory(), body="An answer by another member.")


def hide(post, reason="Shows a face."):
    standing.hide(post, decision=5, reason=reason)
    record(THE_HOUSE, "hid", post, reason=reason)
    return post


def pages_of(topic):
    base = f"/t/{topic.pk}/"
    return [
        "/",
        "/discussions/",
        "/discussions/?tab=mine",
        f"{base}x/",
        f"{base}history/",
        f"{base}reply/?quote=1",
        f"{base}edit/",
        f"/search/?q={TITLE}",
        f"/search/?q={SECRET}",
        f"/report/{Ref.to(topic)}/",
    ]


@pytest.mark.parametrize("who", ["stranger", "reader", "author"])
def test_a_hidden_topic_is_on_no_page(client, topic, reply, author, who):
    hide(topic)
    if who != "stranger":
        client.force_login(author if who == "author" else MemberFactory())

    for address in pages_of(topic):
        said = client.get(address, follow=True).content.decode()
        said = said.replace(f'value="{TITLE}"', "").replace(f'value="{SECRET}"', "")
        for words in (TITLE, SECRET):
            known = said.count(words) <= (2 if f"q={words}" in address else 0)
            assert known, (address, words)


def test_its_readers_see_a_gap_with_the_reason_and_the_replies(client, topic, reply):
    hide(topic)

    page = client.get(topic.get_absolute_url()).content.decode()

    assert "Hidden by a moderator. Reason: Shows a face." in page
    assert "An answer by another member." in page
    assert "/decisions/" not in page


def test_who_wrote_it_is_led_to_the_reasons(client, topic, author):
    hide(topic)
    client.force_login(author)

    assert "/decisions/5/" in client.get(topic.get_absolute_url()).content.decode()


def test_a_hidden_reply_is_counted_by_nobody_and_accepted_no_more(topic, author, reply):
    services.accept(reply, by=author)

    hide(Reply.objects.get(pk=reply.pk))

    topic.refresh_from_db()
    assert (topic.accepted, topic.reply_count, topic.voices) == (None, 0, {author.group: 1})


@pytest.mark.parametrize("door", Door)
def test_it_passes_no_door(topic, reply, door):
    hide(topic)
    hide(reply)

    for post in (topic, reply):
        (found,) = kind_of(Ref.to(post)).fetch([post.pk])
        assert kind_of(Ref.to(post)).entry(found).through(door) is None


def test_its_files_are_shown_to_nobody_and_come_back(client, topic, author):
    here = Ref.to(topic)
    upload = Upload.objects.create(
        owner=author,
        type=Upload.Type.PDF,
        name="plan.pdf",
        size=len(PDF),
        file=ContentFile(PDF, name="plan.pdf"),
        thing_kind=here.kind,
        thing_id=here.pk,
        at=topic.started_at,
    )
    topic.attachments = [uploads.summary(upload)]
    topic.save(update_fields=["attachments"])
    assert client.get(f"/files/{upload.pk}/").status_code == 200

    hide(topic)
    assert client.get(f"/files/{upload.pk}/").status_code == 404

    standing.restore(topic, decision=6)
    assert client.get(f"/files/{upload.pk}/").status_code == 200


def test_restored_it_is_as_it_was_and_found_again(client, topic):
    hide(topic)

    standing.restore(topic, decision=6)
    record(THE_HOUSE, "restored", topic)

    topic = Topic.objects.get(pk=topic.pk)
    assert (topic.title, topic.body) == (f"On {TITLE}", f"Then {SECRET} words.")
    assert f'href="/t/{topic.pk}/' in client.get(f"/search/?q={TITLE}").content.decode()
    assert topic.title in client.get("/discussions/").content.decode()


def test_nobody_changes_what_is_hidden(topic, author, reply):
    hide(topic)
    topic = Topic.objects.get(pk=topic.pk)

    with pytest.raises(Refused, match="moderator hid"):
        services.edit_topic(topic, by=author, base_version=topic.version, title="New", body="New")
    with pytest.raises(Refused, match="moderator hid"):
        services.delete_topic(topic, by=author)
    with pytest.raises(Refused, match="moderator hid"):
        services.reply(topic, by=MemberFactory(), body="Still here?")


def test_what_happened_is_told_without_a_name(client, topic, reply):
    hide(topic)
    client.force_login(MemberFactory())

    page = client.get(f"/t/{topic.pk}/history/").content.decode()

    assert "hid the text" in page
    assert "Shows a face." in page
    assert "A moderator" in page


def test_the_authors_own_file_has_their_words_and_nobody_elses(topic, author, reply):
    hide(topic)

    assert queries.own_words(author)["topics"][0]["body"] == f"Then {SECRET} words."
    assert SECRET not in str(queries.own_words(reply.author))


def test_the_second_of_two_moderators_is_told(topic):
    first, second = (Topic.objects.get(pk=topic.pk) for _each in range(2))
    standing.hide(first, decision=1, reason="First.")

    with pytest.raises(Refused, match="Somebody else"):
        standing.hide(second, decision=2, reason="Second.")

    assert Topic.objects.get(pk=topic.pk).standing_reason == "First."


@pytest.mark.parametrize("count", [1, 10])
def test_a_page_with_gaps_asks_no_more(client, count, django_assert_max_num_queries):
    topic = TopicFactory()
    for _number in range(count):
        standing.hide(
            services.reply(topic, by=MemberFactory(), body="Bad."), decision=1, reason="Insults."
        )

    with django_assert_max_num_queries(4):
        page = client.get(topic.get_absolute_url())

    assert page.content.count(b"Reason: Insults.") == count
    assert not Topic.objects.visible_to(AnonymousUser()).filter(reply_count__gt=0).exists()
