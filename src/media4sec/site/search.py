"""Searching: what was asked, what this visitor may find, and what to try when it is nothing."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from media4sec.kit.clock import now
from media4sec.kit.marking import Door, Extent, extent
from media4sec.kit.models import Theme
from media4sec.kit.paging import PAGE_SIZE
from media4sec.kit.prepared import Prepared
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Kind, kinds
from media4sec.members.audience import CIRCLE_LABELS
from media4sec.members.models import Circle
from media4sec.members.readers import Reader, as_reader
from media4sec.site import finding, index, words
from media4sec.site.models import SearchEntry

#: period → (in words, days)
PERIODS = {
    "week": (_("the last seven days"), 7),
    "month": (_("the last month"), 31),
    "year": (_("the last year"), 366),
}
_VOCABULARY_ROWS = 2000


@dataclass(frozen=True)
class Asked:
    """A question and its filters, checked; ``0`` and ``""`` filter nothing."""

    text: str = ""
    kind: str = ""
    theme: int = 0
    face: str = ""
    circle: int = 0
    language: str = ""
    period: str = ""
    page: int = 1


@dataclass(frozen=True)
class Hit:
    """One result, ready for its template."""

    ref: Ref
    title: SafeString  # words marked
    snippet: SafeString  # words marked
    url: str
    label: str
    kind: Kind
    circle: str
    face: str
    at: Any
    is_part: bool
    title_only: bool


@dataclass(frozen=True)
class Results:
    """A page of results, and what may be said about all of them."""

    hits: list[Hit]
    count: int
    more: bool  # there are more than we count
    page: int
    last_page: int
    loosely: bool  # no text has exactly these words
    has_phrase: bool


def search(asked: Asked, *, visitor: Any, among: Choices) -> Results:
    """What this visitor may read and asked for: never more, in results or in counts."""
    question = _question(asked, index.keys_of(visitor))
    hits = _recent(finding.find(question), asked)
    more, shown = len(hits) > finding.MOST, hits[: finding.MOST]
    loosely = bool(hits) and hits[0].place == finding.Place.LOOSELY
    last = max(1, -(-len(shown) // PAGE_SIZE))
    page = min(max(1, asked.page), last)
    pks = [hit.pk for hit in shown[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]]
    circles = dict(among.circles.values())
    wanted, likely = question.wanted.words, question.likely.words
    finder = words.Finder(likely, beginnings=wanted) if loosely else words.Finder(wanted)
    return Results(
        hits=[_shown(row, finder, circles) for row in _rows(pks, visitor)],
        count=len(shown),
        more=more,
        page=page,
        last_page=last,
        loosely=loosely,
        has_phrase=question.wanted.has_phrase,
    )


def public_refs(asked: Asked) -> list[Ref]:
    """What a stranger finds of what leaves the house: for the feed of a search. Two queries."""
    leaving = [name for name, kind in kinds().items() if kind.syndicated]
    if asked.kind and asked.kind not in leaving:
        return []
    question = _question(asked, [index.CLEAR_KEY], among=() if asked.kind else leaving)
    hits = _recent(finding.find(question), asked)
    rows = SearchEntry.objects.public().filter(pk__in=[hit.pk for hit in hits[: finding.MOST]])
    return [Ref(name, pk) for name, pk in rows.values_list("kind", "thing_id")]


def _question(asked: Asked, keys: Sequence[str], *, among: Sequence[str] = ()) -> finding.Question:
    """``among``: only these kinds."""
    wanted = words.read(asked.text)
    facets = [
        [f"{name}{value}"]
        for name in ("kind", "theme", "face", "circle", "language")
        if (value := getattr(asked, name))
    ]
    if among:
        facets.append([f"kind{name}" for name in among])
    if asked.period:
        # The index knows months and years; days are compared on what it found.
        facets.append(_years(_since(asked)) if asked.period == "year" else _months(_since(asked)))
    return finding.Question(
        wanted=wanted,
        keys=keys,
        filters=[[index.facet(each) for each in any_of] for any_of in facets],
        likely=words.Wanted(tuple(tuple(map(_correct, phrase)) for phrase in wanted.phrases)),
    )


def _since(asked: Asked) -> datetime:
    return now() - timedelta(days=PERIODS[asked.period][1])


def _recent(hits: list[finding.Hit], asked: Asked) -> list[finding.Hit]:
    return [hit for hit in hits if not asked.period or hit.at >= _since(asked)]


def _months(since: datetime) -> list[str]:
    first, last = ((each.year * 12 + each.month - 1) for each in (since, now()))
    return [f"month{count // 12}{count % 12 + 1:02}" for count in range(first, last + 1)]


def _years(since: datetime) -> list[str]:
    return [f"year{year}" for year in range(since.year, now().year + 1)]


# What is shown


def _rows(pks: Sequence[int], visitor: Any) -> list[SearchEntry]:
    """These entries in this order, those left out that the visitor may not read after all."""
    # Asked row by row: beside so few numbers a database may take the reading rule for the
    # better index, and look at everything that is public.
    known = {entry.pk: entry for entry in _entries(pks=pks)}
    rows = [known[pk] for pk in pks if pk in known and known[pk].is_open_to(visitor)]
    hidden = _hidden_by_their_room(rows, visitor)
    return [row for row in rows if row.ref not in hidden]


_entries = Prepared(lambda *, pks: SearchEntry.objects.filter(pk__in=pks))


def _hidden_by_their_room(rows: Sequence[SearchEntry], visitor: Any) -> set[Ref]:
    """What is not public is asked for at its room's own gate once more: two locks, not one."""
    sealed: dict[str, set[int]] = {}
    for row in rows:
        if row.label in CIRCLE_LABELS:
            sealed.setdefault(row.kind, set()).add(row.thing_id)
    hidden: set[Ref] = set()
    for name, pks in sealed.items():
        open_to = _gate_of(name)(pks=sorted(pks), **as_reader(visitor))
        hidden |= {Ref(name, pk) for pk in pks.difference(open_to)}
    return hidden


