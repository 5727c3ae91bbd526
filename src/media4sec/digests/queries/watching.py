"""What can be watched, and what somebody watches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from media4sec.kit.marking import Door
from media4sec.kit.models import Theme, Watch
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kinds
from media4sec.kit.watching import Level, level_of
from media4sec.members.models import Circle, Member

CIRCLE, THEME = Circle._meta.label_lower, Theme._meta.label_lower
#: Watched things that the page shows; who watches more finds them on their own pages.
MOST_SHOWN = 100


@dataclass(frozen=True)
class Watched:
    """How a member watches one thing, for its page and for the list."""

    ref: Ref
    title: str
    url: str
    icon: str
    level: str

    @property
    def is_circle(self) -> bool:
        return self.ref.kind == CIRCLE


def watchable(ref: Ref, *, visitor: Any) -> models.Model | None:
    """A thing, circle or theme that this visitor may open; None for anything else."""
    sets: dict[str, Any] = {CIRCLE: Circle.objects.visible_to(visitor), THEME: Theme.objects.all()}
    kind = kinds().get(ref.kind)
    if kind and not kind.is_part:
        sets[ref.kind] = kind.visible_to(visitor)
    found: models.Model | None = (
        sets[ref.kind].filter(pk=ref.pk).first() if ref.kind in sets else None
    )
    return found


def watch_on(thing: models.Model, *, visitor: Member) -> Watched:
    """For the thing's own page: one question."""
    ref = Ref.to(thing)
    level = level_of(ref, by=visitor) or Level.NORMAL
    return Watched(ref, str(thing), "", "", level)


def my_watches(member: Member) -> list[Watched]:
    """Circles, themes and things, as far as the member may still open and list them."""
    mine = Watch.objects.filter(member=member, thing_id__gt=0).exclude(level=Level.NORMAL)
    levels = {
        Ref(each.thing_kind, each.thing_id): each.level for each in mine.order_by("-pk")[:500]
    }
    found: dict[Ref, Watched] = {}
    sets: dict[str, Any] = {CIRCLE: Circle.objects.visible_to(member), THEME: Theme.objects.all()}
    for name, things in sets.items():
        for each in things.filter(pk__in=[ref.pk for ref in levels if ref.kind == name]):
            ref = Ref.to(each)
            icon = each.icon if isinstance(each, Theme) else "users-round"
            found[ref] = Watched(ref, str(each), each.get_absolute_url(), icon, levels[ref])
    for name, kind in kinds().items():
        keys = [ref.pk for ref in levels if ref.kind == name][:MOST_SHOWN]
        seen = kind.visible_to(member).filter(pk__in=keys).values_list("pk", flat=True)
        for thing in kind.fetch(seen) if keys else ():
            entry = kind.entry(thing).through(Door.SEARCH)
            if entry:
                level = levels[entry.ref]
                found[entry.ref] = Watched(entry.ref, entry.title, entry.url, kind.icon, level)
    return [found[ref] for ref in levels if ref in found][:MOST_SHOWN]


def said(level: str) -> str:
    """What a page says after the choice."""
    return {
        Level.EVERYTHING: _("You follow this now."),
        Level.MUTED: _("This is muted."),
        Level.NORMAL: _("You no longer follow this."),
    }[Level(level)]
