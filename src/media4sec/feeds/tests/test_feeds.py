"""Feeds: what everyone may read, in forms that other software reads, and nothing else."""

import json
from datetime import timedelta
from pathlib import Path

import feedparser
import jsonschema
import pytest
from lxml import etree

from media4sec.discussions import services
from media4sec.discussions.models import Topic
from media4sec.feeds.models import Publication
from media4sec.feeds.services import bring_up_to_date, catch_up
from media4sec.kit.clock import now
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Theme
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of
from media4sec.members.models import Circle
from media4sec.members.tests.factories import CircleFactory, MemberFactory

HERE = Path(__file__).parent
RNG = etree.RelaxNG(etree.parse(HERE / "atom.rng"))
SCHEMA = json.loads((HERE / "json_feed.schema.json").read_text("utf-8"))
ALL = ["everything", "topic", "theme-trolling"]


def atom(client, channel="everything", query=""):
    return client.get(f"/feeds/{channel}.atom{query}")


def titles(response):
    return [entry.title for entry in feedparser.parse(response.content).entries]


@pytest.mark.parametrize("channel", ALL)
def test_a_feed_is_atom_as_the_standard_says(client, start, theme, channel):
    for number in range(3):
        start(f"Topic {number} <&> \u201c…\u201d", theme=theme)

    response = atom(client, channel)

    RNG.assertValid(etree.fromstring(response.content))
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"


def test_the_grammar_refuses_what_is_no_feed():
    broken = b'<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><title>y</title></feed>'

    assert not RNG.validate(etree.fromstring(broken))


def test_a_feed_reader_reads_a_feed_whole(client, author, start, theme):
    topic = start(theme=theme, language="nl", body="Zie [hier](/sharing/) en **verder**.")

    feed = feedparser.parse(atom(client).content)

    entry = feed.entries[0]
    assert not feed.bozo
    assert feed.feed.title == "MEDI@4SEC Community"
    assert entry.id == f"tag:127.0.0.1,2026:discussions.topic:{topic.pk}"
    assert entry.link == f"http://127.0.0.1:8000{topic.get_absolute_url()}"
    assert entry.author == "Zephyrine Quill"
    assert [tag.term for tag in entry.tags] == ["Trolling"]
    assert entry.content[0].language == "nl"
    assert 'href="http://127.0.0.1:8000/sharing/"' in entry.content[0].value
    assert entry.summary == "Zie hier en verder."


@pytest.mark.parametrize("channel", ALL)
def test_a_json_feed_is_as_its_standard_says(client, start, theme, channel):
    start(theme=theme, language="de")

    response = client.get(f"/feeds/{channel}.json")

    jsonschema.validate(response.json(), SCHEMA)
    assert response["Content-Type"] == "application/feed+json"
    assert [item["title"] for item in response.json()["items"]] == ["A quiet street"]


@pytest.mark.parametrize("label", [label for label in Label if label != Label.CLEAR])
def test_only_what_is_clear_leaves_the_house(client, author, start, label):
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[author], label=Label.AMBER)
    place = circle if label in {Label.AMBER, Label.AMBER_STRICT} else None
    readers = [MemberFactory()] if label == Label.RED else []
    start("Not for everybody", label=label, circle=place, readers=readers)
    start("For everybody")

    for channel in ("everything", "topic"):
        assert titles(atom(client, channel)) == ["For everybody"]
        assert b"Not for" not in client.get(f"/feeds/{channel}.json").content


def test_replies_stay_in_the_house(client, author, start):
    services.reply(start(), by=author, body="A word between us.")

    assert b"between us" not in atom(client).content


def test_what_is_narrowed_is_gone_at_once_and_no_word_of_it_stays(client, author, start):
    topic = start("Said too much", body="Far too much.")
    assert titles(atom(client)) == ["Said too much"]

    services.narrow(topic, by=author, label=Label.GREEN)

    row = Publication.objects.get()
    assert titles(atom(client)) == []
    assert row.withdrawn_at is not None
    assert (row.title, row.summary, row.html, row.url, row.byline, row.author) == ("",) * 5 + (
        None,
    )