@cache
def _gate_of(name: str) -> Prepared[int]:
    """Of some things of a kind those that a visitor may open."""

    def build(
        *, pks: list[int], member: int | None, circles: Sequence[int] | None
    ) -> QuerySet[Any, int]:
        things = kinds()[name].visible_to(Reader.of(member, circles)).filter(pk__in=pks)
        return things.values_list("pk", flat=True)

    return Prepared(build)


def _shown(entry: SearchEntry, finder: words.Finder, circles: dict[int, str]) -> Hit:
    kind, title = kinds()[entry.kind], words.mark(entry.title, finder)
    return Hit(
        ref=entry.ref,
        title=format_html(gettext("{} in “{}”"), kind.title, title) if entry.is_part else title,
        snippet=words.excerpt(entry.body, finder),
        url=entry.url,
        label=entry.label,
        kind=kind,
        # A thing may travel further than the name of the hidden circle it is from.
        circle=circles.get(entry.circle_id or 0, ""),
        face=entry.face,
        at=entry.at,
        is_part=entry.is_part,
        title_only=extent(entry.label, Door.SEARCH) is Extent.TITLE,
    )


# Typing mistakes


def _correct(word: str) -> str:
    """The word as public texts spell it; the same word when they know it, or nothing like it."""
    return _nearest(word, int(now().timestamp() // 600))


@lru_cache(maxsize=2000)
def _nearest(word: str, ten_minutes: int) -> str:
    known = _vocabulary(ten_minutes).get(word[:1], {})
    if len(word) < 4 or word in known:
        return word
    near = [each for each in known if abs(len(each) - len(word)) <= 2]
    return (difflib.get_close_matches(word, near, n=1, cutoff=0.75) or [word])[0]


@lru_cache(maxsize=1)
def _vocabulary(_ten_minutes: int) -> dict[str, Collection[str]]:
    """The words of the newest public texts, by first letter; read again every ten minutes."""
    newest = SearchEntry.objects.public().order_by("-pk")
    found: dict[str, set[str]] = {}
    for title, body in newest.values_list("title", "body")[:_VOCABULARY_ROWS]:
        for word in words.keys(f"{title} {body}"):
            found.setdefault(word[0], set()).add(word)
    return dict(found)


# What can be chosen


@dataclass(frozen=True)
class Choices:
    """Themes and circles to filter by: slug → (number, title)."""

    themes: dict[str, tuple[int, str]]
    circles: dict[str, tuple[int, str]]


def public_choices() -> Choices:
    """What the feed of a search may be narrowed down to: no circle, so usually without a query."""
    return Choices(_themes(int(now().timestamp() // 600)), {})


def choices(visitor: Any) -> Choices:
    """What this visitor may narrow a search down to."""
    return Choices(
        themes=_themes(int(now().timestamp() // 600)),
        circles={slug: (pk, title) for slug, pk, title in _circles(**as_reader(visitor))},
    )


def _word_circles(
    *, member: int | None, circles: Sequence[int] | None
) -> QuerySet[Circle, tuple[str, int, str]]:
    known = Circle.objects.visible_to(Reader.of(member, circles))
    return known.order_by("title").values_list("slug", "pk", "title")


_circles = Prepared(_word_circles)


@lru_cache(maxsize=1)
def _themes(_ten_minutes: int) -> dict[str, tuple[int, str]]:
    """They come with the software, so what we read a while ago still holds."""
    themes = Theme.objects.order_by("position").values_list("slug", "pk", "title")
    return {slug: (pk, title) for slug, pk, title in themes}
