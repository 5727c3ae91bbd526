"""The catalogue: what fits the choice, how much each other choice would leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Face, Theme
from media4sec.members.countries import country_choices, language_choices
from media4sec.members.models import Group
from media4sec.patterns.facets import Index
from media4sec.patterns.models import (
    Actor,
    Evidence,
    Experience,
    Outcome,
    Pattern,
    Phase,
    Platform,
    Size,
)
from media4sec.patterns.queries import keeping
from media4sec.patterns.queries.shelf import PAGE_SIZE, Catalogue, Shelf, Titles, catalogue_of
from media4sec.patterns.queries.tried import listed, rows_of_tried

_MOST_WORDS = 8
_LONGEST_NUMBER = 18


def _words(question: str) -> list[str]:
    return question.split()[:_MOST_WORDS]


# Patterns


@dataclass(frozen=True)
class Row:
    """A pattern in the catalogue."""

    pattern: Pattern
    faces: list[str]
    evidence: str
    places: int

    @property
    def pips(self) -> int:
        """Four marks for five levels: the last two differ in words only."""
        return min(self.pattern.evidence, 4)


_PATTERN_ORDERS = {
    "title": gettext_lazy("Name"),
    "-newest": gettext_lazy("Newest"),
    "-evidence": gettext_lazy("Strongest evidence"),
    "-places": gettext_lazy("Most tried"),
}


def pattern_catalogue(params: Any, visitor: Any) -> Catalogue:
    index, tried = keeping.both()
    places = places_of(tried, visitor)

    def page(found: int, order: str, start: int) -> list[int]:
        if order != "-places":
            return index.page(found, order, start, PAGE_SIZE)
        by_name = index.page(found, "title", 0, found.bit_count())
        by_name.sort(key=lambda pk: -places.get(pk, 0))
        return by_name[start : start + PAGE_SIZE]

    shelf = Shelf(
        index=index,
        there=index.there,
        titles=_titles_of(_PATTERN_FACETS),
        orders=_PATTERN_ORDERS,
        asked=_asked_patterns,
        page=page,
        rows=lambda pks: rows_of(pks, places),
    )
    return catalogue_of(shelf, params)


def _asked_patterns(question: str) -> Iterable[int]:
    """Patterns in which every word stands somewhere."""
    found = Pattern.objects.current()
    for word in _words(question):
        found = found.filter(
            Q(title__icontains=word) | Q(summary__icontains=word) | Q(text__icontains=word)
        )
    return found.values_list("pk", flat=True)


def places_of(tried: Index, visitor: Any) -> dict[int, int]:
    """How many experiences of each pattern this visitor may read."""
    readable = keeping.readable(tried, visitor)
    return {int(pk): count for pk, count in tried.counts("pattern", {}, readable).items()}


def rows_of(pks: list[int], places: Mapping[int, int]) -> list[Row]:
    """These patterns as cards, in this order."""
    found = (
        Pattern.objects.filter(pk__in=pks)
        .select_related("theme", "other_theme")
        .defer("content", "html", "text")
    )
    by_pk = {pattern.pk: pattern for pattern in found}
    return [
        Row(
            pattern=by_pk[pk],
            faces=_faces(by_pk[pk]),
            evidence=str(Evidence(by_pk[pk].evidence).label),
            places=places.get(pk, 0),
        )
        for pk in pks
        if pk in by_pk
    ]


def _faces(pattern: Pattern) -> list[str]:
    said = {face for face, *_ in pattern.beside.get("judgements", [])}
    return [str(face) for face in Face if face in said]


# Experiences


_EXPERIENCE_ORDERS = {
    "-newest": gettext_lazy("Newest"),
    "-evidence": gettext_lazy("Strongest evidence"),
}


def experience_catalogue(params: Any, visitor: Any) -> tuple[Catalogue, int]:
    """What this visitor may find; and how many RED ones are for them, which no list shows."""
    _patterns, index = keeping.both()
    there, red = keeping.reach(index, visitor)
    shelf = Shelf(
        index=index,
        there=there,
        titles={**_titles_of(_EXPERIENCE_FACETS), **_chosen_patterns(params)},
        orders=_EXPERIENCE_ORDERS,
        asked=lambda question: _asked_experiences(question).values_list("pk", flat=True),
        page=lambda found, order, start: index.page(found, order, start, PAGE_SIZE),
        rows=lambda pks: _rows_of_experiences(pks, visitor),
    )
    return catalogue_of(shelf, params), red


def _chosen_patterns(params: Any) -> Titles:
    """The patterns an address asks for: all of them would make a list too long to read."""
    asked = [each for each in params.getlist("pattern")[:20] if _is_number(each)]
    if not asked:
        return {}
    found = Pattern.objects.filter(pk__in=asked).values_list("pk", "title")
    return {"pattern": (_("Pattern"), {str(pk): title for pk, title in found})}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER


def _asked_experiences(question: str) -> QuerySet[Experience, Experience]:
    """Experiences in which every word stands somewhere. Of what stays on its own page, only the
    title is searched; a place only where it is shown."""
    found = Experience.objects.standing().order_by()
    open_words = ~Q(label__in=[Label.AMBER_STRICT, Label.RED])
    named = ~Q(attribution=Attribution.CHATHAM)
    for word in _words(question):
        said = Q(did__icontains=word) | Q(happened__icontains=word)
        said |= Q(place__icontains=word) & named
        found = found.filter(Q(title__icontains=word) | (said & open_words))
    return found


def _rows_of_experiences(pks: list[int], visitor: Any) -> list[Any]:
    """In this order; what was narrowed meanwhile is not among them."""
    by_pk = {each.pk: each for each in listed(visitor).filter(pk__in=pks)}
    return rows_of_tried([by_pk[pk] for pk in pks if pk in by_pk], visitor)


# Facets


def _named(choices: type[Any]) -> Callable[[], dict[str, str]]:
    return lambda: {str(value): str(label) for value, label in choices.choices}


def _theme_titles() -> dict[str, str]:
    return dict(Theme.objects.values_list("slug", "title"))


#: name → title, and its values with their titles
Facets = dict[str, tuple[Any, Callable[[], dict[str, str]]]]
_PATTERN_FACETS: Facets = {
    "face": (gettext_lazy("Face"), _named(Face)),
    "theme": (gettext_lazy("Theme"), _theme_titles),
    "actor": (gettext_lazy("Who acts"), _named(Actor)),
    "platform": (gettext_lazy("Platform"), _named(Platform)),
    "phase": (gettext_lazy("When"), _named(Phase)),
    "evidence": (gettext_lazy("Evidence"), _named(Evidence)),
    "state": (gettext_lazy("Review"), _named(Pattern.State)),
    "origin": (gettext_lazy("Where it comes from"), _named(Pattern.Origin)),
}
_EXPERIENCE_FACETS: Facets = {
    "outcome": (gettext_lazy("Outcome"), _named(Outcome)),
    "theme": (gettext_lazy("Theme"), _theme_titles),
    "country": (gettext_lazy("Country"), lambda: dict(country_choices())),
    "actor": (gettext_lazy("Who acted"), _named(Actor)),
    "group": (gettext_lazy("For whom"), _named(Group)),
    "platform": (gettext_lazy("Platform"), _named(Platform)),
    "phase": (gettext_lazy("When"), _named(Phase)),
    "face": (gettext_lazy("Face"), _named(Face)),
    "evidence": (gettext_lazy("Known from"), _named(Evidence)),
    "size": (gettext_lazy("Size of the place"), _named(Size)),
    "language": (gettext_lazy("Language"), lambda: dict(language_choices())),
}


def _titles_of(facets: Facets) -> Titles:
    return {name: (str(title), values()) for name, (title, values) in facets.items()}


def theme_rows(theme: str) -> list[Pattern]:
    """Some patterns of a theme, for its page."""
    of_theme = Q(theme__slug=theme) | Q(other_theme__slug=theme)
    found = Pattern.objects.current().filter(of_theme, is_group=False)
    shown = found.only("slug", "title", "summary", "language")
    return list(shown.order_by("-evidence", "title")[:4])


# For the searches that members keep

asked_patterns, asked_experiences = _asked_patterns, _asked_experiences


def facet_names(of: str) -> set[str]:
    """What an address of this catalogue may choose by."""
    return {*_PATTERN_FACETS} if of == "patterns" else {*_EXPERIENCE_FACETS, "pattern"}
