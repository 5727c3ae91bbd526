"""Patterns side by side."""

import re

import pytest
from django.utils import timezone

from media4sec.patterns import services
from media4sec.patterns.models import Judgement, PatternRelation
from media4sec.patterns.tests.factories import card, publish

pytestmark = pytest.mark.django_db


def page_of(client, *slugs):
    response = client.get("/patterns/compare/", {"with": slugs})
    assert response.status_code == 200
    return response.content.decode()


def compared(page):
    return re.findall(r'<h2 class="sc" lang="en"><a href="/patterns/([\w-]+)/">', page)


def test_two_patterns_stand_side_by_side_in_the_order_of_the_address(client):
    publish("Webcare", card=card(therefore="Therefore, one team answers with its name."))
    other = publish("Alert tool", card=card(therefore="Therefore, warn only who is near."))
    Judgement.objects.create(
        pattern=other, face="bad", group="community", because="It cries wolf.", at=timezone.now()
    )
    services.keep_beside([other])

    page = page_of(client, "webcare", "alert-tool")

    assert compared(page) == ["webcare", "alert-tool"]
    solution = page.partition('id="row-therefore"')[2].partition("</section>")[0]
    assert solution.index("one team answers") < solution.index("warn only who is near")
    for row in ("summary", "context", "forces", "steps", "limits", "law", "evidence", "views"):
        assert f'id="row-{row}"' in page
    assert "It cries wolf." in page
    assert "imply that somebody is guilty." in page


def test_the_first_one_leads_to_those_it_can_be_compared_with(client):
    webcare, alert = publish("Webcare"), publish("Alert tool")
    publish("Tweetathon")
    PatternRelation.objects.create(source=webcare, how="with", target=alert)
    services.keep_beside([webcare, alert])

    page = page_of(client, "webcare")

    assert compared(page) == ["webcare"]
    assert 'id="row-summary"' not in page
    assert '<option value="tweetathon">' in page
    assert '<option value="webcare">' not in page
    assert "/patterns/compare/?with=webcare&amp;with=alert-tool" in page


def test_nothing_chosen_asks_for_the_first(client):
    publish("Webcare")

    assert "Choose the first pattern" in page_of(client)


def test_unknown_addresses_are_said_and_left_out(client):
    publish("Webcare")

    page = page_of(client, "webcare", "nothing", "<script>")

    assert compared(page) == ["webcare"]
    assert "One of these patterns is not here." in page
    assert "<script>" not in page.partition("<main")[2].partition("</main>")[0]


def test_of_four_three_are_compared(client):
    for title in ("One", "Two", "Three", "Four"):
        publish(title)

    page = page_of(client, "one", "two", "three", "four")

    assert compared(page) == ["one", "two", "three"]
    assert "Three at most." in page
    assert "<select" not in page.partition("<main")[2]


def test_the_same_one_twice_is_one(client):
    publish("Webcare")

    assert compared(page_of(client, "webcare", "webcare")) == ["webcare"]


def test_one_can_be_taken_away(client):
    publish("Webcare")
    publish("Alert tool")

    page = page_of(client, "webcare", "alert-tool")

    assert 'href="/patterns/compare/?with=alert-tool"' in page
    assert 'href="/patterns/compare/?with=webcare"' in page


def test_cards_and_pages_lead_to_the_comparison(client):
    publish("Webcare")
    webcare, alert = publish("Tweetathon"), publish("Alert tool")
    PatternRelation.objects.create(source=webcare, how="with", target=alert)
    services.keep_beside([webcare])

    assert "/patterns/compare/?with=webcare" in client.get("/patterns/").content.decode()
    page = client.get("/patterns/tweetathon/").content.decode()
    assert "/patterns/compare/?with=tweetathon" in page
    assert "/patterns/map/?at=tweetathon" in page


def test_three_cost_as_many_queries_as_one(client, django_assert_max_num_queries):
    for title in ("One", "Two", "Three"):
        publish(title)

    with django_assert_max_num_queries(2):
        page_of(client, "one")
    with django_assert_max_num_queries(2):
        page_of(client, "one", "two", "three")
