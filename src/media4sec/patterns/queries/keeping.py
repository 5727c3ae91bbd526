"""The indexes the catalogue counts with: in memory, and never behind the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from media4sec.kit.marking import Label
from media4sec.members.audience import CIRCLE_LABELS
from media4sec.members.models import is_reader
from media4sec.patterns.facets import Index
from media4sec.patterns.models import Clock, Experience, Pattern

#: Puts what changed since a number of the clock into an index.
Reader = Callable[[Index, int], None]
_WIDE = {str(Label.CLEAR), str(Label.GREEN)}


@dataclass
class Kept:
    """An index, and the number of the clock up to which it knows everything."""

    epoch: str = ""
    value: int = -1
    index: Index = field(default_factory=Index)


_kept: dict[str, Kept] = {}
_lock = Lock()


def both() -> tuple[Index, Index]:
    """All patterns the catalogue shows, and all experiences that stand, whoever may read them:
    cut these with ``readable``. One query when nothing has changed."""
    pattern, experience = fresh(pattern=_read_patterns, experience=_read_experiences)
    return pattern, experience


def readable(index: Index, visitor: Any) -> int:
    """The experiences a list may show this visitor."""
    return reach(index, visitor)[0]


def reach(index: Index, visitor: Any) -> tuple[int, int]:
    """What a list may show this visitor: what they may read, but for RED; and how many RED ones
    there are for them. For a stranger no query, for a member one.

    It is ``Experience.objects.visible_to`` once more, told in sets; a test holds the two together,
    and whoever fetches the words asks ``visible_to`` again.
    """
    if not is_reader(visitor):
        return index.having("label", [Label.CLEAR]) & index.there, 0
    circles = index.having("circle", [str(pk) for pk in visitor.circle_ids])
    own = index.having("author", [str(visitor.pk)])
    amber = index.having("label", CIRCLE_LABELS) & circles
    red = index.having("label", [Label.RED]) & index.there
    named = Experience.objects.visible_to(visitor).filter(label=Label.RED).order_by()
    read = index.of(named.values_list("pk", flat=True)) & red
    return (index.having("label", _WIDE) | amber | own) & index.there & ~red, read.bit_count()


def fresh(**readers: Reader) -> list[Index]:
    """The indexes of these kinds, brought up to date with their clocks. One query."""
    clocks = {name: (epoch, value) for name, epoch, value in _clocks()}
    with _lock:
        for name, read in readers.items():
            epoch, value = clocks.get(name, ("", 0))
            kept = _kept.get(name)
            if kept is None or kept.epoch != epoch or kept.value > value:
                kept = _kept[name] = Kept(epoch)
            if kept.value < value:
                read(kept.index, kept.value)
                kept.value = value
        return [_kept[name].index for name in readers]


def _clocks() -> Iterable[tuple[str, str, int]]:
    return Clock.objects.values_list("name", "epoch", "value")


def _read_patterns(index: Index, since: int) -> None:
    changed = Pattern.objects.filter(ticked__gt=since).select_related("theme", "other_theme")
    for pattern in changed:
        if pattern.state == Pattern.State.ARCHIVED:
            index.take_out(pattern.pk)
            continue
        values = {
            "face": {face for face, *_ in pattern.beside.get("judgements", [])},
            "theme": _themes(pattern),
            "actor": pattern.actors,
            "platform": pattern.platforms,
            "phase": pattern.phases,
            "evidence": [str(pattern.evidence)],
            "state": [pattern.state],
            "origin": [pattern.origin],
            "language": [pattern.language],
        }
        index.put(
            pattern.pk,
            values,
            {
                "title": pattern.title.casefold(),
                "newest": pattern.changed_at or pattern.published_at,
                "evidence": pattern.evidence,
            },
        )


def _read_experiences(index: Index, since: int) -> None:
    """Only what changed; the first time, all. The words themselves are not read."""
    changed = (
        Experience.objects.filter(ticked__gt=since)
        .select_related("theme", "other_theme")
        .only(*_COLUMNS, "theme__slug", "other_theme__slug")
    )
    about: dict[int, list[str]] = {}
    pairs = Experience.patterns.through.objects.filter(experience__ticked__gt=since)
    for experience_id, pattern_id in pairs.values_list("experience_id", "pattern_id"):
        about.setdefault(experience_id, []).append(str(pattern_id))
    for each in changed.iterator(2000):
        if each.deleted_at or each.is_withheld:
            index.take_out(each.pk)
            continue
        values = {
            "label": [each.label],
            "circle": [str(each.circle_id)] if each.label in CIRCLE_LABELS else (),
            "author": [str(each.author_id)] if each.label not in _WIDE else (),
            "within": [str(each.circle_id)] if each.circle_id else (),
            "by": () if each.is_chatham else [str(each.author_id)],
            "after": [str(each.after_id)] if each.after_id else (),
            "pattern": about.get(each.pk, ()),
            "face": [each.face] if each.face else (),
            "theme": _themes(each),
            "actor": each.actors,
            "group": each.groups,
            "platform": each.platforms,
            "country": [each.shown_country] if each.shown_country else (),
            "phase": each.phases,
            "outcome": [each.outcome],
            "state": [each.state],
            "evidence": [str(each.evidence)],
            "size": [each.size] if each.size else (),
            "language": [each.language],
        }
        index.put(each.pk, values, {"newest": each.told_at, "evidence": each.evidence})


_COLUMNS = (
    "label",
    "circle_id",
    "author_id",
    "attribution",
    "after_id",
    "standing",
    "deleted_at",
    "face",
    "theme_id",
    "other_theme_id",
    "actors",
    "groups",
    "platforms",
    "country",
    "hides_country",
    "phases",
    "outcome",
    "evidence",
    "size",
    "language",
    "told_at",
    "version",
    "passed_version",
)


def _themes(thing: Any) -> list[str]:
    return [theme.slug for theme in (thing.theme, thing.other_theme) if theme]
