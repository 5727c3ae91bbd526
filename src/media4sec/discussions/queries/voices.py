"""Who is talking: people by shown group, as a bar and as a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media4sec.discussions.models import Topic
from media4sec.members.models import Group, is_reader

_GAP = 0.4  # per cent of the bar between two groups


@dataclass(frozen=True)
class Voice:
    """One group's part of the bar; ``x`` and ``width`` are attributes, not styles."""

    name: str
    icon: str
    tone: str
    count: int
    x: str
    width: str


@dataclass(frozen=True)
class Voices:
    groups: list[Voice]
    sentence: str  # the whole bar in words
    missing: str  # the groups that have not spoken


def voices_of(topic: Topic, visitor: Any) -> Voices:
    """Largest group first; those whose group is not shown come last.

    For the community only: it counts groups that members show there, and not to strangers.
    """
    if not is_reader(visitor):
        return Voices([], "", "")
    counts = {name: count for name, count in topic.voices.items() if count > 0}
    order = sorted(counts, key=lambda name: (name == "", -counts[name], name))
    total, x, groups = sum(counts.values()), 0.0, []
    for name in order:
        width = 100 * counts[name] / total
        groups.append(_voice(name, counts[name], x, width))
        x += width
    people = ngettext("%d person", "%d people", total) % total
    said = ", ".join(f"{each.count} {each.name}" for each in groups)
    # Somebody whose group is not shown may be of any group: then none can be called missing.
    silent = [group for group in Group if group.value not in counts] if "" not in counts else []
    missing = ", ".join(str(group.label) for group in silent)
    return Voices(groups, f"{people}: {said}" if groups else "", missing)


def _voice(name: str, count: int, x: float, width: float) -> Voice:
    group = Group(name) if name else None
    return Voice(
        name=str(group.label) if group else _("Group not shown"),
        icon=group.icon if group else "users-round",
        tone=f"g-{group.css}" if group else "f-pass",
        count=count,
        x=f"{x:.1f}%",
        width=f"{max(width - _GAP, 0.5):.1f}%",
    )
