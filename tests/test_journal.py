"""The journal among other rooms: found, mapped and fed exactly while it is published."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from media4sec.config.worker import Loop
from media4sec.journal import services
from media4sec.journal.models import Article
from media4sec.journal.tests.factories import (
    ArticleFactory,
    DocumentFactory,
    EditorFactory,
    sheet,
    words,
)
from media4sec.kit.models import Activity
from media4sec.kit.refs import Ref
from media4sec.replies import services as replies
from media4sec.site.models import SearchEntry

WORD = "zebracrossing"


@pytest.fixture
def editors(db):
    return EditorFactory(), EditorFactory()


def published(writer, reviewer, **changed):
    article = services.submit(services.draft(words(**changed), by=writer), by=writer)
    return services.publish(article, by=reviewer, version=article.version)


def parts_of_map(client):
    """However many numbers were given out before, which databases do not take back."""
    return re.findall(r"/sitemap-\d+\.xml", client.get("/sitemap.xml").content.decode())


def places(client, thing):
    """Where the outside can learn of a thing."""
    url = thing.get_absolute_url()
    found = {
        "search": bool(client.get(f"/search/?q={WORD}").context["results"].hits),
        "map": any(url in client.get(part).content.decode() for part in parts_of_map(client)),
        "feed": WORD in client.get("/feeds/everything.atom").content.decode(),
    }
    return {place for place, is_there in found.items() if is_there}


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled"])
def test_what_has_not_appeared_is_nowhere(client, editors, state):
    writer, reviewer = editors
    article = services.draft(words(title=f"About a {WORD}", body=WORD), by=writer)
    if state != "draft":
        services.submit(article, by=writer)
    if state == "scheduled":
        later = timezone.now() + timedelta(days=1)
        services.schedule(article, by=reviewer, version=1, at=later)

    assert SearchEntry.objects.count() == 0
    assert places(client, article) == set()
    assert WORD not in client.get("/").content.decode()


def test_it_is_everywhere_while_it_is_published_and_nowhere_once_retracted(client, editors):
    article = published(*editors, title=f"About a {WORD}", body=WORD)
    while_published = places(client, article)

    services.retract(article, by=editors[0], reason="The figures were wrong.")

    assert while_published == {"search", "map", "feed"}
    assert places(client, article) == set()


def test_a_document_is_found_by_the_words_in_it_until_it_is_retracted(client, editors):
    document = services.add_document(sheet(abstract=f"About a {WORD}."), by=editors[0])
    before = places(client, document)
    services.publish_document(document, by=editors[0])
    after = places(client, document)
    services.retract_document(document, by=editors[0], reason="Too small a sample.")

    assert (before, places(client, document)) == (set(), set())
    assert after == {"search", "map", "feed"}


def test_a_killed_worker_publishes_at_its_next_turn(editors, settings, tmp_path):
    settings.HOME = tmp_path
    writer, reviewer = editors
    article = services.submit(services.draft(words(), by=writer), by=writer)
    services.schedule(article, by=reviewer, version=1, at=timezone.now() + timedelta(minutes=5))
    Article.objects.filter(pk=article.pk).update(publish_at=timezone.now())

    Loop().turn()
    Loop().turn()

    article.refresh_from_db()
    assert article.is_published
    told = Activity.objects.about(Ref.to(article)).filter(verb="published")
    assert told.count() == 1


@pytest.mark.parametrize("count", [1, 10])
def test_the_front_pages_ask_as_much_for_ten_articles_as_for_one(
    client, editors, count, django_assert_max_num_queries
):
    ArticleFactory.create_batch(count)
    DocumentFactory.create_batch(count)

    for address in ("/", "/journal/", "/library/"):
        with django_assert_max_num_queries(4):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("count", [1, 10])
def test_pages_with_all_that_other_rooms_add_ask_little(
    client, member, sign_in, editors, count, django_assert_max_num_queries
):
    article = ArticleFactory(authors=[*editors, member, "A guest"])
    document = DocumentFactory()
    for number in range(count):
        replies.leave(article, by=editors[number % 2], body=f"Reply {number}.")
    strangers = [article.get_absolute_url(), document.get_absolute_url(), "/themes/trolling/"]
    for address in strangers:
        with django_assert_max_num_queries(4):
            assert client.get(address).status_code == 200
    sign_in(client, member)
    for address in [*strangers, "/journal/", "/library/", "/about/"]:
        client.get(address)
        with django_assert_max_num_queries(8):
            assert client.get(address).status_code == 200
