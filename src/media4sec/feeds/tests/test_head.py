"""What pages tell machines: link previews, schema.org, share links, social cards."""

import io
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from media4sec.feeds import card
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.rooms import rooms
from media4sec.members.tests.factories import MemberFactory

EVIL = '</script><script>alert("1")</script> & "quotes"'


def page_of(client, topic):
    return client.get(topic.get_absolute_url()).content.decode()


def facts_of(page):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])


def test_a_public_page_has_what_a_link_preview_needs(client, start, theme):
    topic = start(theme=theme)

    page = page_of(client, topic)

    assert '<meta property="og:title" content="A quiet street">' in page
    assert f'content="http://127.0.0.1:8000/cards/discussions.topic:{topic.pk}.png"' in page
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{topic.get_absolute_url()}">' in page
    assert 'type="application/atom+xml"' in page


def test_schema_org_knows_a_discussion(client, start):
    facts = facts_of(page_of(client, start(language="nl")))

    assert facts["@type"] == "DiscussionForumPosting"
    assert facts["author"]["name"] == "Zephyrine Quill"
    assert facts["inLanguage"] == "nl"
    assert facts["text"] == "Who answers at night?"


def test_no_title_can_end_the_block_it_stands_in(client, start):
    page = page_of(client, start(EVIL[:150]))

    assert facts_of(page)["headline"] == EVIL[:150]
    assert '<script>alert("1")' not in page


def test_in_chatham_house_mode_the_head_names_nobody(client, start):
    page = page_of(client, start(attribution=Attribution.CHATHAM))

    assert facts_of(page)["author"]["name"] == "A member"
    assert "Zephyrine" not in page


def test_what_is_not_for_everybody_has_no_head_no_card_and_no_share_links(client, author, start):
    topic = start(label=Label.GREEN)
    client.force_login(author)

    page = page_of(client, topic)

    assert "A quiet street" in page
    assert "og:title" not in page
    assert "ld+json" not in page
    assert "linkedin" not in page
    assert client.get(f"/cards/discussions.topic:{topic.pk}.png").status_code == 404


def test_share_links_are_plain_and_carry_the_address(client, start):
    topic = start('Sirens & "alarms" + more?')

    page = page_of(client, topic).replace("&amp;", "&").replace("&#x27;", "'")

    url = f"http://127.0.0.1:8000{topic.get_absolute_url()}"
    linkedin = re.search(r'href="(https://www\.linkedin[^"]*)"', page)[1]
    bluesky = re.search(r'href="(https://bsky[^"]*)"', page)[1]
    mail = re.search(r'href="(mailto:[^"]*)"', page)[1]
    assert parse_qs(urlsplit(linkedin).query) == {"url": [url]}
    assert parse_qs(urlsplit(bluesky).query) == {"text": [f"{topic.title} {url}"]}
    assert parse_qs(urlsplit(mail).query) == {"subject": [topic.title], "body": [url]}
    assert "+" not in mail
    assert 'href="https://share.joinmastodon.org/#text=Sirens' in page


@pytest.mark.parametrize("is_member", [False, True])
def test_head_and_share_cost_a_page_no_query(client, start, is_member, monkeypatch):
    topic = start(attribution=Attribution.CHATHAM)
    if is_member:
        client.force_login(MemberFactory())
    client.get(topic.get_absolute_url())
    with_them = queries_of(client, topic)
    room = next(room for room in rooms() if room.name == "feeds")
    for name in ("head", "share"):
        monkeypatch.setitem(room.slots, name, lambda request, **about: "")

    assert with_them == queries_of(client, topic)


def queries_of(client, topic):
    with CaptureQueriesContext(connection) as asked:
        client.get(topic.get_absolute_url())
    return len(asked)


# Cards


def test_a_card_is_a_picture_of_the_size_previews_want(client, start, theme):
    topic = start(theme=theme)

    response = client.get(f"/cards/discussions.topic:{topic.pk}.png")

    image = Image.open(io.BytesIO(response.content))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(response.content) < 100_000
    assert response["Content-Type"] == "image/png"
    assert "public" in response["Cache-Control"]
    etag = {"if-none-match": response["ETag"]}
    assert client.get(f"/cards/discussions.topic:{topic.pk}.png", headers=etag).status_code == 304


@pytest.mark.parametrize(
    "title", ["", "w" * 150, "Straße 東京 مرحبا 👮", "word " * 40, "i " * 75], ids=lambda t: t[:5]
)
def test_every_title_fits_on_a_card(title):
    content = card.draw(title=title, kind="Discussion", theme="Everyday security")

    image = Image.open(io.BytesIO(content)).convert("RGB")
    assert image.size == (1200, 630)
    # Nothing touches the right edge: the margin is the colour of the ground.
    edge = {image.getpixel((1190, y)) for y in range(20, 620)}
    assert len(edge) == 1


@pytest.mark.parametrize("ref", ["x", "discussions.topic:0", "discussions.reply:1", f"a.b:{9**30}"])
def test_there_is_no_card_of_nothing(client, db, ref):
    assert client.get(f"/cards/{ref}.png").status_code == 404


@pytest.mark.parametrize("count", [1, 10])
def test_a_card_needs_one_query(client, start, count, django_assert_num_queries):
    topics = [start() for _number in range(count)]

    with django_assert_num_queries(1):
        client.get(f"/cards/discussions.topic:{topics[0].pk}.png")
