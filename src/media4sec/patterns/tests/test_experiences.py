"""Finding experiences: boxes, counts, words, views; and in how many places something worked."""

import re

import pytest

from media4sec.kit.marking import Attribution, Label
from media4sec.members.models import Circle
from media4sec.members.tests.factories import CircleFactory, MemberFactory
from media4sec.patterns.queries.tried import in_words, places_of
from media4sec.patterns.tests.factories import ExperienceFactory, publish

pytestmark = pytest.mark.django_db


def page_of(client, query=""):
    response = client.get(f"/experiences/{query}")
    assert response.status_code == 200
    return response.content.decode()


def titles(page):
    return re.findall(r'<h3 lang="[^"]*"><a href="[^"]*">([^<]*)</a>', page)


def boxes(page, facet):
    found = re.findall(
        rf'name="{facet}" value="([^"]*)"[^>]*>.*?<span class="count">(\d+)</span>', page
    )
    return {value: int(count) for value, count in found}


def told(title, **facts):
    return ExperienceFactory(title=title, **facts)


def test_every_facet_is_offered_with_what_it_would_leave(client):
    told(
        "One",
        face="good",
        groups=["community"],
        platforms=["forums"],
        phases=["before"],
        size="town",
        country="PT",
    )
    told("Two", outcome="harmed", actors=["citizens"], phases=["before"])

    page = page_of(client, "?phase=before")

    for facet, counts in {
        "face": {"good": 1},
        "theme": {"trolling": 2},
        "actor": {"police": 1, "citizens": 1},
        "group": {"community": 1},
        "platform": {"forums": 1},
        "country": {"NL": 1, "PT": 1},
        "phase": {"before": 2},
        "outcome": {"worked": 1, "harmed": 1},
        "evidence": {"1": 2},
        "size": {"town": 1},
        "language": {"en": 2},
    }.items():
        assert boxes(page, facet) == counts, facet


def test_counts_follow_the_choice(client):
    told("One", country="PT")
    told("Two", outcome="harmed")

    page = page_of(client, "?country=PT")

    assert titles(page) == ["One"]
    assert boxes(page, "outcome") == {"worked": 1}
    assert boxes(page, "country") == {"NL": 1, "PT": 1}


@pytest.mark.parametrize("question", ["flood", "FLOOD", "harbour flood"])
def test_words_are_found_in_title_text_and_place(client, question):
    told("We warned", happened="The flood came later.")
    told("Something else", place="Hill town")

    assert titles(page_of(client, f"?q={question}")) == ["We warned"]


def test_no_place_under_the_seal_is_found_or_counted(client):
    told("Sealed", attribution=Attribution.CHATHAM, place="Secret bay", hides_country=True)

    page = page_of(client)

    assert "Secret bay" not in page
    assert boxes(page, "country") == {}
    assert titles(page_of(client, "?q=secret")) == []


def test_orders_and_the_table(client):
    told("Old and sure", evidence=3)
    told("New")

    assert titles(page_of(client)) == ["New", "Old and sure"]
    assert titles(page_of(client, "?sort=-evidence")) == ["Old and sure", "New"]
    table = page_of(client, "?view=table&outcome=worked")
    assert '<th scope="col">Where</th>' in table
    assert 'href="?outcome=worked"' in table  # back to the cards, with the same choice


def test_the_patterns_have_a_table_too(client):
    publish("Webcare")

    page = client.get("/patterns/?view=table").content.decode()

    assert '<th scope="col">In one sentence</th>' in page


def test_what_was_tried_with_one_pattern(client):
    pattern, other = publish("Webcare"), publish("Alert tool")
    told("With it", about=[pattern])
    told("Without it", about=[other])

    page = page_of(client, f"?pattern={pattern.pk}")

    assert titles(page) == ["With it"]
    assert "Webcare" in page


@pytest.mark.parametrize("query", ["?pattern=x", "?pattern=" + "9" * 30, "?country=%00", "?page=x"])
def test_nonsense_in_the_address_is_no_error(client, query):
    told("One")

    page_of(client, query)


def test_each_visitor_finds_counts_and_reads_their_own(client):
    member = MemberFactory()
    circle = CircleFactory(kind=Circle.Kind.CLOSED, members=[member])
    told("Public")
    told("Community", label=Label.GREEN)
    told("Ours", label=Label.AMBER, circle=circle)
    told("Page only", label=Label.AMBER_STRICT, circle=circle, place="Quiet bay")
    told("Others", label=Label.AMBER, circle=CircleFactory())
    told("Only for one", label=Label.RED)

    assert titles(page_of(client)) == ["Public"]
    client.force_login(member)
    page = page_of(client)
    assert sorted(titles(page)) == ["Community", "Ours", "Page only", "Public"]
    assert boxes(page, "outcome") == {"worked": 4}
    assert "Quiet bay" not in page
    assert titles(page_of(client, "?q=waited")) == ["Ours", "Community", "Public"]


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("query", ["?x=1", "?country=NL&actor=police&q=people&view=table"])
def test_the_catalogue_asks_as_much_for_many_as_for_one(
    client, count, query, django_assert_max_num_queries
):
    ExperienceFactory.create_batch(count, attribution=Attribution.CHATHAM)
    ExperienceFactory.create_batch(count)
    page_of(client, query)

    with django_assert_max_num_queries(6):
        page_of(client, query)
    client.force_login(MemberFactory())
    page_of(client, query)
    with django_assert_max_num_queries(10):
        page_of(client, query)


# In how many places


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], ""),
        ([("NL", "A", "worked")], "Worked in 1 of 1 place."),
        ([("NL", "A", "worked"), ("NL", " a", "worked")], "Worked in 1 of 1 place."),
        (
            [("NL", "A", "worked"), ("NL", "A", "harmed")],
            "Worked in 0 of 1 place. Mixed: 1.",
        ),
        (
            [("NL", "A", "worked"), ("PT", "A", "worked"), ("PT", "", "did_not_work")],
            "Worked in 2 of 3 places. Did not work: 1.",
        ),
        ([("", "", "worked")], "1 experience does not say where."),
    ],
)
def test_places_are_counted_once_and_never_made_a_score(rows, said):
    assert in_words(places_of(rows)) == said


def test_what_so_few_places_cannot_tell_is_said():
    rows = [("NL", place, "worked" if place < "E" else "mixed") for place in "ABCDEF"]

    said = in_words(places_of(rows))

    assert said.startswith("Worked in 4 of 6 places. Mixed: 2. Were these places drawn by lot")
    assert "in 30 to 90 of 100" in said
    assert "of 100" not in in_words(places_of(rows[:4]))
