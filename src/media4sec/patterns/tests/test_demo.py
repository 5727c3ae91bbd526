"""The demo community's patterns: all of it, through the services, and said to be made up."""

import random
from datetime import UTC, datetime

import pytest

from media4sec.kit.content import read_rows
from media4sec.kit.marking import Label
from media4sec.kit.models import Activity, Face
from media4sec.kit.town import Town
from media4sec.members import demo as people
from media4sec.patterns import demo
from media4sec.patterns.models import (
    Deck,
    Experience,
    Judgement,
    Outcome,
    Pattern,
    Proposal,
    Review,
    SavedSearch,
    Voice,
)
from media4sec.patterns.queries.searches import my_searches

pytestmark = pytest.mark.django_db
TODAY = datetime(2027, 3, 18, 9, 30, tzinfo=UTC)


def test_the_demo_shows_what_the_room_can_do():
    """One town for all of it: furnishing takes seconds."""
    town = Town(today=TODAY, dice=random.Random(7), password="harbour-violet-tram")
    people.furnish(town)
    demo.furnish(town)

    _tells_what_was_tried_failures_too()
    _proposes_in_every_state_and_reviews_it()
    _judges_from_several_places_and_hears_those_it_touches()
    _has_a_deck_for_each_kind_of_meeting(town)
    _keeps_searches_that_find_something(town)
    log = list(Activity.objects.filter(subject_kind__startswith="patterns.").order_by("pk"))
    assert [each.at for each in log] == sorted(each.at for each in log)
    assert log[-1].at < TODAY


def _tells_what_was_tried_failures_too():
    told = list(Experience.objects.all())
    assert len(told) == len(read_rows(demo.FILE, "experience")) >= 30
    assert {each.outcome for each in told} == set(Outcome)
    assert {each.label for each in told} >= {Label.CLEAR, Label.GREEN, Label.AMBER, Label.RED}
    assert any(each.is_chatham for each in told)
    assert len({each.country for each in told}) >= 10
    assert all("Demo: this was made up" in each.html["did"] for each in told)
    assert max(each.told_at for each in told) < TODAY
    assert Experience.objects.filter(tried_too__isnull=False).distinct().count() >= 6


def _proposes_in_every_state_and_reviews_it():
    proposals = list(Proposal.objects.all())
    assert {each.state for each in proposals} == set(Proposal.State)
    assert all("Demo: this was made up" in each.content["context"] for each in proposals)
    waiting = [each for each in proposals if each.is_in_review]
    assert {each.is_blind for each in waiting} == {each.has_passed for each in waiting} == {0, 1}
    assert any(each.reviews.open().exists() and each.reviews.signed().exists() for each in waiting)
    signed = Review.objects.signed()
    assert {each.verdict for each in signed} == set(Review.Verdict)
    assert {each.is_public for each in signed} == {True, False}
    published = Pattern.objects.filter(is_starter=False)
    assert {each.state for each in published} == {Pattern.State.REVIEWED, Pattern.State.SHARED}


def _judges_from_several_places_and_hears_those_it_touches():
    said = list(Judgement.objects.filter(author__isnull=False).select_related("pattern"))
    by_pattern = {each.pattern_id: set() for each in said}
    for each in said:
        by_pattern[each.pattern_id].add((each.face, each.group))
    assert len(by_pattern) >= 12
    assert all(len(views) >= 2 for views in by_pattern.values())
    assert {each.face for each in said} == set(Face)
    assert all(each.because.endswith("(demo)") for each in said)
    voices = list(Voice.objects.all())
    assert {bool(each.pattern_id) for each in voices} == {True, False}
    assert all("Demo: this was made up" in each.text for each in voices)


def _has_a_deck_for_each_kind_of_meeting(town):
    private, shared, public = sorted(Deck.objects.all(), key=lambda deck: deck.cards.count())
    assert (private.label, private.readers.count()) == (Label.RED, 1)
    assert shared.circle == town.circles["police-communicators"]
    assert public.label == Label.CLEAR
    assert all("Demo: this was made up" in each.note for each in (private, shared, public))


def _keeps_searches_that_find_something(town):
    owners = {each.owner for each in SavedSearch.objects.select_related("owner")}
    assert len(owners) == 3
    for owner in owners:
        assert all(found.fitting for found in my_searches(owner))
