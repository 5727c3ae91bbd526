"""What harvesters are told: the public patterns and experiences, in Dublin Core."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Min, Q, QuerySet

from media4sec.kit.clock import now
from media4sec.kit.entry import Entry
from media4sec.kit.marking import Door, Label
from media4sec.kit.models import Theme
from media4sec.patterns.models import HarvestRecord
from media4sec.patterns.oai import Asked, Head, Record, Wrong
from media4sec.patterns.queries.entries import (
    experience_entry,
    fetch_experiences,
    fetch_patterns,
    pattern_entry,
)

#: So many records are one answer.
PAGE_SIZE = 100
_LONGEST_DESCRIPTION = 2_000
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
Kind = HarvestRecord.Kind
_FETCH: dict[str, Callable[[Iterable[int]], Iterable[Any]]] = {
    "pattern": fetch_patterns,
    "experience": fetch_experiences,
}
_MAKE: dict[str, Callable[[Any], Entry]] = {
    "pattern": pattern_entry,
    "experience": experience_entry,
}


@dataclass(frozen=True)
class Harvest:
    """A page of a list."""

    records: list[Record]
    token: str  # "" on the last page
    start: int
    whole: int


def identifier(kind: str, pk: int) -> str:
    return f"oai:{_host()}:{kind}/{pk}"


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""


def public_entries(kind: str, pks: Iterable[int]) -> dict[int, Entry]:
    """Those of these things that everybody may read, now, whatever was told before."""
    found: list[Any] = list(_FETCH[kind](pks))
    entries = {each.pk: _MAKE[kind](each).through(Door.PUBLIC) for each in found}
    return {pk: entry for pk, entry in entries.items() if entry and entry.label == Label.CLEAR}


def dublin_core(entry: Entry, themes: Mapping[int, Theme]) -> list[tuple[str, str, str]]:
    """The elements of an entry. Whoever is sealed is described as on its page."""
    words = entry.summary or entry.text
    if len(words) > _LONGEST_DESCRIPTION:
        words = words[:_LONGEST_DESCRIPTION].rsplit(" ", 1)[0] + " …"
    url = f"{settings.SITE_URL}{entry.url}"
    is_pattern = entry.ref.kind == "patterns.pattern"
    said = [
        ("title", entry.title, entry.language),
        ("creator", entry.author, ""),
        *(("subject", themes[pk].title, "en") for pk in entry.themes if pk in themes),
        ("description", words, entry.language),
        ("publisher", settings.SITE_NAME, ""),
        ("date", f"{(entry.changed_at or entry.at):%Y-%m-%d}", ""),
        ("type", "Text", ""),
        # As repositories say it, so that harvesters of others understand.
        ("type", "PeerReviewed" if entry.is_reviewed else "NonPeerReviewed", ""),
        ("format", "text/html", ""),
        ("identifier", url, ""),
        ("language", entry.language, ""),
        ("rights", _LICENCE if is_pattern else "", ""),
        ("rights", str(entry.label), ""),
    ]
    return [row for row in said if row[1]]


def themes_by_pk() -> dict[int, Theme]:
    return {theme.pk: theme for theme in Theme.objects.only("slug", "title")}


def set_rows() -> list[tuple[str, str]]:
    """Two kinds of things, and the themes."""
    kinds = [(str(Kind.PATTERN), "Patterns"), (str(Kind.EXPERIENCE), "Experiences")]
    return kinds + list(Theme.objects.values_list("slug", "title"))


def earliest() -> datetime:
    first: datetime | None = HarvestRecord.objects.aggregate(first=Min("at"))["first"]
    return first or now()


def record_at(name: str) -> HarvestRecord | None:
    """The record behind an identifier of ours."""
    start = re.escape(f"oai:{_host()}:")
    found = re.fullmatch(rf"{start}(pattern|experience)/([0-9]{{1,18}})", name)
    if not found:
        return None
    return HarvestRecord.objects.filter(kind=found[1], thing_id=int(found[2])).first()


def harvest(asked: Asked, *, with_words: bool) -> Harvest:
    """A page of records, oldest change first: three or four queries, however far one is."""
    rows = _fitting(asked)
    whole = rows.count()
    if asked.after:
        at, pk = asked.after
        rows = rows.filter(Q(at__gte=at) & (Q(at__gt=at) | Q(pk__gt=pk)))
    found = list(rows.order_by("at", "pk")[: PAGE_SIZE + 1])
    if not found and asked.after:
        raise Wrong("badResumptionToken", "This list has changed. Begin it anew.")
    if not found:
        raise Wrong("noRecordsMatch", "There is nothing of this kind.")
    shown = found[:PAGE_SIZE]
    goes_on = len(found) > PAGE_SIZE
    last = shown[-1]
    token = asked.token((last.at, last.pk), asked.start + len(shown)) if goes_on else ""
    return Harvest(records_of(shown, with_words=with_words), token, asked.start, whole)


def _fitting(asked: Asked) -> QuerySet[HarvestRecord, HarvestRecord]:
    rows = HarvestRecord.objects.all()
    if asked.set:
        rows = rows.in_set(asked.set)
    if asked.since:
        rows = rows.filter(at__gte=asked.since)
    if asked.until:
        rows = rows.filter(at__lte=asked.until)
    return rows


def records_of(rows: Iterable[HarvestRecord], *, with_words: bool = True) -> list[Record]:
    """In this order. What is public no more is gone at once, whatever the record says."""
    rows = list(rows)
    entries: dict[tuple[str, int], Entry] = {}
    for kind in Kind:
        pks = [row.thing_id for row in rows if row.kind == kind and not row.is_gone]
        if pks:
            found = public_entries(kind, pks)
            entries.update({(str(kind), pk): entry for pk, entry in found.items()})
    themes = themes_by_pk() if with_words else {}
    made = []
    for row in rows:
        entry = entries.get((row.kind, row.thing_id))
        head = Head(identifier(row.kind, row.thing_id), row.at, row.sets, entry is None)
        words = dublin_core(entry, themes) if entry and with_words else []
        made.append(Record(head, words))
    return made
