"""The catalogue: what fits the choice, how much each other choice would leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable, ExpressionWrapper, OrderBy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.kit import typed
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Face, Theme
from media4sec.members.countries import country_choices, language_choices
from media4sec.members.models import Circle, Group, Member
from media4sec.members.speakers import Names
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


def words_of(question: str) -> list[str]:
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
    """Patterns in which every word stands somewhere, the best match first."""
    words = words_of(question)
    found = Pattern.objects.current().filter(*map(said_in_pattern, words))
    best = _said(words, title=2, summary=1)
    return found.order_by(best, "title").values_list("pk", flat=True)


def _said(words: list[str], **weights: int) -> OrderBy:
    """What answers best first: the weights of its columns, added up for every word in them."""
    parts: list[Combinable] = [
        Case(When(**{f"{column}__icontains": word}, then=Value(weight)), default=Value(0))
        for column, weight in weights.items()
        for word in words
    ]
    return ExpressionWrapper(reduce(add, parts), output_field=IntegerField()).desc()


def said_in_pattern(word: str) -> Q:
    return Q(title__icontains=word) | Q(summary__icontains=word) | Q(text__icontains=word)


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
    "-tried": gettext_lazy("Most tried"),
}


def experience_catalogue(params: Any, visitor: Any) -> tuple[Catalogue, int]:
    """What this visitor may find; and how many RED ones are for them, which no list shows."""
    _patterns, index = keeping.both()
    there, red = keeping.reach(index, visitor)

    def page(found: int, order: str, start: int) -> list[int]:
        if order == "-tried":
            return _most_tried(index, found, there)[start : start + PAGE_SIZE]
        return index.page(found, order, start, PAGE_SIZE)

    places = _chosen_places(params, visitor)
    params = params.copy()
    for name, (_title, known) in places.items():
        params.setlist(name, [*known] or ["0"])
    named = {**_chosen_patterns(params), **places}
    shelf = Shelf(
        index=index,
        there=there,
        titles={**_titles_of(_EXPERIENCE_FACETS), **named},
        orders=_EXPERIENCE_ORDERS,
        asked=_best_experiences,
        page=page,
        rows=lambda pks: _rows_of_experiences(pks, visitor),
    )
    return catalogue_of(shelf, params), red


def _most_tried(index: Index, found: int, readable: int) -> list[int]:
    """Those first that most others tried, too, as far as this visitor may read that."""
    repeated = index.counts("after", {}, readable)
    newest = index.page(found, "-newest", 0, found.bit_count())
    return sorted(newest, key=lambda pk: -repeated.get(str(pk), 0))


def _chosen_patterns(params: Any) -> Titles:
    """The patterns an address asks for: all of them would make a list too long to read."""
    asked = [each for each in params.getlist("pattern")[:20] if typed.number(each) is not None]
    if not asked:
        return {}
    found = Pattern.objects.filter(pk__in=asked).values_list("pk", "title")
    return {"pattern": (_("Pattern"), {str(pk): title for pk, title in found})}


def _chosen_places(params: Any, visitor: Any) -> Titles:
    """The circle and the member an address asks for. Whom the visitor does not know of is not
    told by what they told: then nothing fits."""
    chosen: Titles = {}
    if circle := params.get("within"):
        circles = Circle.objects.visible_to(visitor).filter(pk=typed.number(circle) or 0)
        chosen["within"] = (_("Told in"), {str(each.pk): each.title for each in circles})
    if member := params.get("by"):
        people = list(Member.objects.visible_to(visitor).filter(pk=typed.number(member) or 0))
        names = Names(visitor, people)
        chosen["by"] = (_("Told by"), {str(each.pk): names.named(each).name for each in people})
    return chosen


def _best_experiences(question: str) -> Iterable[int]:
    best = _said(words_of(question), title=1)
    found = _asked_experiences(question).order_by(best, "-told_at", "-pk")
    return found.values_list("pk", flat=True)


def _asked_experiences(question: str) -> QuerySet[Experience, Experience]:
    """Experiences in which every word stands somewhere."""
    found = Experience.objects.standing().order_by()
    return found.filter(*map(said_in_experience, words_of(question)))


def said_in_experience(word: str) -> Q:
    """Of what stays on its own page, only the title is searched; a place only where it is shown."""
    open_words = ~Q(label__in=[Label.AMBER_STRICT, Label.RED])
    named = ~Q(attribution=Attribution.CHATHAM)
    said = Q(did__icontains=word) | Q(happened__icontains=word)
    said |= Q(place__icontains=word) & named
    return Q(title__icontains=word) | (said & open_words)


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
    "language": (gettext_lazy("Language"), lambda: dict(language_choices())),
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
    "state": (gettext_lazy("Review"), _named(Experience.State)),
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
