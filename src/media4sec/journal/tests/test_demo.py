"""The demo's journal is believable, complete and of our own making."""

import random
from collections import Counter

import pytest

from media4sec.journal import demo
from media4sec.journal.models import Article, Document, DocumentFile, Page, Series
from media4sec.kit.clock import now
from media4sec.kit.town import Town
from media4sec.members import demo as people


@pytest.fixture
def town(db):
    town = Town(today=now(), dice=random.Random(7), password="harbour-violet-tram-lantern")
    people.furnish(town)
    demo.furnish(town)
    return town


def test_the_journal_is_furnished(town):
    states = Counter(Article.objects.values_list("state", flat=True))

    assert states == {"published": 8, "retracted": 1, "scheduled": 1, "in_review": 1, "draft": 1}
    assert Series.objects.count() == 2
    assert Page.objects.count() == 8
    assert {article.theme.slug for article in Article.objects.select_related("theme")} == {
        "everyday-security",
        "diy-policing",
        "riots-and-mass-gatherings",
        "dark-web",
        "trolling",
        "market-solutions",
    }
    for article in Article.objects.exclude(published_at=None):
        assert article.published_at < town.today


def test_its_library_can_be_read_and_seen(town):
    assert Document.objects.published().count() == 6
    for file in DocumentFile.objects.all():
        assert file.state == "read"
        assert file.pages > 1
        assert file.text
        assert file.cover


def test_its_picture_stands_in_its_text(town, client):
    page = client.get("/journal/two-years-of-listening/").content.decode()

    assert page.count("<figure") == 1
    assert "A street at night" in page
