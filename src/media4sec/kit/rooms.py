"""What a room announces about itself: its kinds of things, its place in the menu, its panels."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.http import HttpRequest

from media4sec.kit.entry import Entry
from media4sec.kit.refs import Ref


def _author(thing: Any) -> list[int]:
    author = getattr(thing, "author_id", None)
    return [author] if author else []


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
    #: Verbs after which its Entry reads as before: nothing has to be found anew.
    silent: frozenset[str] = frozenset()
    #: Verbs with which a thing is there for its readers: who watches its place hears of it.
    begins: frozenset[str] = frozenset()
    #: verb → the sentence its author hears, when somebody else did it: "accepted"
    tells_author: Mapping[str, Any] = field(default_factory=dict, hash=False)
    #: The members who wrote it: they hear of what is said under it, and what is done to it.
    writers: Callable[[Any], Iterable[int]] = _author
    #: Whom a thing speaks to, beyond those it mentions: the authors of what it answers.
    speaks_to: Callable[[Any], Iterable[int]] = lambda thing: ()
    #: Who keeps a search that this thing fits and wants to hear: member → the names of theirs.
    sought_by: Callable[[Any], Mapping[int, list[str]]] = lambda thing: {}
    #: The thing it stands under, for what stands under another one as a reply does.
    whole: Callable[[Any], Ref] | None = None
    #: Its things that stand under another room's thing: when that changes, so do they.
    under: Callable[[Ref], models.QuerySet[Any]] | None = None
    #: What of this kind waits for a moderator, the oldest first.
    held: Callable[[], models.QuerySet[Any]] | None = None
    #: After moderators released, hid or restored a thing: what its room counts is counted anew.
    stood_anew: Callable[[Any], None] = lambda thing: None
    #: (thing, template, context) → a letter to whoever left it without an account, if they can
    #: be reached; nobody else learns the address.
    write: Callable[[Any, str, dict[str, Any]], None] = lambda thing, template, context: None
    #: Public things of this kind leave the house: feeds, site map, federation.
    syndicated: bool = False
    #: Things of this kind take place at a time, which their Entry says: they have a calendar.
    dated: bool = False
    #: "Leave a reply" stands under things of this kind; guests may use it.
    takes_replies: bool = False

    @property
    def name(self) -> str:
        return self.model._meta.label_lower

    @property
    def is_part(self) -> bool:
        return self.whole is not None

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
    #: (member) → how many things wait there for them; cheap, for every page asks it
    count: Callable[[Any], int] | None = None


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
    #: addresses of pages that are no things, always there and public: the site map names them
    pages: Callable[[], Iterable[str]] = tuple
    #: what is grave in this room, in sentences: ``doctor`` says them
    troubles: Callable[[], Iterable[str]] = tuple
    #: house-keeping the worker does once an hour
    hourly: tuple[Callable[[], None], ...] = ()
    #: what is due at a time of its own: asked once a minute, so it looks before it locks
    minutely: tuple[Callable[[], None], ...] = ()


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
