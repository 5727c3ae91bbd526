"""Keyset paging: the next page starts where this one ended, however deep."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Q

T = TypeVar("T")
PAGE_SIZE = 20


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, and the marks that lead on (older) and back (newer)."""

    rows: list[T]
    older: str
    newer: str

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def _mark(row: Any, field: str) -> str:
    value = getattr(row, field)
    raw = json.dumps([value.isoformat() if isinstance(value, datetime) else value, row.pk])
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _read(mark: str, is_time: bool) -> tuple[Any, int] | None:
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        if is_time:
            value = datetime.fromisoformat(value)
        return value, int(pk)
    except (ValueError, TypeError):
        return None


def keyset_page(
    rows: "models.QuerySet[Any]",
    *,
    by: str,
    before: str = "",
    after: str = "",
    size: int = PAGE_SIZE,
) -> Page[Any]:
    """One page of ``rows``, newest ``by`` first. A mark that makes no sense gives the first page.

    ``before`` continues to older rows, ``after`` goes back to newer ones. One query.
    """
    is_time = isinstance(rows.model._meta.get_field(by), models.DateTimeField)
    older_than, newer_than = _read(before, is_time), _read(after, is_time)
    if older_than:
        value, pk = older_than
        rows = rows.filter(Q(**{f"{by}__lte": value}) & (Q(**{f"{by}__lt": value}) | Q(pk__lt=pk)))
    elif newer_than:
        value, pk = newer_than
        rows = rows.filter(Q(**{f"{by}__gte": value}) & (Q(**{f"{by}__gt": value}) | Q(pk__gt=pk)))
        found = list(rows.order_by(by, "pk")[: size + 1])
        more, found = len(found) > size, found[:size][::-1]
        return Page(
            found, _mark(found[-1], by) if found else "", _mark(found[0], by) if more else ""
        )
    found = list(rows.order_by(f"-{by}", "-pk")[: size + 1])
    more, found = len(found) > size, found[:size]
    return Page(
        found,
        _mark(found[-1], by) if more else "",
        _mark(found[0], by) if older_than and found else "",
    )
