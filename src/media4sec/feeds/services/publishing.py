"""Keeping what is out there as it is: in the writer's own transaction, never behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef

from media4sec.feeds.models import Publication
from media4sec.feeds.queries.publications import public, public_entry, syndicated
from media4sec.kit.clock import now
from media4sec.kit.entry import Entry
from media4sec.kit.models import Activity
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Kind, kinds
from media4sec.members.models import Member

#: So many letters of a text stand where it has no summary of its own.
EXCERPT = 280
#: What was written so long before it became public is dated when it did: only now it is news.
LATE = timedelta(days=1)
_BATCH = 200
#: So many things are published for the first time in one go: the newest, the rest an hour later.
_AT_ONCE = 5000


def read_activity(activity: Activity, subject: models.Model) -> None:
    """A prompt reader of the log: nothing narrowed stays in a feed for even a moment."""
    kind = kinds().get(activity.subject_kind)
    if kind is not None and kind.syndicated and activity.verb not in kind.silent:
        bring_up_to_date(kind, subject, is_news=True)


@transaction.atomic
def bring_up_to_date(
    kind: Kind, thing: models.Model, *, is_news: bool = False
) -> Publication | None:
    """Publish the thing, publish it as it reads now, or take it back. None: it is not public.

    ``is_news``: something was done with it this moment, so if it becomes public, it does now.
    """
    row = Publication.objects.select_for_update().of(Ref.to(thing)).first()
    entry = public_entry(thing)
    # A draft may be labelled for everybody, and is yet nobody's to read.
    if entry and public(kind).filter(pk=thing.pk).exists():
        return _publish(row, entry, since=_public_since(row, entry, is_news=is_news))
    if row and row.withdrawn_at is None:
        _withdraw(row)
    return None


def _public_since(row: Publication | None, entry: Entry, *, is_news: bool) -> datetime:
    if row and row.withdrawn_at is None:
        return max(row.published_at, entry.at)
    return now() if is_news and now() - entry.at > LATE else entry.at


def _publish(row: Publication | None, entry: Entry, *, since: datetime) -> Publication:
    facts = {**_facts(entry), "published_at": since}
    if row is None:
        return Publication.objects.create(
            thing_kind=entry.ref.kind,
            thing_id=entry.ref.pk,
            changed_at=max(entry.changed_at or entry.at, since),
            **facts,
        )
    if row.withdrawn_at is None and all(getattr(row, name) == facts[name] for name in facts):
        return row
    _change(row, {**facts, "withdrawn_at": None})
    return row


def _withdraw(row: Publication) -> None:
    """It is not public any more: not a word of it stays here. Its themes say who was told."""
    nothing: dict[str, Any] = dict.fromkeys(
        ("title", "summary", "html", "byline", "place", "url"), ""
    )
    nothing |= dict.fromkeys(("author_id", "starts_at", "ends_at"))
    _change(row, {**nothing, "withdrawn_at": now()})


def _change(row: Publication, facts: dict[str, Any]) -> None:
    for name, value in {**facts, "changed_at": now(), "version": row.version + 1}.items():
        setattr(row, name, value)
    row.save(update_fields=[*facts, "changed_at", "version"])


def _facts(entry: Entry) -> dict[str, Any]:
    themes, sole = [*entry.themes, None, None], _sole_author(entry)
    return {
        "title": entry.title[:200],
        "summary": entry.summary or excerpt(entry.text),
        "html": entry.html,
        "url": entry.url,
        "language": entry.language,
        "starts_at": entry.starts,
        "ends_at": entry.ends,
        "place": entry.place[:200],
        "theme_id": themes[0],
        "other_theme_id": themes[1],
        "author_id": sole,
        # A name stands in one place only, and goes from there with who bears it.
        "byline": "" if sole else entry.author[:200],
    }


def _sole_author(entry: Entry) -> int | None:
    """Who is named alone is named as they are called today; several are a line of text."""
    if entry.author_id is None:
        return None
    alone = Member.objects.filter(pk=entry.author_id, name=entry.author).exists()
    return entry.author_id if alone else None


def excerpt(text: str) -> str:
    """The beginning of a text, ending with a whole word."""
    if len(text) <= EXCERPT:
        return text
    return f"{text[:EXCERPT].rsplit(' ', 1)[0].rstrip(' .,;:–-')} …"


def catch_up() -> None:
    """Once an hour: what changed for the public without a word in the log."""
    for kind in syndicated():
        for pks in _batches(_by_several(kind), "thing_id"):
            for thing in kind.fetch(pks):
                bring_up_to_date(kind, thing)
        for pks in _missed(kind):
            for thing in kind.fetch(pks):
                bring_up_to_date(kind, thing)


def _missed(kind: Kind) -> Iterator[list[int]]:
    """Things that are public and not published, and the other way round, a few at a time."""
    live = Publication.objects.live().filter(thing_kind=kind.name)
    unpublished = public(kind).exclude(Exists(live.filter(thing_id=OuterRef("pk"))))
    newest = list(unpublished.order_by("-pk").values_list("pk", flat=True)[:_AT_ONCE])
    yield from (newest[start : start + _BATCH] for start in range(0, len(newest), _BATCH))
    gone = live.exclude(Exists(public(kind).filter(pk=OuterRef("thing_id"))))
    for pks in _batches(gone, "thing_id"):
        for row in gone.filter(thing_id__in=pks):
            _withdraw(row)


def _by_several(kind: Kind) -> models.QuerySet[Publication]:
    """A line of several names does not change by itself when one of them leaves."""
    rows = Publication.objects.live().filter(thing_kind=kind.name, author=None)
    return rows.filter(byline__contains=", ")


def _batches(rows: models.QuerySet[Any], key: str) -> Iterator[list[int]]:
    last = 0
    numbers = rows.order_by(key).values_list(key, flat=True)
    while some := list(numbers.filter(**{f"{key}__gt": last})[:_BATCH]):
        yield some
        last = some[-1]
