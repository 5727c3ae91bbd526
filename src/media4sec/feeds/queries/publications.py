"""What is out there now. Every question asks the room's own gate once more: two locks, not one."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from media4sec.feeds.models import Publication, PublicationQuerySet
from media4sec.kit.entry import Entry
from media4sec.kit.marking import Door
from media4sec.kit.models import Moderated
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Kind, kinds

STRANGER = AnonymousUser()


def syndicated() -> list[Kind]:
    """The kinds of things that leave the house."""
    return [kind for kind in kinds().values() if kind.syndicated]


def public(kind: Kind) -> QuerySet[Any]:
    """The things of a kind that a stranger may read: no gaps where something was."""
    things = kind.visible_to(STRANGER)
    if issubclass(kind.model, Moderated):
        things = things.filter(standing=Moderated.Standing.VISIBLE)
    if any(field.name == "deleted_at" for field in kind.model._meta.fields):
        things = things.filter(deleted_at__isnull=True)
    return things


def live() -> PublicationQuerySet:
    """What a stranger may read at this moment, as its own room says."""
    rule = Q(pk__in=[])
    for kind in syndicated():
        gate = public(kind).filter(pk=OuterRef("thing_id"))
        rule |= Q(Exists(gate), thing_kind=kind.name)
    return Publication.objects.live().filter(rule)


def publication_at(ref: Ref) -> Publication | None:
    """A thing of ours as others know it; None when it is not public (any more)."""
    found = live().of(ref).select_related("author", "theme", "other_theme")
    return found.first()


def public_entry(thing: models.Model) -> Entry | None:
    """The Entry of a thing in hand as it passes the door "public"; usually without a question."""
    kind = kinds().get(Ref.to(thing).kind)
    if kind is None or not kind.syndicated or _is_gone(thing):
        return None
    entry: Entry | None = kind.entry(thing).through(Door.PUBLIC)
    return entry


def _is_gone(thing: Any) -> bool:
    return getattr(thing, "deleted_at", None) is not None
