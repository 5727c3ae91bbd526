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
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from importlib import import_module
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from modelsearch.models import IndexEntry

from media4sec.kit.marking import Label
from media4sec.members.audience import CIRCLE_LABELS
from media4sec.members.models import is_reader
from media4sec.site import words
from media4sec.site.models import SearchEntry

#: How many results a search looks at: enough to choose from, the same work for every question.
MOST = 100
_MOST_TITLES = 40
#: Keys times words, up to which words that only begin alike are looked for as well.
_MOST_BEGINNINGS = 120
#: PostgreSQL reads this many of the newest rows before it asks its index for all matches.
_RECENT = 3000

# Keys and filters begin with letters of the private-use area: no typed word ever does.
CLEAR_KEY, GREEN_KEY = "\ue000", "\ue001"
_CIRCLE, _AUTHOR, _FACET, _TITLE, _GAP = "\ue002", "\ue003", "\ue004", "\ue005", "\ue006"


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
                title=_sealed(entry, [_TITLE + word for word in title]),
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


# -- Asking ------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """What is looked for: words, under the searcher's keys, within filters.

    ``likely`` is the same words spelt as others spell them. They and words that only begin
    alike count when nothing else was found.
    """

    wanted: words.Wanted
    keys: Sequence[str]
    filters: Sequence[Sequence[str]] = ()  # all of these, each with any of those
    likely: words.Wanted = words.NOTHING

    @property
    def is_small(self) -> bool:
        return len(self.keys) * len(self.wanted.words) <= _MOST_BEGINNINGS

    def phrases(self, *, loosely: bool) -> list[list[tuple[tuple[str, ...], bool]]]:
        """All of these, each in any of those spellings; the flag says that the word may go on."""
        if not loosely:
            return [[(phrase, False)] for phrase in self.wanted.phrases]
        likely = self.likely.phrases or self.wanted.phrases
        return [
            [(phrase, True)] + ([(other, False)] if other != phrase else [])
            for phrase, other in zip(self.wanted.phrases, likely, strict=True)
        ]


class Place(IntEnum):
    """Where the words were found; the first is the best."""

    TITLE = 1
    ANYWHERE = 2
    LOOSELY = 3


class Hit(NamedTuple):
    """An entry that was found, where, and of when it is."""

    pk: int
    place: int
    at: datetime


def find(question: Question) -> list[Hit]:
    """Entries with all the words, in the title first, then the newest; ``MOST`` and a few."""
    if not question.wanted:
        return []
    ask = _ask_vectors if connection.vendor == "postgresql" else _ask_texts
    best: dict[int, Hit] = {}
    for hit in sorted(ask(question)):
        best.setdefault(hit.pk, hit)
    newest = sorted(best.values(), key=lambda hit: hit.at, reverse=True)
    return sorted(newest, key=lambda hit: hit.place)


_ONE_TEXT = """
    SELECT rowid AS id FROM modelsearch_indexentry_fts
    WHERE modelsearch_indexentry_fts MATCH {match} ORDER BY rowid DESC LIMIT {most}
"""
# A condition beside MATCH would come too late: FTS5 would have opened all beginnings by then.
_ONLY_IF_NOTHING_ELSE = "(CASE WHEN EXISTS (SELECT 1 FROM texts) THEN 'nothing' ELSE %s END)"
#: A word under no key: no text has it.
_NOTHING = "nothing"
# The newest rows answer for common words at once. For others the index is asked for each key
# on its own: given all of them in one condition the planner trusts its guesses and may walk
# the whole table backwards (0.6 s for a word that does not exist, among 220,000 rows).
_ONE_VECTOR = """
    SELECT id FROM (
        WITH recent AS MATERIALIZED (
            SELECT id FROM modelsearch_indexentry
            WHERE id > (SELECT max(id) FROM modelsearch_indexentry) - {recent}
            AND {column} @@ %s::tsquery {unless} ORDER BY id DESC LIMIT {most}),
        hits AS (
            SELECT id FROM recent UNION
            SELECT entry.id FROM unnest(%s::tsquery[]) AS one
            JOIN modelsearch_indexentry entry ON entry.{column} @@ one
            WHERE (SELECT count(*) FROM recent) < {most} {unless})
        SELECT id FROM hits ORDER BY id DESC LIMIT {most}) AS found
