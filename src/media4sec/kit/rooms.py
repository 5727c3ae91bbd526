"""What a room announces about itself: its kinds of things, its place in the menu, its panels."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.http import HttpRequest

from media4sec.kit.entry import Entry
from media4sec.kit.refs import Ref


@dataclass(frozen=True)
class Kind:
    """A thing members can open, find, follow, report, cite."""

    model: type[models.Model]
    title: Any  # lazy text: "Discussion"
    plural: Any
    icon: str
    entry: Callable[[Any], Entry]
    #: Several things of this kind with all their Entry needs, in few queries.
    fetch: Callable[[Iterable[int]], Iterable[Any]]
    searchable: bool = True

    @property
    def name(self) -> str:
        return self.model._meta.label_lower

    def visible_to(self, visitor: Any) -> models.QuerySet[Any]:
        """The only reading gate: what this visitor may open."""
        return self.model._default_manager.visible_to(visitor)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class MenuItem:
    title: Any
    icon: str
    url: str  # name of an address
    #: (member) → whether their menu shows it
    shown_to: Callable[[Any], bool] = bool
    #: heading above it in the side menu; "" stands with the first ones
    section: Any = ""
    #: smaller numbers stand higher; equal ones in the order of the rooms
    place: int = 1


@dataclass(frozen=True)
class Room:
    name: str
    title: Any
    kinds: tuple[Kind, ...] = ()
    menu: tuple[MenuItem, ...] = ()
    #: slot name → (request, **context) → HTML or ""
    slots: dict[str, Callable[..., str]] = field(default_factory=dict)
    #: panels on a member's home: each names its "template", and "aside" when it stands there
    home: Callable[[HttpRequest], list[dict[str, Any]]] | None = None
    furnish: Callable[[Any], None] | None = None
    load_content: Callable[[], list[str]] | None = None
    #: house-keeping the worker does once an hour
    hourly: tuple[Callable[[], None], ...] = ()


_rooms: dict[str, Room] = {}


def open_room(room: Room) -> None:
    """Announce a room. Called once, from the room's ``room.py``."""
    _rooms[room.name] = room


def rooms() -> tuple[Room, ...]:
    return tuple(_rooms.values())


def kinds() -> dict[str, Kind]:
    """Every kind of thing in the house, by name (``discussions.topic``)."""
    return {kind.name: kind for room in rooms() for kind in room.kinds}


def kind_of(ref: Ref) -> Kind:
    return kinds()[ref.kind]
