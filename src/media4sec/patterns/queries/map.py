"""The map of the language: every pattern in its group, and one pattern's neighbours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.patterns import drawing
from media4sec.patterns.drawing import Box, Cluster, Drawing, Frame, Name
from media4sec.patterns.models import Actor, Pattern
from media4sec.patterns.relating import read

#: Where to start: in which order forces take these up, and why, in our words.
_PATH = (
    (
        "informing-citizens",
        gettext_lazy("Begin here"),
        gettext_lazy(
            "Nearly every force did. News in one direction needs few people, does good from the "
            "first day, and gives you readers before you need them."
        ),
    ),
    (
        "answering-citizens",
        gettext_lazy("Then listen"),
        gettext_lazy(
            "Who reads you will write to you. Decide who answers, and until when, before the first "
            "question waits for a week. This step is our advice."
        ),
    ),
    (
        "enforcing-the-law",
        gettext_lazy("Before a crisis"),
        gettext_lazy(
            "Forces value it most when much happens at once. It has to be practised on quiet days, "
            "for nobody learns a tool while people are in danger."
        ),
    ),
    (
        "criminal-investigations",
        gettext_lazy("As your task and your law allow"),
        gettext_lazy(
            "Here forces differ: some look and ask online every day, some hardly ever. Settle who "
            "may do what, and on which legal basis, before anybody looks."
        ),
    ),
    (
        "community-engagement",
        gettext_lazy("With experience"),
        gettext_lazy(
            "A conversation that goes on is the mark of those who have done this for years. It "
            "stands on trust, which the steps before it earn."
        ),
    ),
)


@dataclass(frozen=True)
class Spot:
    """A name on the picture, with where it leads and how it is drawn."""

    box: Box
    url: str
    title: str
    tone: str  # "chosen", "near", "head", "ours" or ""


@dataclass(frozen=True)
class Way:
    path: str
    kind: str  # "" belongs to a group; else the relation


@dataclass(frozen=True)
class Row:
    pattern: Pattern
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Part:
    """A cluster as a list."""

    title: str
    head: Row | None
    rows: list[Row]
    is_open: bool


@dataclass(frozen=True)
class Neighbour:
    title: str
    url: str
    map_url: str
    how: str
    because: str


@dataclass(frozen=True)
class Step:
    title: str
    because: str
    pattern: Pattern


@dataclass(frozen=True)
class MapPage:
    size: tuple[int, int]
    frames: list[Frame]
    ways: list[Way]
    spots: list[Spot]
    captions: list[Box]
    parts: list[Part]
    chosen: Pattern | None
    neighbours: list[Neighbour]
    steps: list[Step]
    count: int


@dataclass(frozen=True)
class _Group:
    head: Pattern | None
    caption: str
    cards: list[Pattern]


def map_page(at: str = "") -> MapPage:
    """The whole page from one query; ``at`` is the pattern whose neighbours are shown."""
    found = list(Pattern.objects.current().defer("content", "html", "text").order_by("title", "pk"))
    by_slug = {pattern.slug: pattern for pattern in found}
    chosen = by_slug.get(at)
    root, bands = _arranged(found)
    notes = _notes(chosen)
    picture = drawing.draw(
        _name(root, notes) if root else None,
        [[_cluster(group, notes) for group in band] for band in bands],
    )
    groups = [group for band in bands for group in band]
    return MapPage(
        size=(picture.width, picture.height),
        frames=picture.frames,
        ways=_ways(picture, root, groups, chosen),
        spots=[_spot(box, by_slug, notes, at) for box in picture.boxes if box.name.key],
        captions=[box for box in picture.boxes if not box.name.key],
        parts=_parts(root, groups, chosen),
        chosen=chosen,
        neighbours=_neighbours(chosen, by_slug),
        steps=[
            Step(str(title), str(because), by_slug[slug])
            for slug, title, because in _PATH
            if slug in by_slug
        ],
        count=len(found),
    )


def _arranged(found: list[Pattern]) -> tuple[Pattern | None, list[list[_Group]]]:
    """The root; the groups under it; and beside it the other groups, then what is in none."""
    heads = {pattern.pk: pattern for pattern in found if pattern.is_group}
    below: dict[int, int] = {}
    for head in heads.values():
        if head.group_id in heads:
            below[head.group_id] = below.get(head.group_id, 0) + 1
    tops = [heads[pk] for pk in below if heads[pk].group_id not in heads]
    root = max(tops, key=lambda head: (below[head.pk], -head.pk), default=None)
    cards: dict[int, list[Pattern]] = {pk: [] for pk in heads}
    loose: dict[str, list[Pattern]] = {}
    for pattern in found:
        if pattern.is_group:
            continue
        group = pattern.group_id
        if group in heads and not (root and group == root.pk):
            cards[group].append(pattern)
        else:
            loose.setdefault((pattern.actors or [""])[0], []).append(pattern)
    under: list[_Group] = []
    beside: list[_Group] = []
    for head in heads.values():
        if head is not root:
            (under if head.group_id in heads else beside).append(_Group(head, "", cards[head.pk]))
    beside += [_Group(None, _caption(actor), rows) for actor, rows in sorted(loose.items())]
    return root, [under, beside]


def _caption(actor: str) -> str:
    return str(Actor(actor).label) if actor in Actor else _("In no group")


def _name(pattern: Pattern, notes: dict[str, str], *, is_head: bool = True) -> Name:
    return Name(pattern.slug, pattern.title, is_head, notes.get(pattern.slug, ""))


def _cluster(group: _Group, notes: dict[str, str]) -> Cluster:
    head = _name(group.head, notes) if group.head else Name("", group.caption)
    return Cluster((head, *(_name(card, notes, is_head=False) for card in group.cards)))


# Relations


def _said(related: dict[str, Any]) -> str:
    return str(read(related["how"], is_ours=related["is_ours"]).label)


def _related(chosen: Pattern | None) -> Iterable[dict[str, Any]]:
    return chosen.beside.get("related", []) if chosen else []


def _notes(chosen: Pattern | None) -> dict[str, str]:
    """How each neighbour stands to the chosen one, in words."""
    return {each["slug"]: _said(each) for each in _related(chosen)}


def _neighbours(chosen: Pattern | None, by_slug: dict[str, Pattern]) -> list[Neighbour]:
    return [
        Neighbour(
            title=by_slug[each["slug"]].title,
            url=by_slug[each["slug"]].get_absolute_url(),
            map_url=_here(each["slug"]),
            how=_said(each),
            because=each["because"],
        )
        for each in _related(chosen)
        if each["slug"] in by_slug
    ]


# The picture


def _here(slug: str) -> str:
    return f"{reverse('patterns:map')}?at={slug}"


def _spot(box: Box, by_slug: dict[str, Pattern], notes: dict[str, str], at: str) -> Spot:
    pattern = by_slug[box.name.key]
    note = notes.get(pattern.slug, "")
    if pattern.slug == at:
        tone = "chosen"
    elif note:
        tone = "near"
    elif box.name.is_head:
        tone = "head"
    else:
        tone = "ours" if pattern.origin == Pattern.Origin.COMMUNITY else ""
    title = f"{pattern.title} · {note}" if note else pattern.title
    return Spot(box, _here(pattern.slug), f"{title}: {pattern.summary}", tone)


def _ways(
    picture: Drawing, root: Pattern | None, groups: list[_Group], chosen: Pattern | None
) -> list[Way]:
    """The tree of groups; above it the chosen pattern's relations."""
    ways = []
    top = picture.box(root.slug) if root else None
    for group in groups:
        head = picture.box(group.head.slug) if group.head else None
        if top and head and group.head and group.head.group_id:
            ways.append(Way(drawing.path(drawing.falling(top, head)), ""))
    here = picture.box(chosen.slug) if chosen else None
    for each in _related(chosen):
        there = picture.box(each["slug"])
        if here and there:
            ways.append(Way(drawing.path(drawing.corners(here, there)), each["how"]))
    return ways


# The list


def _parts(root: Pattern | None, groups: list[_Group], chosen: Pattern | None) -> list[Part]:
    """The same as the picture says: the root, then each group with its cards."""

    def row(pattern: Pattern) -> Row:
        return Row(pattern, _here(pattern.slug), pattern == chosen)

    parts = [Part(root.title, row(root), [], chosen == root)] if root else []
    for group in groups:
        inside = [group.head, *group.cards]
        parts.append(
            Part(
                title=group.head.title if group.head else group.caption,
                head=row(group.head) if group.head else None,
                rows=[row(card) for card in group.cards],
                is_open=chosen is not None and chosen in inside,
            )
        )
    return parts
