"""Who watches what, and how closely. Nobody else learns of it, and no log is kept."""

from collections.abc import Callable
from typing import Any

from django.db import models

from media4sec.kit.models import Watch
from media4sec.kit.refs import Ref

Level = Watch.Level
_listeners: list[Callable[[Ref, Any], None]] = []


def when_opened(listener: Callable[[Ref, Any], None]) -> None:
    """Register who wants to know that a member has opened a thing: their notices of it are old."""
    if listener not in _listeners:
        _listeners.append(listener)


def opened(ref: Ref, *, by: Any) -> None:
    """A member has this thing before them. Called by the view that shows it."""
    for listener in _listeners:
        listener(ref, by)


def everything_of(kind: str) -> Ref:
    """The address of all things of a kind."""
    return Ref(kind, 0)


def watch(ref: Ref, *, by: Any, level: str) -> None:
    """From now on this closely."""
    Watch.objects.update_or_create(
        member_id=by.pk, thing_kind=ref.kind, thing_id=ref.pk, defaults={"level": Level(level)}
    )


def follow(ref: Ref, *, by: Any) -> None:
    """Who takes part follows, unless they have said otherwise: one statement."""
    new = Watch(member_id=by.pk, thing_kind=ref.kind, thing_id=ref.pk, level=Level.EVERYTHING)
    Watch.objects.bulk_create([new], ignore_conflicts=True)


def level_of(ref: Ref, *, by: Any) -> str:
    """How closely they chose to watch this; "" when they never said."""
    found = watches(ref).filter(member_id=by.pk).values_list("level", flat=True)
    return next(iter(found), "")


def watches(ref: Ref) -> models.QuerySet[Watch]:
    return Watch.objects.filter(thing_kind=ref.kind, thing_id=ref.pk)


def my_level(kind: str, *, member: int) -> models.Subquery:
    """For an annotation: how closely the member watches each row of this kind."""
    mine = Watch.objects.filter(member=member, thing_kind=kind, thing_id=models.OuterRef("pk"))
    return models.Subquery(mine.values("level"))


def watched(kind: str, *, member: int, level: str) -> models.QuerySet[Any, Any]:
    """The numbers of the things of a kind that the member watches so."""
    mine = Watch.objects.filter(member=member, thing_kind=kind, level=level)
    return mine.values("thing_id")
