"""The checks of the demo community."""

import random

import pytest

from media4sec.assessments import demo
from media4sec.assessments.models import Check
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.queries.findings import verdict_of
from media4sec.kit.clock import now
from media4sec.kit.content import read_rows
from media4sec.kit.town import Town
from media4sec.members.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


def test_the_demo_has_a_check_of_each_sort_and_says_that_it_made_them_up():
    keys = [row["by"] for row in read_rows(demo.FILE, "check")]
    people = {key: MemberFactory() for key in keys}
    town = Town(today=now(), dice=random.Random(7), password="", people=people)

    demo.furnish(town)

    checks = {check.activity: check for check in Check.objects.all()}
    assert {key: verdict_of(standing_of(check).result) for key, check in checks.items()} == {
        "witness_appeal": "High risks: ask the supervisory authority first",
        "event_monitor": "High risks: ask the supervisory authority first",
        "live_out": "This may not be done yet: a red line cannot be ruled out",
    }
    assert all(check.description.endswith(demo.MADE_UP) for check in checks.values())
    assert all(check.begun_at < check.changed_at < now() for check in checks.values())


def test_a_town_without_these_people_has_no_checks():
    demo.furnish(Town(today=now(), dice=random.Random(7), password=""))

    assert not Check.objects.exists()
