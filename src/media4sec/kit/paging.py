"""Keyset paging: the next page starts where this one ended, however deep."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Q

T = TypeVar("T")
PAGE_SIZE = 20
_LARGEST_KEY = 2**63 - 1
_LONGEST_MARK = 1000
Mark = tuple[Any, int]


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, and the marks that lead on (older) and back (newer)."""

    rows: list[T]
    older: str
    newer: str

    def __iter__(self) -> Iterator[T]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def keyset_page(
    rows: "models.QuerySet[Any]",
    *,
    by: str,
    before: str = "",
    after: str = "",
    size: int = PAGE_SIZE,
) -> Page[Any]:
    """One page of ``rows``, newest ``by`` first. A mark that makes no sense gives the first page.

    ``before`` continues to older rows, ``after`` goes back to newer ones. One query, and
    a second one where a mark leads beyond either end.
    Rows of the same ``by`` stand in the order of their keys, so none is skipped or shown twice.
    """
    field = rows.model._meta.get_field(by)
    older_than, newer_than = _read(before, field), _read(after, field)
    newest_first = rows.order_by(f"-{by}", "-pk")
    if older_than:
        found = list(newest_first.filter(_beyond(by, "lt", older_than))[: size + 1])
        if found:
            return _page(found, by, size, newer=_mark(found[0], by))
    elif newer_than:
        upwards = rows.order_by(by, "pk").filter(_beyond(by, "gt", newer_than))
        found = list(upwards[: size + 1])
        if len(found) >= size:
            shown = found[:size][::-1]
            return Page(shown, _mark(shown[-1], by), _mark(shown[0], by) if found[size:] else "")
    # The beginning: asked for, or because nothing, or less than a page, lies beyond the mark.
    return first_page(list(newest_first[: size + 1]), by=by, size=size)


def first_page(found: list[Any], *, by: str, size: int = PAGE_SIZE) -> Page[Any]:
    """The beginning, of rows read elsewhere, newest ``by`` first: one more than it shows."""
    return _page(found, by, size, newer="")


def _page(found: list[Any], by: str, size: int, *, newer: str) -> Page[Any]:
    """A page of rows that were read one further than shown."""
    shown = found[:size]
    return Page(shown, _mark(shown[-1], by) if len(found) > size else "", newer)


def _beyond(by: str, way: str, mark: Mark) -> Q:
    """What comes after the mark in that direction; the first condition lets an index start."""
    value, pk = mark
    further = Q(**{f"{by}__{way}": value}) | Q(**{f"pk__{way}": pk})
    return Q(**{f"{by}__{way}e": value}) & further


def _mark(row: Any, by: str) -> str:
    value = getattr(row, by)
    raw = json.dumps([value.isoformat() if isinstance(value, datetime) else value, row.pk])
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _read(mark: str, field: Any) -> Mark | None:
    """What a mark says, or None for what we never wrote."""
    if not mark or len(mark) > _LONGEST_MARK:
        return None
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
    except (ValueError, TypeError):
        return None
    if not _is_key(pk):
        return None
    if isinstance(field, models.DateTimeField):
        value = _time(value)
    elif isinstance(field, models.IntegerField):
        value = value if _is_key(value) else None
    elif not isinstance(value, str) or "\x00" in value:
        value = None
    return None if value is None else (value, pk)


def _is_key(value: Any) -> bool:
    return type(value) is int and abs(value) <= _LARGEST_KEY


def _time(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None