"""
_ALL = """
WITH titles AS MATERIALIZED ({titles}), texts AS MATERIALIZED ({texts}),
     loose AS MATERIALIZED ({loose}),
     hit AS (SELECT id, 1 AS place FROM titles UNION ALL SELECT id, 2 FROM texts
             UNION ALL SELECT id, 3 FROM loose)
SELECT hit.id, place, entry.at FROM hit JOIN site_searchentry entry ON entry.id = hit.id
"""


def _statement(one: str) -> str:
    always = {"recent": _RECENT, "match": "%s", "unless": ""}
    title = {**always, "column": "title", "most": _MOST_TITLES}
    text = {**always, "column": "body", "most": MOST + 1}
    loose = {
        **text,
        "match": _ONLY_IF_NOTHING_ELSE,
        "unless": "AND NOT EXISTS (SELECT 1 FROM texts)",
    }
    return _ALL.format(
        titles=one.format(**title), texts=one.format(**text), loose=one.format(**loose)
    )


_TEXTS, _VECTORS = _statement(_ONE_TEXT), _statement(_ONE_VECTOR)


def _ask_texts(question: Question) -> list[Hit]:
    asked = [
        " OR ".join(_match(key, mark, question, loosely) for key in question.keys)
        for mark, loosely in ((_TITLE, False), ("", False), ("", True))
    ]
    return _rows(_TEXTS, asked if question.is_small else [*asked[:2], _NOTHING])


def _match(key: str, mark: str, question: Question, loosely: bool) -> str:
    # No column is named: the marks tell words of titles, of texts and of filters apart.
    parts = [
        _either([_fts_phrase(key + mark, *each) for each in any_of])
        for any_of in question.phrases(loosely=loosely)
    ]
    parts += [
        _either([_fts_phrase(key, (each,), False) for each in any_of])
        for any_of in question.filters
    ]
    return f"({' AND '.join(parts)})"


def _either(parts: list[str]) -> str:
    return f"({' OR '.join(parts)})"


def _fts_phrase(key: str, phrase: tuple[str, ...], may_go_on: bool) -> str:
    return f'"{" ".join(key + word for word in phrase)}"{"*" if may_go_on else ""}'


def _ask_vectors(question: Question) -> list[Hit]:
    exactly, loosely = (
        [_tsquery(key, question, loosely) for key in question.keys] for loosely in (False, True)
    )
    asked: list[Any] = []
    for each in (exactly, exactly, loosely if question.is_small else [_NOTHING]):
        asked += [" | ".join(each), each]
    return _rows(_VECTORS, asked)


def _tsquery(key: str, question: Question, loosely: bool) -> str:
    parts = [
        " | ".join(f"({_ts_phrase(key, *each)})" for each in any_of)
        for any_of in question.phrases(loosely=loosely)
    ]
    parts += [" | ".join(f"'{key}{each}'" for each in any_of) for any_of in question.filters]
    return f"({' & '.join(f'({part})' for part in parts)})"


def _ts_phrase(key: str, phrase: tuple[str, ...], may_go_on: bool) -> str:
    star = ":*" if may_go_on else ""
    return " <-> ".join(f"'{key}{word}'{star}" for word in phrase)


def _rows(sql: str, asked: list[Any]) -> list[Hit]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return [Hit(pk, place, _moment(at)) for pk, place, at in cursor.fetchall()]


def _moment(at: datetime) -> datetime:
    """SQLite keeps moments without their zone, which is UTC."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
