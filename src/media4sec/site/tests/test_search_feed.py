"""A search that goes on: the feed of what everyone may read and has these words."""

import feedparser
import pytest

from media4sec.discussions import services
from media4sec.kit.marking import Label


def titles(response):
    return [entry.title for entry in feedparser.parse(response.content).entries]


def start(author, title, label=Label.CLEAR, **more):
    return services.start_topic(by=author, title=title, body="A cordon.", label=label, **more)


def test_a_search_is_a_feed_of_what_everyone_may_read(client, author):
    for number in range(2):
        start(author, f"Cordon {number}")
    start(author, "Cordon for members", Label.GREEN)
    start(author, "Something else", language="nl")

    client.force_login(author)

    assert titles(client.get("/search/feed.atom?q=cordon&language=en")) == ["Cordon 1", "Cordon 0"]
    assert len(client.get("/search/feed.json?q=cordon").json()["items"]) == 3


def test_pages_of_a_search_lead_on(client, author):
    for number in range(21):
        start(author, f"Cordon {number}")

    first = client.get("/search/feed.json?q=cordon").json()
    address = first["next_url"].removeprefix("http://127.0.0.1:8000")

    assert len(first["items"]) == 20
    assert [item["title"] for item in client.get(address).json()["items"]] == ["Cordon 0"]


@pytest.mark.parametrize("question", ["", "?q=", "?q=word&theme=none", "?q=word&circle=crowds"])
def test_a_feed_of_no_search_is_not_there(client, circle, question):
    assert client.get(f"/search/feed.atom{question}").status_code == 404


@pytest.mark.parametrize("count", [1, 10])
def test_the_feed_of_a_search_needs_four_queries(
    client, author, count, settings, django_assert_max_num_queries
):
    for number in range(count):
        start(author, f"Cordon {number}")
    client.get("/search/feed.atom?q=other")
    settings.PAGE_CACHE_SECONDS = 60

    with django_assert_max_num_queries(4):
        assert len(titles(client.get("/search/feed.atom?q=cordon"))) == count


def test_many_replies_push_no_discussion_out_of_the_feed(client, author):
    topic = start(author, "Street one")
    for number in range(110):
        services.reply(topic, by=author, body=f"A cordon again, reply {number}.")

    assert titles(client.get("/search/feed.atom?q=cordon")) == ["Street one"]