def test_what_is_deleted_is_gone(client, author, start):
    topic = start()

    services.delete_topic(topic, by=author)
    catch_up()

    assert titles(atom(client)) == []
    assert Publication.objects.get().html == ""


def test_a_room_that_narrows_without_a_word_is_still_obeyed(client, start):
    """The log is one lock, the room's own gate is the other."""
    topic = start("Quietly narrowed")

    Topic.objects.filter(pk=topic.pk).update(label=Label.GREEN)

    assert titles(atom(client)) == []
    assert client.get(f"/cards/discussions.topic:{topic.pk}.png").status_code == 404


def test_once_an_hour_what_was_missed_is_caught_up_with(client, start):
    kept, gone = start("Stays"), start("Goes")
    Publication.objects.filter(thing_id=kept.pk).delete()
    Topic.objects.filter(pk=gone.pk).update(label=Label.GREEN)

    catch_up()
    catch_up()

    assert titles(atom(client)) == ["Stays"]
    assert Publication.objects.get(thing_id=gone.pk).version == 2
    assert Publication.objects.get(thing_id=kept.pk).version == 1


def test_an_edit_is_read_and_reactions_change_nothing(client, author, start):
    topic = start()
    first = Publication.objects.get()
    services.react(topic, by=MemberFactory(), word="helpful")
    assert Publication.objects.get().version == first.version

    services.edit_topic(topic, by=author, base_version=1, title="A loud street", body="New words.")

    row = Publication.objects.get()
    assert titles(atom(client)) == ["A loud street"]
    assert row.version == first.version + 1
    assert row.changed_at > first.changed_at


def test_in_chatham_house_mode_nobody_is_named(client, author, start):
    start(attribution=Attribution.CHATHAM)

    response = atom(client)

    assert b"Zephyrine" not in response.content
    assert feedparser.parse(response.content).entries[0].author == "A member"
    assert Publication.objects.get().author is None


def test_who_left_is_named_no_more(client, author, start):
    start()
    author.is_active = False
    author.save(update_fields=["is_active"])

    assert b"Zephyrine" not in atom(client).content
    assert "Zephyrine" not in Publication.objects.get().byline


@pytest.mark.parametrize("count", [1, 10])
@pytest.mark.parametrize("door", [*(f"{name}.atom" for name in ALL), "everything.json"])
def test_a_feed_needs_four_queries_at_most(
    client, start, theme, settings, count, door, django_assert_max_num_queries
):
    settings.PAGE_CACHE_SECONDS = 60
    for _number in range(count):
        start(theme=theme, attribution=Attribution.CHATHAM)

    with django_assert_max_num_queries(4):
        assert client.get(f"/feeds/{door}").status_code == 200


def test_pages_lead_on_to_the_end_and_skip_nothing(client, start):
    for number in range(45):
        start(f"Topic {number}")

    seen, address, pages = [], "/feeds/topic.atom", 0
    while address:
        feed = feedparser.parse(client.get(address).content)
        seen += [entry.title for entry in feed.entries]
        following = [link.href for link in feed.feed.links if link.rel == "next"]
        address = following[0].removeprefix("http://127.0.0.1:8000") if following else ""
        pages += 1

    assert pages == 3
    assert seen == [f"Topic {number}" for number in reversed(range(45))]


@pytest.mark.parametrize("mark", ["x", "%00", "WzFd", "9" * 3000])
def test_a_mark_that_makes_no_sense_is_the_first_page(client, start, mark):
    start()

    assert titles(atom(client, query=f"?before={mark}")) == ["A quiet street"]


