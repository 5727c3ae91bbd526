"""Rooms that never meet: what one publishes, hides or takes back, feeds and followers obey."""

from datetime import timedelta

import feedparser
import jsonschema
import pytest
import time_machine as travel

from media4sec.discussions import services as discussions
from media4sec.feeds import tasks
from media4sec.feeds.models import Echo, Message, Publication
from media4sec.feeds.tests.conftest import elsewhere  # noqa: F401 - a fixture
from media4sec.feeds.tests.elsewhere import OURS
from media4sec.feeds.tests.test_feeds import RNG, SCHEMA, etree
from media4sec.journal import services as journal
from media4sec.journal import tasks as journal_tasks
from media4sec.journal.models import Article, Document
from media4sec.journal.tests.factories import ArticleFactory, DocumentFactory, EditorFactory
from media4sec.kit import pagecache
from media4sec.kit.clock import now
from media4sec.kit.marking import Label
from media4sec.members.tests.factories import MemberFactory
from media4sec.moderation import conduct
from media4sec.moderation import services as moderation

WHY = {
    "reference": sorted(conduct.references())[0],
    "facts": "A face can be seen.",
    "reason": "It shows a person who did not agree.",
}


@pytest.fixture(autouse=True)
def _nothing_kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    pagecache._pages.clear()


@pytest.fixture
def followed(client, elsewhere):  # noqa: F811 - the fixture imported above
    elsewhere.send(client, elsewhere.follow())
    elsewhere.got.clear()
    Message.objects.all().delete()
    return elsewhere


def titles(client, channel="everything"):
    feed = feedparser.parse(client.get(f"/feeds/{channel}.atom").content)
    return [entry.title for entry in feed.entries]


def topic(title="A quiet street"):
    author = MemberFactory()
    return discussions.start_topic(by=author, title=title, body="Words.", label=Label.CLEAR)


def in_review(**more):
    writer = EditorFactory()
    return ArticleFactory(
        state=Article.State.IN_REVIEW,
        written_by=writer,
        published_at=None,
        reviewed_by=None,
        **more,
    )


def test_an_article_leaves_when_it_is_published_and_not_before(client, followed):
    article = in_review(title="Night shift")
    tasks.speak()
    assert (titles(client), followed.got) == ([], [])

    journal.publish(article, by=EditorFactory(), version=article.version)
    tasks.speak()

    assert titles(client) == titles(client, "article") == ["Night shift"]
    assert followed.kinds() == ["Create"]
    assert "What it says in one sentence." in followed.words[0]["object"]["content"]


def test_an_article_leaves_at_its_hour(client, followed):
    article = in_review(title="Tomorrow")
    at = now() + timedelta(days=1)
    journal.schedule(article, by=EditorFactory(), version=article.version, at=at)
    tasks.speak()
    assert titles(client) == []

    with travel.travel(at + timedelta(minutes=1)):
        journal_tasks.publish_due()
        tasks.speak()

    assert titles(client) == ["Tomorrow"]
    assert followed.kinds() == ["Create"]


def test_a_retracted_article_is_taken_back_everywhere(client, followed):
    article = in_review(title="Wrong numbers")
    journal.publish(article, by=EditorFactory(), version=article.version)
    tasks.speak()

    article.refresh_from_db()
    journal.retract(article, by=EditorFactory(), reason="The numbers are wrong.")
    tasks.speak()

    assert titles(client) == []
    assert followed.kinds() == ["Create", "Delete"]


def test_what_a_moderator_hides_is_taken_back_and_what_is_restored_is_told_anew(client, followed):
    thing = topic("A shop video")
    tasks.speak()
    case = moderation.report(thing, by=MemberFactory(), words="A face.").case
    moderator = MemberFactory(is_moderator=True)

    decision = moderation.hide(case, by=moderator, **WHY)
    tasks.speak()

    assert titles(client) == []
    assert client.get(f"/cards/discussions.topic:{thing.pk}.png").status_code == 404
    assert followed.kinds() == ["Create", "Delete"]
    assert Publication.objects.get().html == ""

    moderation.restore(decision, by=moderator, reason="They agreed.")
    tasks.speak()

    assert titles(client) == ["A shop video"]
    assert followed.kinds() == ["Create", "Delete", "Create"]


@pytest.mark.parametrize("verb", ["release", "decline"])
def test_moderators_decide_about_answers_from_elsewhere(client, followed, verb):
    thing, moderator = topic(), MemberFactory(is_moderator=True)
    note = followed.note(f"{OURS}/notes/discussions.topic:{thing.pk}/")
    followed.send(client, followed.activity("Create", note))
    client.force_login(moderator)
    desk = client.get("/moderation/?tab=held").content.decode()
    assert "We have that, too." in desk
    assert "Answer to “A quiet street”" in desk

    echo = Echo.objects.get()
    if verb == "release":
        moderation.release(echo, by=moderator)
    else:
        moderation.decline(echo, by=moderator, **WHY)

    client.logout()
    page = client.get(f"/echoes/of/discussions.topic:{thing.pk}/").content.decode()
    assert ("We have that, too." in page) == (verb == "release")


def test_a_line_of_several_authors_does_not_name_who_has_left(client, db):
    first, second = EditorFactory(name="Anna Aal"), EditorFactory(name="Ben Bach")
    article = in_review(authors=[first, second, "A guest of the police"])
    journal.publish(article, by=EditorFactory(), version=article.version)
    feed = client.get("/feeds/article.atom").content.decode()
    assert "<name>Anna Aal, Ben Bach, A guest of the police</name>" in feed

    second.is_active = False
    second.save(update_fields=["is_active"])
    tasks.keep_house()

    assert "Ben Bach" not in client.get("/feeds/article.atom").content.decode()


@pytest.mark.parametrize("count", [1, 10])
def test_the_feed_of_everything_is_valid_and_needs_four_queries(
    client, db, settings, count, django_assert_max_num_queries
):
    for number in range(count):
        topic(f"Topic {number}")
        article = in_review()
        journal.publish(article, by=EditorFactory(), version=article.version)
        document = DocumentFactory(state=Document.State.DRAFT)
        journal.publish_document(document, by=EditorFactory())
    settings.PAGE_CACHE_SECONDS = 60

    with django_assert_max_num_queries(4):
        atom = client.get("/feeds/everything.atom")
    with django_assert_max_num_queries(4):
        made = client.get("/feeds/everything.json").json()

    RNG.assertValid(etree.fromstring(atom.content))
    jsonschema.validate(made, SCHEMA)
    assert len(made["items"]) == min(3 * count, 20)


def test_the_head_of_an_article_says_what_it_is_once(client, db):
    article = ArticleFactory(title="Night shift")

    page = client.get(article.get_absolute_url()).content.decode()

    assert '"@type": "Article"' in page
    assert page.count('<meta name="description"') == 1
    assert page.count('<link rel="canonical"') == 1
