"""The searches a member keeps, and how much is new in each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from media4sec.kit.markdown import clean_line
from media4sec.patterns.facets import Index
from media4sec.patterns.models import SavedSearch
from media4sec.patterns.queries import catalogue, keeping

#: More are said to be "99+".
MOST_NEW = 99
_LONGEST_QUESTION = 100


@dataclass(frozen=True)
class Found:
    """A kept search: what it finds now, and what of it came since its owner looked."""

    search: SavedSearch
    url: str
    fitting: int
    new: int

    @property
    def new_in_words(self) -> str:
        return f"{MOST_NEW}+" if self.new > MOST_NEW else str(self.new)


def params_of(of: str, query: Any) -> str:
    """A choice as it is kept: the same choice in any order is the same text. How the list looks
    is not part of it."""
    names = {*catalogue.facet_names(of), "q"}
    known = {name: query.getlist(name)[:20] for name in query if name in names}
    pairs = sorted((name, value) for name, values in known.items() for value in values if value)
    return urlencode(pairs)


def search_of(visitor: Any, pk: int) -> SavedSearch | None:
    return SavedSearch.objects.filter(pk=pk, owner_id=visitor.pk).first() if pk < 2**63 else None


def url_of(search: SavedSearch) -> str:
    """Where it shows what it finds, the newest first."""
    is_patterns = search.of == SavedSearch.Of.PATTERNS
    address = reverse("patterns:index" if is_patterns else "patterns:experiences")
    return f"{address}?{search.params}&sort=-newest"


def my_searches(visitor: Any) -> list[Found]:
    """Three queries, and one more for each search with words in it."""
    searches = list(SavedSearch.objects.filter(owner_id=visitor.pk))
    if not searches:
        return []
    patterns, tried = keeping.both()
    readable = keeping.readable(tried, visitor)
    made = []
    for search in searches:
        is_patterns = search.of == SavedSearch.Of.PATTERNS
        index, within = (patterns, patterns.there) if is_patterns else (tried, readable)
        bits = _fitting(search, index, within)
        made.append(
            Found(
                search=search,
                url=url_of(search),
                fitting=bits.bit_count(),
                new=_newer(index, bits, search.seen_at),
            )
        )
    return made


def _fitting(search: SavedSearch, index: Index, within: int) -> int:
    question, choices = asked_by(search.params)
    if question:
        within &= index.of(_asked(search, question))
    return index.chosen(choices, within)


def asked_by(kept: str) -> tuple[str, dict[str, list[str]]]:
    """The words and the choices of a search, from how it is kept."""
    params = QueryDict(kept)
    question = clean_line(params.get("q", "")[:_LONGEST_QUESTION])
    return question, {name: params.getlist(name)[:20] for name in params if name != "q"}


def _asked(search: SavedSearch, question: str) -> Iterable[int]:
    if search.of == SavedSearch.Of.PATTERNS:
        return catalogue.asked_patterns(question)
    return catalogue.asked_experiences(question).values_list("pk", flat=True)


def own_searches(member: Any) -> list[dict[str, Any]]:
    """What a member keeps here, for their own export."""
    kept = SavedSearch.objects.filter(owner_id=member.pk)
    return [
        {
            "title": each.title,
            "url": url_of(each),
            "is_watched": each.is_watched,
            "kept_at": each.kept_at.isoformat(),
        }
        for each in kept
    ]


def _newer(index: Index, bits: int, since: datetime) -> int:
    """How many came after a moment; newest first, so that it stops early."""
    newest = index.page(bits, "-newest", 0, MOST_NEW + 1)
    ranks = index.ranks.get("newest", [])
    return sum(1 for key in newest if ranks[index.places[key]] > since)
