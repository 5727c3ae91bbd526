"""What the tests of this room share."""

import pytest

from media4sec.digests.models import Bookmark


@pytest.fixture
def from_the_start(db):
    """The log is read from its first line."""
    return Bookmark.objects.create(pk=1)
