"""A room with things, and a folder for files."""

import pytest

from media4sec.kit import rooms
from media4sec.kit.tests.things import THINGS


@pytest.fixture
def things(db, monkeypatch):
    """The kind of thing that is open in these tests, and nothing beside it."""
    room = rooms.Room(name="things", title="Things", kinds=(THINGS,))
    monkeypatch.setattr(rooms, "_rooms", {"things": room})
    return THINGS


@pytest.fixture
def upload_folder(settings, tmp_path):
    """Where files lie."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path
