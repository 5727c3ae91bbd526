"""The activity guide: what the rules say, for everybody, and nothing of anybody's check."""

import re
from datetime import date
from itertools import product

import pytest
from django.urls import reverse
from django.utils.html import escape

from media4sec.assessments.evaluation import evaluate
from media4sec.assessments.packs.schema import UNKNOWN, Kind
from media4sec.assessments.packs.shelf import countries, rulebook
from media4sec.assessments.queries import examples, guide
from media4sec.assessments.queries.activity import activity_page
from media4sec.assessments.queries.addresses import guide_url, slug_of
from media4sec.assessments.queries.reach import Reach
from media4sec.assessments.tests.factories import signed_in
from media4sec.members.tests.factories import MemberFactory

#: The rules are files: what pages say of them is the same on every database.
pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
ACTIVITIES = sorted(rulebook("").whole.activities)
#: What a signed-in page asks whatever it shows: session, member, notices.
SHELL = 3
CODES = ["", *(pack.pack.jurisdiction for pack in countries())]
EXAMPLES = sorted(examples.examples())

each_activity = pytest.mark.parametrize("key", ACTIVITIES)
each_country = pytest.mark.parametrize("country", CODES)


def page_of(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def anchors(page: str) -> tuple[set[str], list[str]]:
    """Where links inside the page lead, and the places it has."""
    return set(re.findall(r'href="#([^"]+)"', page)), re.findall(r'\sid="([^"]+)"', page)


# The list


def test_every_activity_stands_in_one_group_with_its_description(client):
    page = page_of(client, reverse("assessments:index"))

    grouped = [key for _title, keys in guide.GROUPS for key in keys]
    assert sorted(grouped) == ACTIVITIES
    assert [key for key in ACTIVITIES if page.count(f'href="{guide_url(key)}"') != 1] == []


def test_the_list_is_searched_by_words_of_title_description_and_group(client):
    index = reverse("assessments:index")

    assert {each.key for each in guide.activities_of("", "Crowd")} == {
        "event_monitor",
        "live_out",
        "live_public",
    }
    assert "1 activity<" in page_of(client, f"{index}?q=robbery")
    nothing = page_of(client, f"{index}?q=no-such-word")
    assert "Nothing fits" in nothing
    assert "noindex" in nothing
    assert "noindex" not in page_of(client, index)


def test_the_country_stays_in_the_guide_url(client):
    page = page_of(client, reverse("assessments:index") + "?country=DE")

    assert all(f'href="{guide_url(key, "DE")}"' in page for key in ACTIVITIES)


# Each page


@each_country
@each_activity
def test_every_activity_opens_in_every_country(client, key, country):
    page = page_of(client, guide_url(key, country))
    title = rulebook(country).whole.activities[key].title

    assert f"<h1>{title}</h1>" in page
    assert len(page.encode()) < 100_000
    assert "Information, not legal advice." in page
    assert "Draft for legal review" in page
    leads, places = anchors(page)
    assert leads - {*places} == set()
    assert len(places) == len({*places})
    seen_by_member = page_of(signed_in(MemberFactory()), guide_url(key, country))
    assert f"<h1>{title}</h1>" in seen_by_member
    assert len(seen_by_member.encode()) < 100_000


@each_activity
def test_the_questions_of_an_activity_are_those_the_check_asks(client, key):
    url = reverse("assessments:guide_questions", args=[slug_of(key)])
    page = page_of(client, f"{url}?country=DE")

    for question in Reach(rulebook("DE"), key, DAY).asked:
        assert escape(question.text) in page
        assert escape(question.help or "") in page


@each_activity
def test_a_page_asks_the_database_nothing_beyond_the_shell(client, django_assert_num_queries, key):
    with django_assert_num_queries(0):
        client.get(guide_url(key, "DE"))
    member = signed_in(MemberFactory())
    member.get("/checks/examples/")  # what a session asks only once
    with django_assert_num_queries(SHELL):
        member.get(guide_url(key, "DE"))


def test_what_is_not_there_is_not_found_and_an_unknown_country_is_the_eu(client):
    assert client.get(guide_url("no_such_activity")).status_code == 404
    assert client.get("/checks/guide/osint_person/").status_code == 404
    assert client.get("/checks/examples/no-such-story/").status_code == 404
    assert page_of(client, guide_url("campaign", "XX")) == page_of(client, guide_url("campaign"))


def test_strangers_pages_are_fit_for_shared_caches_and_members_are_not(client):
    stranger = client.get(guide_url("campaign"))
    assert "public" in stranger["Cache-Control"]
    assert not stranger.cookies

    member = signed_in(MemberFactory())
    assert "public" not in member.get(guide_url("campaign")).get("Cache-Control", "")


def test_a_page_says_the_same_to_every_member():
    def main() -> str:
        text = page_of(signed_in(MemberFactory()), guide_url("osint_person", "DE"))
        return text[text.index("<main") : text.index("</main>")]

    assert main() == main()


# What stands where


def lines(key: str, country: str = "") -> tuple[set[str], set[str]]:
    page = activity_page(slug_of(key), country)
    return {item.title for item in page.never}, {item.title for item in page.lines}


@each_country
def test_each_red_line_stands_on_some_page_and_where_its_kind_belongs(country):
    drawn = {Kind.ABSOLUTE: set(), Kind.CONDITIONAL: set()}
    for key in ACTIVITIES:
        never, only_if = lines(key, country)
        drawn[Kind.ABSOLUTE] |= never
        drawn[Kind.CONDITIONAL] |= only_if

    for line in rulebook(country).whole.red_lines.values():
        assert [kind for kind, titles in drawn.items() if line.title in titles] == [line.kind]


@each_activity
def test_each_red_line_of_a_page_is_crossed_by_real_answers_to_two_questions_at_most(key):
    book, reach = rulebook(""), Reach(rulebook(""), key, DAY)
    given = [
        {question.id: (option,) if question.type == "many" else option}
        for question in reach.asked
        for option in question.options
    ]
    missing = {line.key for line in reach.all.red_lines}

    for answers in given:
        missing -= crossed(book, key, answers)
    for one, two in product(given, given):
        if not missing:
            break
        missing -= crossed(book, key, one | two)
    assert missing == set()


def crossed(book, key: str, answers: dict) -> set[str]:
    return {line.key for line in evaluate(book, key, answers, DAY).red_lines}


@each_activity
def test_free_answers_bring_no_red_line_no_authorisation_and_no_stop(key):
    book, reach = rulebook(""), Reach(rulebook(""), key, DAY)
    before = evaluate(book, key, {}, DAY)
    in_any_case = {each.key for each in before.authorisations}

    assert reach.free
    for free in reach.free:
        for option in free.answers:
            given = (option,) if free.question.type == "many" else option
            result = evaluate(book, key, {free.question.id: given}, DAY)
            assert result.red_lines == before.red_lines == ()
            assert {each.key for each in result.authorisations} - {"AU.SA"} <= in_any_case
            assert result.blocks == before.blocks


def test_an_answer_that_crosses_a_line_is_not_free():
    free = {
        each.question.id: {*each.answers, *(key for key, _rules in each.unless)}
        for each in Reach(rulebook(""), "event_monitor", DAY).free
    }

    assert free["q39"] == {"no", "safety"}
    assert free["q26"] == {"none", "mask"}


def test_an_answer_that_only_a_rule_ties_says_with_what():
    page = activity_page("osint-person")
    open_source = next(can for can in page.cans if can.question == "How open is the source?")

    assert [
        reasons
        for answers, reasons in open_source.unless
        if answers[0].startswith("Anyone can see")
    ] == [["Open posts would be watched again and again."]]


@each_activity
def test_every_condition_says_when_or_that_it_always_holds_and_names_its_law(key):
    page = activity_page(slug_of(key), "GB")
    several = [page.never, page.lines, page.agree, page.heard, page.stops, page.safeguards]

    for item in (item for items in (*several, page.documents) for item in items):
        assert item.laws, item.title
        assert bool(item.whens) != item.is_always, item.title


def test_a_red_line_that_is_to_come_stands_under_never_with_its_day(client):
    page = page_of(client, guide_url("auto_analysis"))
    title = rulebook("").whole.red_lines["RL.NCII"].title
    first = rulebook("").provisions["AIA.5.1ba"].first

    never = page[page.index('id="never"') : page.index('id="documents"')]
    assert title in never
    if first > DAY:
        assert f"Applies from {first:%-d %B %Y}" in never


def test_a_provision_to_come_says_its_day_beside_the_line_that_rests_on_it():
    page = activity_page("face-match")
    line = next(each for each in page.lines if "after the event" in each.title)

    assert [law.begins for law in line.laws if law.provision.key == "AIA.26.10"] == [
        date(2027, 12, 2)
    ]


def test_what_safeguards_can_lift_does_not_follow_in_every_case():
    page = activity_page("witness-appeal")
    always = {item.by: item.is_always for item in page.agree}

    assert always["Prosecutor"]
    assert not always["Supervisory authority"]


def test_a_country_names_its_statute_and_its_own_words(client):
    german, shared = guide_url("witness_appeal", "DE"), guide_url("witness_appeal")

    assert "sections 131b and 131c" in page_of(client, german)
    assert "sections 131b and 131c" not in page_of(client, shared)
    assert "EU law does not apply there" in page_of(client, guide_url("campaign", "GB"))


def test_a_decision_holds_as_long_as_the_pack_says():
    held = {key: activity_page(slug_of(key)).days for key in ACTIVITIES}

    assert (held["undercover"], held["witness_appeal"], held["campaign"]) == (90, 30, 365)


def test_only_members_are_led_to_a_check_with_activity_and_country(client):
    url = f"{reverse('assessments:begin')}?activity=campaign&amp;country=DE"

    assert url not in page_of(client, guide_url("campaign", "DE"))
    assert url in page_of(signed_in(MemberFactory()), guide_url("campaign", "DE"))


# Worked examples


@pytest.mark.parametrize("slug", EXAMPLES)
def test_every_example_is_told_with_its_result_and_leads_to_its_activity(client, slug):
    page = page_of(client, reverse("assessments:example", args=[slug]))
    example = examples.examples()[slug]
    result = evaluate(rulebook(""), example.activity, example.answers, DAY)

    assert guide_url(example.activity) in page
    assert ("No red line is crossed." in page) == (not result.red_lines)
    for line in result.red_lines:
        assert rulebook("").whole.red_lines[line.key].title in page
    assert "Information, not legal advice." in page


def test_the_examples_come_to_different_ends():
    ends = {example.slug: verdict.short for example, verdict in examples.examples_of()}

    assert len(ends) == 7
    assert ends["finding-out-who-organises-a-protest"] == "No"
    assert ends["live-face-recognition-at-a-march"] == "On hold"


def test_an_answer_nobody_gave_is_any_answer():
    """What the guide leans on: not knowing is never the milder answer."""
    book = rulebook("")
    nothing = {question.id: UNKNOWN for question in book.whole.questions}
    unknown = evaluate(book, "undercover", nothing, DAY)
    known = evaluate(book, "undercover", {"q20": "push"}, DAY)

    assert {line.key for line in known.red_lines} <= {line.key for line in unknown.red_lines}
