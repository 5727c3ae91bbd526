"""How far a thing may travel (TLP 2.0) and who may be named (Chatham House Rule).

Pure: no database, no request. Everybody who lets something out asks here.
Labels as published by FIRST, Traffic Light Protocol 2.0, August 2022.
"""

import random
from collections.abc import Collection, Mapping
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


def describe_speaker(
    group: str, country: str, *, crowd: Crowd, heard: Crowd | None = None
) -> Description:
    """Say no more than at least five possible speakers share (k-anonymity, k = 5).

    ``crowd`` counts those who have not spoken yet, the speaker among them; ``heard``
    those who have, under what was said of them then. What is left out must hide among
    five as well: who appears without a country, or only as a member, could otherwise be
    found by taking away all who appear with one.
    """
    heard = heard or {}
    if group not in _spoken_groups(crowd, heard):
        return Description("", "")
    if country not in _spoken_countries(group, crowd, heard)[0]:
        return Description(group, "")
    return Description(group, country)


def _spoken_groups(crowd: Crowd, heard: Crowd) -> set[str]:
    """The groups that may be said, so that nobody or five remain who are only "a member"."""
    sizes: dict[str, int] = {}
    for (name, _country), count in crowd.items():
        sizes[name] = sizes.get(name, 0) + count
    said = {
        name
        for name in sizes
        if name and not 0 < _spoken_countries(name, crowd, heard)[1] < K_ANONYMITY
    }
    unsaid = sum(count for name, count in sizes.items() if name not in said)
    _hide_more(said, sizes, unsaid, heard.get(("", ""), 0))
    return said


def _spoken_countries(group: str, crowd: Crowd, heard: Crowd) -> tuple[set[str], int]:
    """A group's countries that may be said, and how many share being of it without one."""
    sizes = {country: count for (name, country), count in crowd.items() if name == group}
    said = {
        country
        for country, count in sizes.items()
        if country and count + heard.get((group, country), 0) >= K_ANONYMITY
    }
    unsaid = sum(count for country, count in sizes.items() if country not in said)
    return said, _hide_more(said, sizes, unsaid, heard.get((group, ""), 0))


def _hide_more(said: set[str], sizes: Mapping[str, int], unsaid: int, heard: int) -> int:
    """Take the smallest names out of ``said`` until five hide together; how many do.

    The order is by size and name, so that everybody in one thing is described by one rule.
    """
    for name in sorted(said, key=lambda each: (sizes[each], each)):
        if unsaid == 0 or unsaid + heard >= K_ANONYMITY:
            break
        said.discard(name)
        unsaid += sizes[name]
    return unsaid + heard if unsaid else 0


def draw_number(taken: Collection[int], *, dice: random.Random | None = None) -> int:
    """A random number not yet used in this thing: it tells speakers apart and orders nobody."""
    dice = dice or random.SystemRandom()
    highest = 9
    while len(taken) * 2 >= highest:
        highest = highest * 10 + 9
    return dice.choice([number for number in range(1, highest + 1) if number not in taken])
