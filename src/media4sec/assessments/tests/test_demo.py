"""The checks of the demo community."""

import random

import pytest

from media4sec.assessments import demo
from media4sec.assessments.models import Check, Summary
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.queries.findings import verdict_of
from media4sec.kit.clock import now
from media4sec.kit.content import read_rows
from media4sec.kit.town import Town
from media4sec.members.tests.factories import CircleFactory, MemberFactory

pytestmark = pytest.mark.django_db


def test_the_demo_has_a_check_of_each_sort_and_says_that_it_made_them_up():
    rows = read_rows(demo.FILE, "check")
    keys = {key for row in rows for key in (row["by"], *row.get("people", {}).values())}
    people = {key: MemberFactory() for key in sorted(keys)}
    circle = CircleFactory(members=[*people.values()])
    town = Town(today=now(), dice=random.Random(7), password="", people=people)
    town.circles["crowds-and-events"] = circle

    demo.furnish(town)

    checks = {check.author: check for check in Check.objects.all()}
    found = {key: checks[who] for key, who in people.items() if who in checks}
    assert {key: verdict_of(standing_of(check).result) for key, check in found.items()} == {
        "community-officer-nl": "High risks: ask the supervisory authority first",
        "crisis-researcher-de": "High risks: ask the supervisory authority first",
        "press-officer-es": "This may not be done yet: a red line cannot be ruled out",
        "crowd-liaison-nl": "You may go ahead, with 16 safeguards",
        "webcare-officer-nl": "You may go ahead",
    }
    assert {key: check.state for key, check in found.items()} == {
        "community-officer-nl": "draft",
        "crisis-researcher-de": "draft",
        "press-officer-es": "draft",
        "crowd-liaison-nl": "conditions",
        "webcare-officer-nl": "submitted",
    }
    assert Summary.objects.get().holds
    assert all(check.description.endswith(demo.MADE_UP) for check in checks.values())
    assert all(check.begun_at < check.changed_at < now() for check in checks.values())


def test_a_town_without_these_people_has_no_checks():
    demo.furnish(Town(today=now(), dice=random.Random(7), password=""))

    assert not Check.objects.exists()
