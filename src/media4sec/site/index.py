"""The search index: words under the seal of those who may read them.

Every word is kept under the *key* of its audience: ``CLEAR/cordon``, ``circle 12/cordon``. A
search asks for its words under the keys the searcher holds, so it never touches the words of
things they may not read: neither results nor counts nor the time it takes can tell of them.
Filters are words as well, under the same keys.

The tables are modelsearch's (FTS5 on SQLite, tsvector on PostgreSQL); the questions are ours,
because its own shape cannot bound its work. See docs/decisions/0011-search.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from modelsearch.models import IndexEntry

from media4sec.kit.marking import Label
from media4sec.members.audience import CIRCLE_LABELS
from media4sec.members.models import is_reader
from media4sec.site import words
from media4sec.site.models import SearchEntry

# Keys and filters begin with letters of the private-use area: no typed word ever does.
CLEAR_KEY, GREEN_KEY = "\ue000", "\ue001"
_CIRCLE, _AUTHOR, _FACET, TITLE_MARK, _GAP = "\ue002", "\ue003", "\ue004", "\ue005", "\ue006"


def _circle_key(pk: int) -> str:
    return f"{_CIRCLE}{pk}{_CIRCLE}"


def _author_key(pk: int) -> str:
    return f"{_AUTHOR}{pk}{_AUTHOR}"


def keys_of(visitor: Any) -> list[str]:
    """The keys a searcher holds: ``reading_rule`` once more, in the index's own words."""
    if not is_reader(visitor):
        return [CLEAR_KEY]
    circles = [_circle_key(pk) for pk in visitor.circle_ids]
    return [CLEAR_KEY, GREEN_KEY, _author_key(visitor.pk), *circles]


def locks_of(entry: SearchEntry) -> list[str]:
    """The keys that open an entry."""
    if entry.label == Label.CLEAR:
        return [CLEAR_KEY]
    if entry.label == Label.GREEN:
        return [GREEN_KEY]
    own = [_author_key(entry.author_id)] if entry.author_id else []
    if entry.label in CIRCLE_LABELS and entry.circle_id:
        return [_circle_key(entry.circle_id), *own]
    return own


def facets_of(entry: SearchEntry) -> list[str]:
    """What can be filtered by, as words."""
    found = [f"kind{entry.kind}", f"month{entry.at:%Y%m}", f"year{entry.at:%Y}"]
    found += [f"theme{pk}" for pk in (entry.theme_id, entry.other_theme_id) if pk]
    found += [f"circle{entry.circle_id or 0}"]
    found += [f"face{entry.face}", f"language{entry.language}"]
    return [facet(each) for each in found]


def facet(name: str) -> str:
    """A filter, such as ``faceugly``, as one word of the index."""
    return _FACET + "".join(letter for letter in name.lower() if letter.isalnum())


# -- Writing -----------------------------------------------------------------


def write(entries: Sequence[SearchEntry]) -> None:
    """Put these saved entries into the index, or change them there."""
    if entries:
        _index().add_items(SearchEntry, entries)


def remove(pks: Iterable[int]) -> None:
    """Take these entries out of the index."""
    gone = IndexEntry.objects.filter(pk__in=list(pks))
    gone._raw_delete(gone.db)


def _index() -> Any:
    return SearchBackend({}).get_index_for_model(SearchEntry)


def _title(entry: SearchEntry) -> list[str]:
    return [] if entry.is_part else words.keys(entry.title)


def _sealed(entry: SearchEntry, found: list[str]) -> str:
    return " ".join(lock + word for lock in locks_of(entry) for word in found)


def _library() -> Any:
    """modelsearch's backend for the database we run on."""
    name = {"postgresql": "postgres.postgres"}.get(connection.vendor, "sqlite.sqlite")
    return import_module(f"modelsearch.backends.database.{name}").SearchBackend


_Library = _library()


class _OurIndex(_Library.index_class):  # type: ignore[name-defined]
    """modelsearch's index with our words in it. A row has its entry's own number."""

    def add_items(self, model: type[SearchEntry], objs: Sequence[SearchEntry]) -> None:
        kind = ContentType.objects.get_for_model(model).pk
        if connection.vendor == "postgresql":
            _write_vectors(kind, objs)
        else:
            _write_texts(kind, objs)

    def _refresh_title_norms(self, full: bool = False) -> None:
        """Not ours: the library would read every title again for each one that changes."""


class SearchBackend(_Library):  # type: ignore[misc,valid-type]
    """What the settings name, so that the library's own commands write as we do."""

    index_class = _OurIndex


def _write_texts(kind: int, entries: Sequence[SearchEntry]) -> None:
    rows = []
    for entry in entries:
        title = _title(entry)
        rows.append(
            IndexEntry(
                pk=entry.pk,
                content_type_id=kind,
                object_id=str(entry.pk),
                # Once more as words of titles, so that these are found without the others.
                title=_sealed(entry, [TITLE_MARK + word for word in title]),
                body=_sealed(entry, [*title, _GAP, *words.keys(entry.body)]),
                autocomplete=_sealed(entry, facets_of(entry)),
            )
        )
    IndexEntry.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["title", "body", "autocomplete"],
    )


def _write_vectors(kind: int, entries: Sequence[SearchEntry]) -> None:
    rows = []
    for entry in entries:
        title, body = _title(entry), words.keys(entry.body)
        # A gap between them, so that no phrase spans both.
        both = [*enumerate(title, 1), *enumerate(body, len(title) + 10)]
        rows.append(
            (
                entry.pk,
                kind,
                str(entry.pk),
                _vector(entry, [*enumerate(title, 1)]),
                _vector(entry, both),
            )
        )
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO modelsearch_indexentry"
            " (id, content_type_id, object_id, title, body, autocomplete, title_norm,"
            " title_text, body_text)"
            " VALUES (%s, %s, %s, %s::tsvector, %s::tsvector, '', 1, '', '')"
            " ON CONFLICT (id) DO UPDATE SET title = excluded.title, body = excluded.body",
            rows,
        )


def _vector(entry: SearchEntry, placed: list[tuple[int, str]]) -> str:
    places: dict[str, list[str]] = {}
    for place, word in placed:
        places.setdefault(word, []).append(str(min(place, 16_383)))
    lexemes = [
        f"'{lock}{word}':{','.join(where[:255])}"
        for lock in locks_of(entry)
        for word, where in places.items()
    ]
    lexemes += [f"'{lock}{each}'" for lock in locks_of(entry) for each in facets_of(entry)]
    return " ".join(lexemes)
