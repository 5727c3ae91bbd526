"""Asking the index: the newest entries that fit, in one bounded question to the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, NamedTuple

from django.db import connection

from media4sec.site import words
from media4sec.site.index import TITLE_MARK

#: How many results a search looks at: enough to choose from, the same work for every question.
MOST = 100
_MOST_TITLES = 40
#: Keys times words, up to which words that only begin alike are looked for as well.
_MOST_BEGINNINGS = 120
#: PostgreSQL reads this many of the newest rows before it asks its index for all matches.
_RECENT = 3000


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


_HITS = """
     hit AS (SELECT id, 1 AS place FROM titles UNION ALL SELECT id, 2 FROM texts
             UNION ALL SELECT id, 3 FROM loose)
SELECT hit.id, place, entry.at FROM hit JOIN site_searchentry entry ON entry.id = hit.id
"""
#: A word under no key: no text has it.
_NOTHING = "nothing"

# SQLite


def _newest_texts(match: str, most: int) -> str:
    return f"""
        SELECT rowid AS id FROM modelsearch_indexentry_fts
        WHERE modelsearch_indexentry_fts MATCH {match} ORDER BY rowid DESC LIMIT {most}
    """  # noqa: S608 - put together from constants


# A condition beside MATCH would come too late: FTS5 would have opened all beginnings by then.
_IF_NOTHING_ELSE = f"(CASE WHEN EXISTS (SELECT 1 FROM texts) THEN '{_NOTHING}' ELSE %s END)"  # noqa: S608
_TEXTS = f"""
WITH titles AS MATERIALIZED ({_newest_texts("%s", _MOST_TITLES)}),
     texts AS MATERIALIZED ({_newest_texts("%s", MOST + 1)}),
     loose AS MATERIALIZED ({_newest_texts(_IF_NOTHING_ELSE, MOST + 1)}),
{_HITS}"""


def _ask_texts(question: Question) -> list[Hit]:
    asked = [
        " OR ".join(_match(key, mark, question, loosely) for key in question.keys)
        for mark, loosely in ((TITLE_MARK, False), ("", False), ("", True))
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


# PostgreSQL

# The newest rows answer for common words at once. For others the index is asked for each key
# on its own: given all of them in one condition the planner trusts its guesses and may walk
# the whole table backwards (0.6 s for a word that does not exist, among 220,000 rows).


def _by_index(column: str, unless: str = "") -> str:
    return f"""
        SELECT entry.id FROM unnest(%s::tsquery[]) AS one
        JOIN modelsearch_indexentry entry ON entry.{column} @@ one {unless}
    """  # noqa: S608 - put together from constants


def _newest(ids: str, most: int) -> str:
    """Materialized first, or the planner would walk the table to have them in order."""
    return f"""SELECT id FROM (
        WITH found AS MATERIALIZED ({ids})
        SELECT DISTINCT id FROM found ORDER BY id DESC LIMIT {most}) AS newest
    """  # noqa: S608 - put together from constants


_UNLESS_RECENT = f"WHERE (SELECT count(*) FROM recent) <= {MOST}"  # noqa: S608
_VECTORS = f"""
WITH recent AS MATERIALIZED (
         SELECT id FROM modelsearch_indexentry
         WHERE id > (SELECT max(id) FROM modelsearch_indexentry) - {_RECENT}
         AND body @@ %s::tsquery ORDER BY id DESC LIMIT {MOST + 1}),
     titles AS MATERIALIZED ({_newest(_by_index("title"), _MOST_TITLES)}),
     texts AS MATERIALIZED (
         {_newest(f"SELECT id FROM recent UNION {_by_index('body', _UNLESS_RECENT)}", MOST + 1)}),
     loose AS MATERIALIZED (
         {_newest(_by_index("body", "WHERE NOT EXISTS (SELECT 1 FROM texts)"), MOST + 1)}),
{_HITS}"""  # noqa: S608


def _ask_vectors(question: Question) -> list[Hit]:
    exactly, loosely = (
        [_tsquery(key, question, loosely) for key in question.keys] for loosely in (False, True)
    )
    loosely = loosely if question.is_small else [_NOTHING]
    return _rows(_VECTORS, [" | ".join(exactly), exactly, exactly, loosely])


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