def test_a_reader_who_has_it_already_gets_no_second_copy(
    client, author, start, settings, time_machine
):
    settings.PAGE_CACHE_SECONDS = 60
    topic = start()
    time_machine.move_to(now() + timedelta(minutes=1))
    first = atom(client)
    assert "public" in first["Cache-Control"]

    for seconds, headers in (
        (60, {"if-none-match": first["ETag"]}),
        (0, {"if-none-match": first["ETag"]}),
        (0, {"if-modified-since": first["Last-Modified"]}),
    ):
        settings.PAGE_CACHE_SECONDS = seconds
        assert client.get("/feeds/everything.atom", headers=headers).status_code == 304

    services.narrow(topic, by=author, label=Label.GREEN)
    again = client.get("/feeds/everything.atom", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 200


def test_a_withdrawal_is_news_to_who_asks_since_when(client, author, start, time_machine):
    time_machine.move_to("2026-05-01T10:00:00Z", tick=False)
    topic = start()
    time_machine.move_to("2026-05-01T10:30:00Z", tick=False)
    since = atom(client)["Last-Modified"]
    time_machine.move_to("2026-05-01T11:00:00Z", tick=False)
    services.narrow(topic, by=author, label=Label.GREEN)

    response = client.get("/feeds/everything.atom", headers={"if-modified-since": since})

    assert response.status_code == 200
    assert titles(response) == []


def test_what_goes_to_another_theme_is_news_where_it_was(client, start, theme, time_machine):
    other = Theme.objects.create(slug="other", title="Other", icon="tag", position=2)
    time_machine.move_to("2026-05-01T10:00:00Z", tick=False)
    start("It stays", theme=theme)
    topic = start("It goes", theme=theme)
    time_machine.move_to("2026-05-01T10:30:00Z", tick=False)
    since = atom(client, "theme-trolling")["Last-Modified"]
    time_machine.move_to("2026-05-01T11:00:00Z", tick=False)
    topic.theme = other
    topic.save(update_fields=["theme"])
    bring_up_to_date(kind_of(Ref.to(topic)), topic)

    address = "/feeds/theme-trolling.atom"
    response = client.get(address, headers={"if-modified-since": since})

    assert response.status_code == 200
    assert titles(response) == ["It stays"]


def test_two_changes_in_one_second_are_both_news(client, author, start, time_machine):
    time_machine.move_to("2026-05-01T10:00:00.2Z", tick=False)
    topic = start()
    first = atom(client)
    time_machine.move_to("2026-05-01T10:00:00.8Z", tick=False)
    services.edit_topic(topic, by=author, base_version=1, title="A loud street", body="New.")
    since = first.get("Last-Modified", "Fri, 01 May 2026 10:00:00 GMT")

    response = client.get("/feeds/everything.atom", headers={"if-modified-since": since})

    assert "Last-Modified" not in first
    assert titles(response) == ["A loud street"]


@pytest.mark.parametrize("name", ["nothing", "theme-nothing", "reply"])
@pytest.mark.parametrize("ending", ["atom", "json"])
def test_there_is_no_feed_of_nothing(client, db, name, ending):
    assert client.get(f"/feeds/{name}.{ending}").status_code == 404


def test_opml_names_every_feed_and_each_is_there(client, start, theme):
    start(theme=theme)

    tree = etree.fromstring(client.get("/feeds/all.opml").content)

    addresses = [outline.get("xmlUrl") for outline in tree.iter("outline")]
    assert len(addresses) == len(set(addresses)) >= 3
    for address in addresses:
        path = address.removeprefix("http://127.0.0.1:8000")
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("count", [1, 10])
def test_the_page_of_feeds_is_for_people(
    client, start, theme, settings, count, django_assert_max_num_queries
):
    settings.PAGE_CACHE_SECONDS = 60
    for _number in range(count):
        start(theme=theme)

    with django_assert_max_num_queries(4):
        page = client.get("/feeds/").content.decode()

    assert 'href="/feeds/theme-trolling.atom"' in page
    assert 'href="/feeds/all.opml"' in page


def test_letters_that_xml_cannot_carry_do_not_break_a_feed(client, start):
    start()
    Publication.objects.update(title="Bell\x07 and \ufffe end")

    assert titles(atom(client)) == ["Bell and  end"]


def test_a_publication_knows_its_thing(start):
    topic = start()

    assert Publication.objects.get().ref == Ref.to(topic)
