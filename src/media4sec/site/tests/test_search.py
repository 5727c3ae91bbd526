"""Who finds what: through the page, as people do."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from modelsearch.models import IndexEntry

from media4sec.discussions import services
from media4sec.discussions.models import Topic
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Theme
from media4sec.members.models import Circle, Membership
from media4sec.members.tests.factories import CircleFactory, MemberFactory
from media4sec.site import finding, index, words
from media4sec.site.models import SearchEntry

STRANGER = AnonymousUser()


def start(author, label=Label.CLEAR, *, title="A title", body="Some words.", **more):
    return services.start_topic(by=author, title=title, body=body, label=label, **more)


# Who may


def test_what_is_clear_is_found_by_everyone(author, outsider, suspended, find):
    start(author, title="Heliotrope")

    for visitor in (STRANGER, outsider, suspended, author):
        assert find(visitor, "heliotrope").titles == ["Heliotrope"]


def test_what_is_green_is_found_by_the_community_only(author, outsider, suspended, find):
    start(author, Label.GREEN, title="Heliotrope")

    assert find(outsider, "heliotrope").titles == ["Heliotrope"]
    assert find(STRANGER, "heliotrope").titles == []
    assert find(suspended, "heliotrope").titles == []


def test_what_is_amber_is_found_in_its_circle_only(author, insider, outsider, circle, find):
    start(author, Label.AMBER, title="Heliotrope", body="Of periwinkle.", circle=circle)

    assert find(insider, "periwinkle").titles == ["Heliotrope"]
    assert find(outsider, "heliotrope").titles == []
    assert find(outsider, "periwinkle").titles == []
    assert find(STRANGER, "heliotrope").titles == []


def test_who_left_the_circle_finds_their_own_and_nobody_elses(author, insider, circle, find):
    start(author, Label.AMBER, title="Heliotrope", circle=circle)
    start(insider, Label.AMBER, title="Heliotrope too", circle=circle)
    Membership.objects.filter(circle=circle, member=author).delete()
    author.forget_memberships()

    assert find(author, "heliotrope").titles == ["Heliotrope"]


def test_of_amber_strict_only_the_title_is_found(author, insider, circle, find):
    start(author, Label.AMBER_STRICT, title="Heliotrope", body="Periwinkle.", circle=circle)

    found = find(insider, "heliotrope")

    assert found.titles == ["Heliotrope"]
    assert "Periwinkle" not in found.content.decode()
    assert find(insider, "periwinkle").titles == []
    assert not SearchEntry.objects.exclude(body="").exists()


def test_red_is_found_by_nobody(author, insider, outsider, circle, find):
    start(
        author,
        Label.RED,
        title="Heliotrope",
        body="Periwinkle.",
        circle=circle,
        readers=[insider],
    )

    for visitor in (author, insider, outsider, STRANGER):
        assert find(visitor, "heliotrope").titles == []
        assert find(visitor, "periwinkle").titles == []
    assert not SearchEntry.objects.exists()
    assert not IndexEntry.objects.exists()


def test_a_narrower_reply_is_found_by_its_own_readers(author, insider, outsider, circle, find):
    topic = start(author, Label.GREEN, title="Wide", circle=_widened(circle))
    services.reply(topic, by=insider, body="Periwinkle.", label=Label.AMBER)

    assert len(find(insider, "periwinkle").titles) == 1
    assert find(outsider, "periwinkle").titles == []


def _widened(circle):
    circle.kind = Circle.Kind.MEMBERS
    circle.save()
    return circle


def test_a_chatham_author_is_in_no_row_and_no_name_finds_them(author, insider, circle, find):
    start(
        author,
        Label.AMBER,
        title="Heliotrope",
        circle=circle,
        attribution=Attribution.CHATHAM,
    )

    found = find(insider, "heliotrope")

    assert found.titles == ["Heliotrope"]
    assert author.name not in found.content.decode()
    assert find(insider, "Zephyrine").titles == []
    assert find(insider, "Quill").titles == []
    assert SearchEntry.objects.get().author_id is None
    assert not IndexEntry.objects.filter(autocomplete__contains=f"\ue003{author.pk}").exists()


def test_the_index_holds_no_word_that_is_not_sealed(author, circle):
    start(author, Label.CLEAR, title="Heliotrope", body="Of one kind.")
    start(author, Label.AMBER, title="Periwinkle", body="Of another.", circle=circle)

    for row in IndexEntry.objects.all():
        text = f"{row.title} {row.body} {row.autocomplete}"
        found = re.findall("'([^']+)'", text) or text.split()
        assert len(found) > 5
        assert {word[0] for word in found} <= set("\ue000\ue001\ue002\ue003")


# At once


def test_narrowing_takes_it_from_everybody_elses_search_at_once(author, insider, outsider, find):
    circle = CircleFactory(members=[author, insider])
    topic = start(author, Label.CLEAR, title="Heliotrope", circle=circle)
    services.reply(topic, by=author, body="Periwinkle.")

    services.narrow(topic, by=author, label=Label.AMBER)

    assert find(STRANGER, "heliotrope").titles == []
    assert find(outsider, "periwinkle").titles == []
    assert find(insider, "heliotrope").titles == ["Heliotrope"]
    assert len(find(insider, "periwinkle").titles) == 1


def test_narrowing_to_red_takes_topic_and_replies_out(author, insider, circle, find):
    topic = start(author, Label.AMBER, title="Heliotrope", circle=circle)
    services.reply(topic, by=author, body="Periwinkle.")

    services.narrow(topic, by=author, label=Label.RED, readers=[insider])

    assert not SearchEntry.objects.exists()
    assert not IndexEntry.objects.exists()


def test_what_is_deleted_is_gone_and_the_replies_stay_under_the_gap(author, outsider, find):
    topic = start(author, title="Heliotrope", body="Periwinkle.")
    reply = services.reply(topic, by=author, body="Marigold.")

    services.delete_topic(topic, by=author)

    assert find(outsider, "heliotrope").titles == []
    assert find(outsider, "periwinkle").titles == []
    found = find(outsider, "marigold")
    assert len(found.titles) == 1
    assert "Heliotrope" not in found.content.decode()

    services.delete_reply(reply, by=author)

    assert find(outsider, "marigold").titles == []


def test_an_edited_text_is_found_by_its_new_words_only(author, find):
    topic = start(author, title="Heliotrope", body="Periwinkle.")
    services.reply(topic, by=author, body="Lavender.")

    services.edit_topic(topic, by=author, base_version=1, title="Marigold", body="Saffron.")

    assert find(STRANGER, "marigold saffron").titles == ["Marigold"]
    assert find(STRANGER, "heliotrope").titles == []
    assert find(STRANGER, "periwinkle").titles == []
    assert find(STRANGER, "lavender").titles == ["Reply in “Marigold”"]


def test_a_row_that_came_too_late_is_stopped_at_its_rooms_own_gate(author, insider, circle, find):
    topic = start(author, Label.AMBER, title="Heliotrope", circle=circle)
    # Somebody changed the topic without telling the log.
    Topic.objects.filter(pk=topic.pk).update(label=Label.RED)

    assert find(insider, "heliotrope").titles == []


def test_a_failed_transaction_leaves_nothing_to_find(author):
    with pytest.raises(ZeroDivisionError):
        _start_and_fail(author)

    assert not SearchEntry.objects.exists()


def _start_and_fail(author):
    with transaction.atomic():
        start(author, title="Heliotrope")
        raise ZeroDivisionError


def test_what_did_not_change_is_not_written_again(author, outsider):
    topic = start(author, title="Heliotrope")

    with CaptureQueriesContext(connection) as asked:
        services.react(topic, by=outsider, word="helpful")

    assert not [each for each in asked if "modelsearch" in each["sql"]]


# How


def test_all_words_must_be_there(author, find):
    start(author, title="Heliotrope", body="Periwinkle.")

    assert find(STRANGER, "periwinkle heliotrope").titles == ["Heliotrope"]
    assert find(STRANGER, "heliotrope marigold").titles == []


def test_a_phrase_is_found_word_for_word(author, find):
    start(author, title="First", body="The missing person was found.")
    start(author, title="Second", body="A person was missing.")

    assert find(STRANGER, '"missing person"').titles == ["First"]
    assert sorted(find(STRANGER, "missing person").titles) == ["First", "Second"]


def test_a_phrase_does_not_span_title_and_text(author, find):
    start(author, title="About missing", body="person reports.")

    assert find(STRANGER, '"missing person"').titles == []


def test_accents_and_capitals_are_forgiven_both_ways(author, find):
    start(author, title="Café Überwachung")
    start(author, title="Kobenhavn")

    assert find(STRANGER, "cafe UBERWACHUNG").titles == ["Café Überwachung"]
    assert find(STRANGER, "københavn").titles == ["Kobenhavn"]


def test_a_beginning_is_enough_when_nothing_else_is_found(author, find):
    start(author, title="Heliotropes bloom")

    found = find(STRANGER, "heliot")

    assert found.titles == ["Heliotropes bloom"]
    assert "No text has exactly these words" in found.content.decode()


def test_a_typing_mistake_is_forgiven_with_words_that_are_public(author, insider, circle, find):
    start(author, title="Heliotrope")
    start(author, Label.AMBER, title="Periwinkle", circle=circle)

    assert find(STRANGER, "helitrope").titles == ["Heliotrope"]
    assert find(STRANGER, "perwinkle").titles == []
    assert find(insider, "perwinkle").titles == []


def test_titles_come_first_then_the_newest(author, find):
    start(author, title="Older", body="Heliotrope.")
    start(author, title="Heliotrope")
    start(author, title="Newer", body="Heliotrope.")

    assert find(STRANGER, "heliotrope").titles == ["Heliotrope", "Newer", "Older"]


def test_a_reply_is_found_by_its_own_words_and_not_by_its_topics_title(author, find):
    topic = start(author, title="Heliotrope", body="One.")
    services.reply(topic, by=author, body="Periwinkle.")

    assert find(STRANGER, "heliotrope").context["results"].count == 1
    assert find(STRANGER, "periwinkle").titles == ["Reply in “Heliotrope”"]


# Filters


def test_filters_narrow_the_results(author, find):
    theme = Theme.objects.create(slug="trolling", title="Trolling", position=1, icon="tag")
    circle = CircleFactory(slug="open-circle", members=[author])
    start(author, title="Plain heliotrope")
    start(author, title="Ugly heliotrope", face="ugly")
    start(author, title="Themed heliotrope", other_theme=theme)
    start(author, title="Circled heliotrope", circle=circle)
    topic = start(author, title="Talk", body="One.", language="nl")
    services.reply(topic, by=author, body="Heliotrope.")

    assert find(STRANGER, "heliotrope", face="ugly").titles == ["Ugly heliotrope"]
    assert find(STRANGER, "heliotrope", theme="trolling").titles == ["Themed heliotrope"]
    assert find(STRANGER, "heliotrope", circle="open-circle").titles == ["Circled heliotrope"]
    assert find(STRANGER, "heliotrope", kind="reply").titles == ["Reply in “Talk”"]
    assert find(STRANGER, "heliotrope", language="nl").titles == ["Reply in “Talk”"]
    assert len(find(STRANGER, "heliotrope", kind="topic").titles) == 4


def test_a_period_counts_days_not_months(author, find, time_machine):
    time_machine.move_to("2026-11-03T12:00Z", tick=False)
    start(author, title="Recent heliotrope")
    time_machine.move_to("2026-11-12T12:00Z", tick=False)
    start(author, title="Fresh heliotrope")

    assert find(STRANGER, "heliotrope", when="week").titles == ["Fresh heliotrope"]
    assert len(find(STRANGER, "heliotrope", when="month").titles) == 2
    time_machine.move_to("2027-11-10T12:00Z", tick=False)
    assert find(STRANGER, "heliotrope", when="year").titles == ["Fresh heliotrope"]


def test_a_hidden_circle_cannot_be_asked_for_and_is_nowhere_named(author, insider, outsider, find):
    hidden = CircleFactory(
        kind=Circle.Kind.HIDDEN, title="Aftermath", slug="aftermath", members=[insider]
    )

    refused = find(outsider, "heliotrope", circle=hidden.slug)
    nonsense = find(outsider, "heliotrope", circle="never-was")

    assert refused.context["results"] is None
    assert "Aftermath" not in refused.content.decode()
    assert refused.content.count(b"error") == nonsense.content.count(b"error") > 0
    assert "Aftermath" in find(insider, "heliotrope").content.decode()


def test_a_public_thing_does_not_name_the_hidden_circle_it_is_from(author, insider, find):
    hidden = CircleFactory(
        kind=Circle.Kind.HIDDEN, title="Aftermath", slug="aftermath", members=[author, insider]
    )
    topic = start(author, Label.AMBER, title="Heliotrope", circle=hidden)
    Topic.objects.filter(pk=topic.pk).update(label=Label.CLEAR)
    call_command("rebuild_search", verbosity=0)

    found = find(STRANGER, "heliotrope")

    assert found.titles == ["Heliotrope"]
    assert "Aftermath" not in found.content.decode()


# The page


def test_what_is_shown_of_a_text_is_escaped(author, find):
    start(
        author,
        title="<script>alert(1)</script> heliotrope",
        body="A `<img src=x onerror=alert(1)>` heliotrope & <script>alert(2)</script>",
    )

    page = find(STRANGER, "heliotrope <script>").content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;<mark>script</mark>&gt;" in page


@pytest.mark.parametrize(
    "question",
    ['"', '""', "*", "a AND", "NEAR(", "title:x", "' OR 1=1", "{}", "\ue000x", "x" * 500, "🙂"],
)
def test_no_question_breaks_the_page(author, client, question):
    start(author, title="Heliotrope")

    assert client.get("/search/", {"q": question}).status_code == 200


def test_nothing_found_is_explained(author, find):
    page = find(STRANGER, '"never seen" marigold', face="ugly").content.decode()

    assert "We found nothing you can read" in page
    assert "Try fewer words" in page
    assert "in quotation marks" in page
    assert "Search without filters" in page
    assert "sign in" in page


def test_results_are_counted_up_to_a_hundred_and_paged_by_twenty(author, find):
    topic = start(author, title="Talk")
    for _number in range(25):
        services.reply(topic, by=author, body="Heliotrope.")

    first, second = find(STRANGER, "heliotrope"), find(STRANGER, "heliotrope", page=2)

    assert "25 results" in first.content.decode()
    assert (len(first.titles), len(second.titles)) == (20, 5)


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "²", "9" * 40])
def test_a_page_number_that_makes_no_sense_shows_a_page(author, find, page):
    start(author, title="Heliotrope")

    assert find(STRANGER, "heliotrope", page=page).titles == ["Heliotrope"]


def test_only_what_strangers_find_may_be_kept(author, insider, client):
    strangers = client.get("/search/", {"q": "heliotrope"})
    client.force_login(insider, backend="media4sec.members.sessions.SignIn")
    members = client.get("/search/", {"q": "heliotrope"})

    assert "public" in strangers["Cache-Control"]
    assert members["Cache-Control"] == "private, no-store"
    assert strangers["X-Robots-Tag"] == members["X-Robots-Tag"] == "noindex"


@pytest.mark.django_db(transaction=True)
def test_what_strangers_found_is_searched_again_after_a_change(author, client, settings):
    settings.PAGE_CACHE_SECONDS = 60
    topic = start(author, title="Heliotrope")
    before = client.get("/search/", {"q": "heliotrope"}).content
    again = client.get("/search/", {"q": "heliotrope"}).content

    services.narrow(topic, by=author, label=Label.GREEN)

    after = client.get("/search/", {"q": "heliotrope"}).content
    assert before == again
    assert topic.get_absolute_url().encode() in before
    assert topic.get_absolute_url().encode() not in after


@pytest.mark.parametrize("count", [1, 10])
def test_a_member_searches_in_eight_queries(
    author, insider, circle, client, count, django_assert_max_num_queries
):
    for _number in range(count):
        topic = start(author, Label.AMBER, title="Heliotrope", circle=circle)
        services.reply(topic, by=author, body="Heliotrope.")
    client.force_login(insider, backend="media4sec.members.sessions.SignIn")
    client.get("/search/", {"q": "warm"})

    with django_assert_max_num_queries(8) as asked:
        response = client.get("/search/", {"q": "heliotrope"})

    assert response.context["results"].count == 2 * count
    assert len(asked) == 8


@pytest.mark.parametrize("count", [1, 10])
@pytest.mark.parametrize("question", ["heliotrope", "heliot", "marigold"])
def test_a_stranger_searches_in_four_queries(
    author, client, count, question, django_assert_max_num_queries
):
    for _number in range(count):
        start(author, title="Heliotrope")
    client.get("/search/", {"q": "warm"})

    with django_assert_max_num_queries(4):
        client.get("/search/", {"q": question})


# Building it anew


def test_a_rebuild_finds_the_same_and_forgets_what_is_gone(author, insider, circle, find):
    topic = start(author, Label.AMBER, title="Heliotrope", circle=circle)
    services.reply(topic, by=author, body="Periwinkle.")
    before = list(SearchEntry.objects.order_by("pk").values())
    IndexEntry.objects.all()._raw_delete("default")
    SearchEntry.objects.create(
        kind="discussions.topic",
        thing_id=999,
        title="Ghost",
        url="/",
        label="TLP:CLEAR",
        at=topic.started_at,
    )
    SearchEntry.objects.create(
        kind="gone.room", thing_id=1, title="Ghost", url="/", label="TLP:CLEAR", at=topic.started_at
    )

    call_command("rebuild_search", verbosity=0)

    assert list(SearchEntry.objects.order_by("pk").values()) == before
    assert find(insider, "heliotrope").titles == ["Heliotrope"]
    assert len(find(insider, "periwinkle").titles) == 1


def test_the_librarys_own_rebuild_writes_what_we_write(author, circle):
    start(author, Label.AMBER, title="Heliotrope", body="Periwinkle.", circle=circle)
    before = list(IndexEntry.objects.values("id", "title", "body"))

    call_command("rebuild_modelsearch_index", verbosity=0)

    assert list(IndexEntry.objects.values("id", "title", "body")) == before


def test_rows_and_keys_are_two_spellings_of_one_rule(author, insider, outsider, suspended, circle):
    """What the index lets a searcher find is what is open to them."""
    start(author, Label.CLEAR, title="Heliotrope")
    start(author, Label.GREEN, title="Heliotrope")
    for attribution in Attribution.values:
        for label in (Label.AMBER, Label.AMBER_STRICT):
            start(author, label, title="Heliotrope", circle=circle, attribution=attribution)
    left = MemberFactory()
    Membership.objects.create(circle=circle, member=left, since=author.joined_at)
    start(left, Label.AMBER, title="Heliotrope", circle=circle)
    Membership.objects.filter(member=left).delete()
    left.forget_memberships()

    for visitor in (STRANGER, author, insider, outsider, suspended, left):
        question = finding.Question(words.read("heliotrope"), index.keys_of(visitor))
        found = {hit.pk for hit in finding.find(question)}
        assert found == {each.pk for each in SearchEntry.objects.all() if each.is_open_to(visitor)}


def test_a_reaction_leaves_the_index_alone(author, insider):
    topic = start(author, title="Heliotrope")

    with CaptureQueriesContext(connection) as asked:
        services.react(topic, by=insider, word="helpful")

    assert not [each for each in asked if "search" in each["sql"]]
