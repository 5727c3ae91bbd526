"""Whose kept searches one thing fits: asked once, when it is published or told.

It is the catalogue the other way round. In an index of the watched searches each one stands under
every value it lets in, so that one cut finds those that let in all that a thing is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import BooleanField, CharField, ExpressionWrapper, Q, TextField

from media4sec.kit.marking import Label
from media4sec.patterns.facets import Index
from media4sec.patterns.models import Experience, Pattern, SavedSearch
from media4sec.patterns.queries import catalogue, keeping
from media4sec.patterns.queries.searches import asked_by

#: Where a search chooses nothing.
_ANY = "*"
#: Searches, and words, that one question asks for.
_AT_A_TIME = 500


def seekers_of_pattern(pattern: Pattern) -> dict[int, list[str]]:
    """Member → the names of their watched searches that it fits."""
    patterns, _tried = keeping.both()
    return _seekers(SavedSearch.Of.PATTERNS, patterns, pattern, catalogue.said_in_pattern)


def seekers_of_experience(experience: Experience) -> dict[int, list[str]]:
    """The same. A RED one no list finds; who may read the others is asked by who tells them."""
    if experience.label == Label.RED:
        return {}
    _patterns, tried = keeping.both()
    return _seekers(SavedSearch.Of.EXPERIENCES, tried, experience, catalogue.said_in_experience)


def _seekers(
    of: str, index: Index, thing: Any, said_in: Callable[[str], Q]
) -> dict[int, list[str]]:
    """As in the list of kept searches: new is what came after its owner last looked."""
    values = index.values_of(thing.pk)
    if not values:
        return {}  # hidden, taken back or archived since
    (searches,) = keeping.fresh(savedsearch=_read_searches)
    lets_in = {name: [*values.get(name, ()), _ANY] for name in catalogue.facet_names(of)}
    fitting = searches.chosen({"of": [of], **lets_in}, searches.there)
    came = index.ranks["newest"][index.places[thing.pk]]
    kept = _kept(searches.page(fitting, "", 0, fitting.bit_count()), came)
    said = _said(thing, {word for *_who, words in kept for word in words}, said_in)
    found: dict[int, list[str]] = {}
    for owner, title, words in kept:
        if said.issuperset(words):
            found.setdefault(owner, []).append(title)
    return found


def _kept(pks: list[int], came: Any) -> list[tuple[int, str, list[str]]]:
    """Owner, name and words of these searches, if what came then is new in them."""
    rows: list[tuple[str, int, str]] = []
    for start in range(0, len(pks), _AT_A_TIME):
        some = SavedSearch.objects.filter(pk__in=pks[start : start + _AT_A_TIME], seen_at__lt=came)
        rows += some.values_list("title", "owner_id", "params")
    return [
        (owner, title, catalogue.words_of(asked_by(params)[0]))
        for title, owner, params in sorted(rows)
    ]


def _said(thing: Any, words: Iterable[str], said_in: Callable[[str], Q]) -> set[str]:
    """Those of the words that stand in it, by the rule of the catalogue.

    Most of ten thousand are nowhere in it: that is seen here, and the database asked of the rest.
    """
    text = _folded("\n".join(_texts(thing)))
    found, asked = set(), sorted(word for word in words if _folded(word) in text)
    for start in range(0, len(asked), _AT_A_TIME):
        some = {f"word{n}": word for n, word in enumerate(asked[start : start + _AT_A_TIME])}
        stands = {
            name: ExpressionWrapper(said_in(word), BooleanField()) for name, word in some.items()
        }
        for row in type(thing)._default_manager.filter(pk=thing.pk).order_by().values(**stands):
            found |= {some[name] for name, stands in row.items() if stands}
    return found


def _texts(thing: Any) -> Iterator[str]:
    for each in thing._meta.concrete_fields:
        if isinstance(each, CharField | TextField):
            yield getattr(thing, each.attname)


def _folded(text: str) -> str:
    """Two texts that any database takes for the same are the same here."""
    return text.upper().casefold()


def _read_searches(index: Index, since: int) -> None:
    """What changed. One that was let go stays in it, and is not found in the database."""
    for search in SavedSearch.objects.filter(ticked__gt=since):
        _question, choices = asked_by(search.params)
        names = catalogue.facet_names(search.of)
        if search.is_watched and choices.keys() <= names:
            lets_in = {name: choices.get(name) or [_ANY] for name in names}
            index.put(search.pk, {"of": [search.of], **lets_in})
        else:
            index.take_out(search.pk)
