"""Mentions lead to readers only, and tell nobody of anything."""

import pytest

from media4sec.discussions import mentions, services
from media4sec.discussions.tests.factories import TopicFactory
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Activity
from media4sec.members import sharing
from media4sec.members.models import Circle
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return MemberFactory(name="Author", is_findable=True)


def named(name, **changes):
    return MemberFactory(name=name, **{"is_findable": True, **changes})


def start(by, body, **changes):
    return services.start_topic(by=by, title="A good title", body=body, **changes)


def test_a_mention_links_to_a_reader_and_is_recorded(author):
    anna = named("Anna <b> & Co")

    topic = start(author, "Ask @[Anna <b> & Co] or @[Nobody Here].")

    assert topic.body_html == (
        f'<p>Ask <a href="/people/{anna.pk}/" rel="nofollow noopener ugc">'
        "@Anna &lt;b&gt; &amp; Co</a> or @[Nobody Here].</p>\n"
    )
    assert Activity.objects.get().facts == {"mentioned": [anna.pk]}


def test_only_readers_are_mentioned(author):
    inside, outside = named("Inside"), named("Outside")
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[author, inside])

    topic = start(author, "@[Inside] @[Outside]", circle=circle)

    assert Activity.objects.get().facts == {"mentioned": [inside.pk]}
    assert f"/people/{outside.pk}/" not in topic.body_html


def test_in_red_only_the_named_readers_are_mentioned(author):
    reader = named("Reader")
    named("Other")

    start(author, "@[Reader] @[Other]", label=Label.RED, readers=[reader])

    assert Activity.objects.get().facts == {"mentioned": [reader.pk]}


def test_in_public_only_those_who_speak_there_by_name_are_mentioned(author):
    silent, speaking, sealed = named("Silent"), named("Speaking"), named("Sealed")
    topic = start(author, "@[Silent]", label=Label.CLEAR)
    services.reply(topic, by=speaking, body="Words.")
    services.reply(topic, by=sealed, body="Words.", attribution=Attribution.CHATHAM)

    reply = services.reply(topic, by=silent, body="@[Speaking] @[Sealed] @[Author]")

    assert "href" not in topic.body_html
    assert Activity.objects.first().facts == {"mentioned": sorted([author.pk, speaking.pk])}
    assert f"/people/{sealed.pk}/" not in reply.body_html


def test_chatham_texts_mention_nobody(author):
    anna = named("Anna")
    sealed = start(author, "@[Anna]", attribution=Attribution.CHATHAM)
    open_topic = TopicFactory(label=Label.GREEN)
    reply = services.reply(open_topic, by=author, body="@[Anna]", attribution=Attribution.CHATHAM)

    assert "href" not in sealed.body_html + reply.body_html
    assert not any(entry.facts["mentioned"] for entry in Activity.objects.all())
    assert list(mentions.mentionable_in(sealed, by=anna)) == []


def test_a_name_that_two_people_share_says_nobody(author):
    named("Twin")
    named("Twin")

    assert "href" not in start(author, "@[Twin]").body_html


def test_who_is_not_in_the_directory_is_found_by_nobody_they_share_no_circle_with(author):
    hidden = named("Hidden", is_findable=False)
    assert "href" not in start(author, "@[Hidden]").body_html
    CircleFactory(members=[author, hidden])
    author.forget_memberships()

    assert "href" in start(author, "@[Hidden]").body_html


def test_an_edit_resolves_names_anew(author):
    anna = named("Anna")
    topic = start(author, "Words.")

    services.edit_topic(topic, by=author, base_version=1, title=topic.title, body="@[Anna]")

    assert Activity.objects.first().facts["mentioned"] == [anna.pk]


def test_more_than_twenty_mentions_are_refused(author):
    names = " ".join(f"@[Name {number}]" for number in range(21))

    with pytest.raises(Refused, match="at most 20"):
        start(author, names)


@pytest.mark.parametrize("beginning", ["", " ", "\x00", "x" * 5000, "%", "_"])
def test_odd_beginnings_complete_to_nothing(author, beginning):
    named("Anna")

    assert mentions.complete(beginning, sharing.possible_readers(None)) == []


def test_completion_offers_eight_names_by_any_of_their_words(author):
    for number in range(9):
        named(f"Officer {number}")
    named("River officer")

    offered = mentions.complete("offic", sharing.possible_readers(None))

    assert offered == [f"Officer {number}" for number in range(8)]
    assert mentions.complete("riv", sharing.possible_readers(None)) == ["River officer"]
