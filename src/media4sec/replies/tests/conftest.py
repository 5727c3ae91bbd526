"""Something to reply to: the kit's own things, in a hall where replies stand under them."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail

from media4sec.kit import outbox, rooms
from media4sec.kit.rooms import Room, open_room
from media4sec.kit.tests.things import THINGS, a_thing, entry
from media4sec.members.tests.factories import MemberFactory


@pytest.fixture(autouse=True)
def hall(db, monkeypatch):
    """A room whose things take replies."""
    monkeypatch.setattr(rooms, "_rooms", dict(rooms._rooms))
    kind = replace(THINGS, takes_replies=True, entry=_entry)
    open_room(Room("hall", "Hall", kinds=(kind,)))


def _entry(thing):
    """By nobody who has an account."""
    return replace(entry(thing), author_id=None)


@pytest.fixture
def thing():
    return a_thing(title="What two years taught us")


@pytest.fixture
def stranger():
    return AnonymousUser()


@pytest.fixture
def member():
    return MemberFactory(name="Replying member")


@pytest.fixture
def letters():
    """letters(): what the mail server was handed since the last time."""

    def sent():
        outbox.send_due()
        found, mail.outbox[:] = list(mail.outbox), []
        return found

    return sent
