"""What is withheld passes no door."""

from dataclasses import replace

import pytest

from media4sec.kit.marking import Door
from media4sec.kit.tests.things import a_thing, entry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("door", Door)
def test_what_moderators_withhold_passes_no_door(door):
    thing = entry(a_thing())

    assert thing.through(door) is not None
    assert replace(thing, is_withheld=True).through(door) is None
