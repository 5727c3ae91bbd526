"""The demo community's experiences: all of them, through the services, and said to be made up."""

import random
from datetime import UTC, datetime

import pytest

from media4sec.kit.content import read_rows
from media4sec.kit.marking import Label
from media4sec.kit.town import Town
from media4sec.members import demo as people
from media4sec.patterns import demo
from media4sec.patterns.models import Experience, Outcome

pytestmark = pytest.mark.django_db
TODAY = datetime(2027, 3, 18, 9, 30, tzinfo=UTC)


def test_the_demo_tells_what_was_tried_failures_too():
    town = Town(today=TODAY, dice=random.Random(7), password="harbour-violet-tram")
    people.furnish(town)
    demo.furnish(town)

    told = list(Experience.objects.all())
    assert len(told) == len(read_rows(demo.FILE, "experience")) >= 25
    assert {each.outcome for each in told} == set(Outcome)
    assert {each.label for each in told} >= {Label.CLEAR, Label.GREEN, Label.AMBER, Label.RED}
    assert any(each.is_chatham for each in told)
    assert len({each.country for each in told}) >= 10
    assert all("Demo: this was made up" in each.html["did"] for each in told)
    assert max(each.told_at for each in told) < TODAY
    assert Experience.objects.filter(tried_too__isnull=False).distinct().count() >= 4
