"""How far a thing may travel (TLP 2.0) and who may be named (Chatham House Rule).

Pure: no database, no request. Everybody who lets something out asks here.
Labels as published by FIRST, Traffic Light Protocol 2.0, August 2022.
"""

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

#: Fewer speakers than this sharing a description, and the description says less.
K_ANONYMITY = 5


class Label(TextChoices):
    """The five labels, from wide to narrow, written exactly as TLP 2.0 writes them."""

    CLEAR = "TLP:CLEAR", "TLP:CLEAR"
    GREEN = "TLP:GREEN", "TLP:GREEN"
    AMBER = "TLP:AMBER", "TLP:AMBER"
    AMBER_STRICT = "TLP:AMBER+STRICT", "TLP:AMBER+STRICT"
    RED = "TLP:RED", "TLP:RED"

    @property
    def rank(self) -> int:
        """0 for CLEAR to 4 for RED."""
        return _ORDER.index(self)

    @property
    def tone(self) -> str:
        """The colour's name in the style sheets; CLEAR is the plain one."""
        return _TONES[self]

    @property
    def sentence(self) -> str:
        return str(_SENTENCES[self])

    def is_wider_than(self, other: "Label") -> bool:
        return self.rank < other.rank


_ORDER = list(Label)
_TONES = dict(zip(Label, ["", "green", "amber", "amber", "red"], strict=True))
_SENTENCES = {
    Label.CLEAR: _("Everyone may read this, also people without an account."),
    Label.GREEN: _("Every member of this community may read this. Not for the public."),
    Label.AMBER: _(
        "Members of this circle only. Share inside your organisation with people who need it."
    ),
    Label.AMBER_STRICT: _("Members of this circle only, and only on this page."),
    Label.RED: _("Only the people named as readers, and only on this page."),
}


class Attribution(TextChoices):
    NAMED = "named", _("Shown by name")
    CHATHAM = "chatham", _("Chatham House mode")

    @property
    def sentence(self) -> str:
        return str(_ATTRIBUTION_SENTENCES[self])


_ATTRIBUTION_SENTENCES = {
    Attribution.NAMED: _("Readers see your name and role."),
    Attribution.CHATHAM: _(
        "You may use what you read, not who said it. Writers appear by group and country only."
    ),
}


class Door(StrEnum):
    """The ways out of the house."""

    PAGE = "page"
    SEARCH = "search"
    MAIL = "mail"
    JSON = "json"
    EXPORT = "export"
    PUBLIC = "public"  # feeds, sitemap, social card, federation, robots
    SHARED_CACHE = "shared cache"


class Extent(IntEnum):
    """How much of a thing passes a door. Sortable: more is greater."""

    NOTHING = 0
    HINT = 1  # "something new in …"
    TITLE = 2
    FULL = 3


_F, _T, _H, _N = Extent.FULL, Extent.TITLE, Extent.HINT, Extent.NOTHING
#: The table of spec/sharing.md: door → extent for CLEAR, GREEN, AMBER, AMBER+STRICT, RED.
_DOORS: dict[Door, tuple[Extent, Extent, Extent, Extent, Extent]] = {
    Door.PAGE: (_F, _F, _F, _F, _F),
    Door.SEARCH: (_F, _F, _F, _T, _N),
    Door.MAIL: (_F, _F, _T, _H, _H),
    Door.JSON: (_F, _F, _F, _N, _N),
    Door.EXPORT: (_F, _F, _F, _N, _N),
    Door.PUBLIC: (_F, _N, _N, _N, _N),
    Door.SHARED_CACHE: (_F, _N, _N, _N, _N),
}


def extent(label: str, door: Door) -> Extent:
    """How much of a thing with this label passes this door, for those who may read it."""
    return _DOORS[door][Label(label).rank]


def narrower(*labels: str | None) -> Label:
    """The narrowest of these labels; None counts as no wish."""
    return max((Label(label) for label in labels if label), key=lambda label: label.rank)


def within_ceiling(label: str, ceiling: str) -> bool:
    return not Label(label).is_wider_than(Label(ceiling))


@dataclass(frozen=True)
class Description:
    """What may be said about a sealed speaker; empty strings say nothing."""

    group: str
    country: str


Crowd = Mapping[tuple[str, str], int]  # (group, country) → how many might speak


def describe_speaker(group: str, country: str, *, crowd: Crowd) -> Description:
    """Say no more than at least five possible speakers share (k-anonymity, k = 5).

    What is left out must hide among five as well: who appears without a country, or
    only as a member, could otherwise be found by taking away all who appear with one.
    """
    groups = {name for name, _country in crowd}
    if group not in _speakable(groups, lambda name: _size(crowd, name)) or not group:
        return Description("", "")
    countries = {land for name, land in crowd if name == group}
    if not country or country not in _speakable(countries, lambda land: crowd[group, land]):
        return Description(group, "")
    return Description(group, country)


def _size(crowd: Crowd, group: str) -> int:
    return sum(count for (name, _country), count in crowd.items() if name == group)


def _speakable(names: Collection[str], size: Callable[[str], int]) -> set[str]:
    """The names that may be said: each shared by five, and the unsaid rest nobody or five."""
    said = sorted((name for name in names if name and size(name) >= K_ANONYMITY), key=size)
    rest = sum(size(name) for name in names if name not in said)
    while said and 0 < rest < K_ANONYMITY:
        rest += size(said.pop(0))
    return set(said)


def draw_number(taken: Collection[int], *, dice: random.Random | None = None) -> int:
    """A random number not yet used in this thing: it tells speakers apart and orders nobody."""
    dice = dice or random.SystemRandom()
    highest = 9
    while len(taken) * 2 >= highest:
        highest = highest * 10 + 9
    return dice.choice([number for number in range(1, highest + 1) if number not in taken])
