from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser

from media4sec.kit import links, rooms
from media4sec.kit.errors import Refused
from media4sec.kit.links import link, related
from media4sec.kit.marking import Label
from media4sec.kit.models import Link
from media4sec.kit.permissions import THE_HOUSE
from media4sec.kit.rooms import Room
from media4sec.kit.tests.things import a_thing, entry, somebody

pytestmark = pytest.mark.django_db
STRANGER = AnonymousUser()


def lines(thing, visitor=STRANGER):
    return [(each.relation, each.entry.title) for each in related(thing, visitor=visitor)]


def test_a_link_is_seen_from_both_sides(things):
    question, practice = a_thing(title="Question"), a_thing(title="Practice")

    link(question, "discusses", practice, by=somebody())

    assert lines(question) == [("discusses", "Practice")]
    assert lines(practice) == [("discussed in", "Question")]


@pytest.mark.parametrize(
    ("relation", "back"),
    [
        ("discusses", "discussed in"),
        ("answers", "answered in"),
        ("arose_from", "led to"),
        ("see_also", "see also"),
    ],
)
def test_every_relation_has_words_for_the_way_back(things, relation, back):
    here, there = a_thing(), a_thing(title="There")
    link(there, relation, here, by=THE_HOUSE)

    assert lines(here) == [(back, "There")]


def test_a_line_says_what_it_leads_to(things):
    here, there = a_thing(), a_thing()
    link(here, "see_also", there, by=THE_HOUSE)

    (line,) = related(here, visitor=STRANGER)

    assert (line.kind_title, line.icon, line.entry.url) == (
        "Thing",
        "box",
        there.get_absolute_url(),
    )


def test_what_a_visitor_may_not_open_never_appears(things):
    reader = somebody()
    here = a_thing(title="Public")
    secret, open_ = a_thing(reader, title="Secret"), a_thing(title="Open")
    link(here, "see_also", secret, by=reader)
    link(secret, "answers", here, by=reader)
    link(here, "see_also", open_, by=reader)

    assert lines(here, STRANGER) == lines(here, somebody()) == [("see also", "Open")]
    assert lines(here, reader) == [("see also", "Secret"), ("see also", "Open")]


def test_links_to_kinds_that_are_not_open_are_left_out(things):
    here, there = a_thing(), somebody()
    link(here, "see_also", there, by=THE_HOUSE)

    assert lines(here) == []


def test_links_to_what_is_gone_are_left_out(things):
    here, there = a_thing(), a_thing()
    link(here, "see_also", there, by=THE_HOUSE)
    there.delete()

    assert lines(here) == []


def test_what_stands_in_no_list_stands_not_here(things, monkeypatch):
    here, there = a_thing(), a_thing(title="Red")
    link(here, "see_also", there, by=THE_HOUSE)
    assert lines(here) == [("see also", "Red")]
    red = replace(things, entry=lambda thing: replace(entry(thing), label=Label.RED))
    monkeypatch.setattr(rooms, "_rooms", {"things": Room("things", "Things", kinds=(red,))})

    assert lines(here) == []


@pytest.mark.parametrize("count", [1, 10])
def test_related_things_take_the_same_queries_however_many(
    things, count, django_assert_num_queries
):
    here = a_thing()
    for _ in range(count):
        link(here, "see_also", a_thing(), by=THE_HOUSE)

    with django_assert_num_queries(3):
        assert len(related(here, visitor=STRANGER)) == count


def test_where_nothing_is_linked_one_query_is_enough(things, django_assert_num_queries):
    here = a_thing()

    with django_assert_num_queries(1):
        assert related(here, visitor=STRANGER) == []


def test_things_appear_in_the_order_of_linking_and_once(things, monkeypatch):
    here, first, second = a_thing(), a_thing(title="First"), a_thing(title="Second")
    link(here, "see_also", second, by=THE_HOUSE)
    link(first, "discusses", here, by=THE_HOUSE)
    link(here, "discusses", second, by=THE_HOUSE)
    assert lines(here) == [("see also", "Second"), ("discussed in", "First")]

    monkeypatch.setattr(links, "_MOST_SHOWN", 1)
    assert lines(here) == [("see also", "Second")]


def test_nothing_is_linked_twice_or_to_itself():
    here, there, who = a_thing(), a_thing(), somebody()
    link(here, "see_also", there, by=who)

    with pytest.raises(Refused, match="linked already"):
        link(here, "see_also", there, by=who)
    with pytest.raises(Refused, match="to itself"):
        link(here, "see_also", here, by=who)

    link(here, "discusses", there, by=who)
    assert Link.objects.count() == 2


def test_a_link_knows_who_made_it():
    member = somebody()

    assert link(a_thing(), "see_also", a_thing(), by=member).made_by == member
    assert link(a_thing(), "see_also", a_thing(), by=THE_HOUSE).made_by is None
