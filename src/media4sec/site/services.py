"""Keeping what can be found as it is: in the writer's own transaction, never behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.db import models, transaction

from media4sec.kit.entry import Entry
from media4sec.kit.marking import Door
from media4sec.kit.models import Activity
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Kind, kinds
from media4sec.site import index
from media4sec.site.models import SearchEntry

_BATCH = 200
_FACTS = (
    "title",
    "is_part",
    "body",
    "url",
    "circle_id",
    "label",
    "author_id",
    "theme_id",
    "other_theme_id",
    "face",
    "language",
    "at",
)


def read_activity(activity: Activity, subject: models.Model) -> None:
    """A reader of the log: what changed is found as it is now, and what is gone is not found."""
    kind = kinds().get(activity.subject_kind)
    if kind is not None and kind.searchable and activity.verb not in kind.silent:
        refresh(kind, subject)


def refresh(kind: Kind, thing: Any) -> None:
    """Bring one thing's row up to date; and its parts', if it changed."""
    has_parts = _has_parts(kind.name)
    # What has no parts is simply written: to look first would cost as much.
    rows = SearchEntry.objects.filter(kind=kind.name, thing_id=thing.pk)
    was = rows.first() if has_parts else None
    new = _row(kind, thing)
    if was and new and all(getattr(was, fact) == getattr(new, fact) for fact in _FACTS):
        return
    if new is None:
        forget(kind, [thing.pk])
    else:
        _write([new])
    if has_parts and (was or new is None):
        _refresh_parts(kind, thing)


def _refresh_parts(kind: Kind, thing: models.Model) -> None:
    """Replies carry their topic's title, circle and reach: when it changes, they do."""
    for part, field in _parts(kind):
        for pks in _batches(part.model._default_manager.filter(**{field: thing.pk})):
            rebuild(part, pks)
    for part in kinds().values():
        for pks in _batches(part.under(Ref.to(thing))) if part.under and part.searchable else ():
            rebuild(part, pks)


@cache
def _has_parts(name: str) -> bool:
    return kinds()[name].takes_replies or any(True for _ in _parts(kinds()[name]))


def _parts(kind: Kind) -> Iterator[tuple[Kind, str]]:
    """Kinds whose things go when a thing of this kind goes, and the field that says of which."""
    for part in kinds().values():
        for field in _wholes(part):
            if field.related_model is kind.model and part.searchable:
                yield part, field.name


def _wholes(kind: Kind) -> list[models.ForeignKey[Any, Any]]:
    """The fields that say of which other kind's thing this kind's things are parts."""
    things = {other.model for other in kinds().values()}
    return [
        field
        for field in kind.model._meta.fields
        if isinstance(field, models.ForeignKey)
        and field.related_model in things
        and field.remote_field.on_delete is models.CASCADE
    ]


@transaction.atomic
def rebuild(kind: Kind, pks: list[int]) -> int:
    """Write the rows of these things anew, and forget those that are gone. How many there are."""
    rows = [row for thing in kind.fetch(pks) if (row := _row(kind, thing))]
    forget(kind, set(pks) - {row.thing_id for row in rows})
    _write(rows)
    return len(rows)


def rebuild_kind(kind: Kind) -> Iterator[int]:
    """Write all rows of a kind anew, a few at a time; yields how many of them are done."""
    done = 0
    for pks in _batches(kind.model._default_manager.all()):
        rebuild(kind, pks)
        done += len(pks)
        yield done
    _forget_leftovers(kind)


def _forget_leftovers(kind: Kind) -> None:
    """Rows of things that left without a word."""
    rows = SearchEntry.objects.filter(kind=kind.name)
    for pks in _batches(rows):
        known = rows.filter(pk__in=pks).values_list("thing_id", flat=True)
        there = kind.model._default_manager.filter(pk__in=list(known))
        _remove(
            rows.filter(pk__in=pks).exclude(thing_id__in=list(there.values_list("pk", flat=True)))
        )


def forget_other_kinds() -> None:
    """Rows of kinds that no open room has."""
    names = [kind.name for kind in kinds().values() if kind.searchable]
    _remove(SearchEntry.objects.exclude(kind__in=names))


def forget(kind: Kind, pks: Iterable[int]) -> None:
    """These things are not found any more."""
    if gone := list(pks):
        _remove(SearchEntry.objects.filter(kind=kind.name, thing_id__in=gone))


@transaction.atomic
def _remove(rows: models.QuerySet[SearchEntry]) -> None:
    for pks in _batches(rows):
        index.remove(pks)
        SearchEntry.objects.filter(pk__in=pks)._raw_delete(rows.db)


def _row(kind: Kind, thing: Any) -> SearchEntry | None:
    """The thing as it passes the door "search"; None when it does not, or is deleted."""
    if getattr(thing, "deleted_at", None):
        return None
    entry: Entry | None = kind.entry(thing).through(Door.SEARCH)
    if entry is None:
        return None
    themes = [*entry.themes, None, None]
    return SearchEntry(
        kind=kind.name,
        thing_id=Ref.to(thing).pk,
        title=entry.title[:200],
        is_part=bool(_wholes(kind)),
        body=entry.text,
        url=entry.url,
        circle_id=entry.circle_id,
        label=entry.label,
        author_id=entry.author_id,
        theme_id=themes[0],
        other_theme_id=themes[1],
        face=entry.face,
        language=entry.language,
        at=entry.at,
    )


def _write(rows: list[SearchEntry]) -> None:
    if not rows:
        return
    written = SearchEntry.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kind", "thing_id"],
        update_fields=_FACTS,
    )
    index.write(written)


def _batches(things: models.QuerySet[Any]) -> Iterator[list[int]]:
    """The numbers of these things, a few at a time; what is done may be deleted meanwhile."""
    last = 0
    numbers = things.order_by("pk").values_list("pk", flat=True)
    while some := list(numbers.filter(pk__gt=last)[:_BATCH]):
        yield some
        last = some[-1]
