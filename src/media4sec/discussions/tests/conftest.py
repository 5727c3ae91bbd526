"""What the tests of the discussions share."""

import pytest

from media4sec.members.tests.factories import MemberFactory


@pytest.fixture
def member(client):
    """Somebody who is signed in."""
    member = MemberFactory(name="Writing member")
    client.force_login(member)
    return member


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
