"""The legal library: each provision has a page, and says what rests on it and since when."""

from datetime import date

import pytest
from django.urls import reverse

from media4sec.assessments.packs.shelf import countries, house_law, rulebook, shipped
from media4sec.assessments.queries import library
from media4sec.assessments.tests.factories import signed_in
from media4sec.members.tests.factories import MemberFactory

#: The rules are files: what pages say of them is the same on every database.
pytestmark = pytest.mark.django_db
CODES = [pack.pack.jurisdiction for pack in countries()]
KEYS = sorted({key for code in ["", *CODES] for key in rulebook(code).provisions})


def page_of(client, name: str, *args: str) -> str:
    response = client.get(reverse(f"assessments:{name}", args=args))
    assert response.status_code == 200, args
    page = response.content.decode()
    assert len(page.encode()) < 100_000
    assert "Information, not legal advice." in page
    return page


@pytest.mark.parametrize("key", KEYS)
def test_every_provision_has_a_page_that_says_what_it_says(client, key):
    page = page_of(client, "provision", key)
    provision = next(
        rulebook(code).provisions[key] for code in ["", *CODES] if key in rulebook(code).provisions
    )

    assert library.provision_page(key).place.provision == provision
    assert f'href="{provision.url}"' in page if provision.url else "Official text" not in page


def test_every_instrument_has_a_page_with_its_provisions(client):
    books = library.library_page().instruments + [
        book for _head, books in library.library_page().countries for book in books
    ]

    shown = []
    for book in books:
        page = page_of(client, "instrument", book.slug)
        assert all(
            reverse("assessments:provision", args=[p.provision.key]) in page
            for p in book.provisions
        )
        shown += [place.provision.key for place in book.provisions]
    assert sorted(shown) == KEYS
    assert {*house_law()} <= {*shown}


def test_a_country_has_its_own_part_of_the_library():
    page = library.library_page()

    assert [head.jurisdiction for head, _books in page.countries] == CODES
    for head, books in page.countries:
        keys = {place.provision.key for book in books for place in book.provisions}
        assert (
            keys == rulebook(head.jurisdiction).provisions.keys() - rulebook("").provisions.keys()
        )


def test_soft_law_is_marked(client):
    soft = [book for book in library.library_page().instruments if book.is_soft]

    assert soft
    for book in soft:
        assert "It binds nobody by itself." in page_of(client, "instrument", book.slug)
    assert "It binds nobody by itself." not in page_of(client, "instrument", "gdpr")


def test_what_is_to_come_is_listed_by_day(client):
    coming = library.library_page().coming
    today = library.now().date()

    assert [place.begins for place in coming] == sorted(place.begins for place in coming)
    assert {place.provision.key for place in coming} == {
        place.provision.key
        for book in library._instruments(today).values()
        for place in book.provisions
        if place.provision.first and place.provision.first > today
    }
    if today < date(2027, 12, 2):
        assert "Applies from 2 December 2027" in page_of(client, "provision", "AIA.26.10")


def test_the_library_is_searched_in_names_and_words(client):
    found = library.library_page("untargeted")

    assert "AIA.5.1e" in {place.provision.key for place in found.found}
    page = client.get(reverse("assessments:law") + "?q=AI+Act,+Article+5").content.decode()
    assert reverse("assessments:provision", args=["AIA.5.1e"]) in page
    assert "noindex" in page
    assert "noindex" not in page_of(client, "law")


def test_a_provision_says_since_when_it_applies_where_the_rules_know_it(client):
    assert "Applies since 18 August 2026" in page_of(client, "provision", "EEV.all")
    assert "Applies since" not in page_of(client, "provision", "ECHR.8")


def test_a_provision_says_where_it_is_used(client):
    page = page_of(client, "provision", "AIA.5.1e")

    whole = rulebook("").whole
    assert whole.red_lines["RL.SCRAPE"].title in page
    assert '<span class="status status--stop">Never</span>' in page
    assert reverse("assessments:activity", args=["face-match"]) in page


def test_uses_are_what_the_packs_say():
    for key in KEYS:
        uses = library.provision_page(key).uses
        lines = {
            line.title
            for pack in shipped().values()
            for line in pack.red_lines.values()
            if key in line.sources
        }
        assert {title for title, _is_absolute, _country in uses.red_lines} == lines


def test_a_countrys_provision_leads_to_the_guide_of_that_country(client):
    page = page_of(client, "provision", "DE.StPO.131b")

    assert reverse("assessments:activity", args=["witness-appeal"]) + "?country=DE" in page


def test_the_packs_say_that_no_lawyer_has_read_them(client):
    page = page_of(client, "packs")

    for pack in shipped().values():
        assert pack.pack.id in page
        assert pack.pack.version in page
    assert len({shown.hash for shown in library.packs_of()}) == len(shipped())
    assert all(f"<code>{shown.hash}</code>" in page for shown in library.packs_of())
    unread = [pack for pack in shipped().values() if not pack.pack.reviewer]
    assert page.count("Not reviewed by a lawyer yet") == len(unread) > 0


@pytest.mark.parametrize("name", ["law", "packs"])
def test_the_library_asks_the_database_nothing(client, django_assert_num_queries, name):
    with django_assert_num_queries(0):
        stranger = client.get(reverse(f"assessments:{name}"))
    assert "public" in stranger["Cache-Control"]

    member = signed_in(MemberFactory()).get(reverse(f"assessments:{name}"))
    assert "public" not in member.get("Cache-Control", "")


def test_what_is_not_there_is_not_found(client):
    assert client.get(reverse("assessments:provision", args=["NO.1"])).status_code == 404
    assert client.get(reverse("assessments:instrument", args=["no-such-law"])).status_code == 404


def test_the_site_map_names_guide_examples_and_library(client):
    mapped = client.get("/sitemap-pages.xml").content.decode()

    assert reverse("assessments:activity", args=["undercover"]) in mapped
    assert reverse("assessments:example", args=["footage-sent-in-by-citizens"]) in mapped
    assert reverse("assessments:provision", args=["DE.StPO.131b"]) in mapped
    assert reverse("assessments:checks") + "<" not in mapped
