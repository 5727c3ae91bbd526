import pytest

from media4sec.kit import rooms
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Room, kind_of, kinds, open_room
from media4sec.kit.tests.things import THINGS, a_thing, somebody


@pytest.fixture(autouse=True)
def empty_house(monkeypatch):
    monkeypatch.setattr(rooms, "_rooms", {})


def test_an_open_room_brings_its_kinds():
    open_room(Room("things", "Things", kinds=(THINGS,)))
    open_room(Room("hall", "Hall"))

    assert [room.name for room in rooms.rooms()] == ["things", "hall"]
    assert kinds() == {"kit.theme": THINGS}
    assert kind_of(Ref("kit.theme", 1)) is THINGS


def test_a_room_that_opens_twice_is_one_room():
    for title in ("First", "Second"):
        open_room(Room("hall", title))

    assert [room.title for room in rooms.rooms()] == ["Second"]


def test_a_kind_nobody_announced_is_unknown():
    with pytest.raises(KeyError):
        kind_of(Ref("kit.theme", 1))


@pytest.mark.django_db
def test_a_kind_asks_its_own_gate():
    reader = somebody()
    thing = a_thing(reader)

    assert list(THINGS.visible_to(reader)) == [thing]
    assert list(THINGS.visible_to(somebody())) == []
