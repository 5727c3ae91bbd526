"""The catalogue: what fits the choice, how much each other choice would leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.kit.markdown import clean_line
from media4sec.kit.models import Face, Theme
from media4sec.patterns.facets import Index
from media4sec.patterns.models import Actor, Evidence, Pattern, Phase, Platform
from media4sec.patterns.queries import keeping

PAGE_SIZE = 18
_LONGEST_QUESTION = 100
_MOST_WORDS = 8
ORDERS = {
    "title": gettext_lazy("Name"),
    "-newest": gettext_lazy("Newest"),
    "-evidence": gettext_lazy("Strongest evidence"),
    "-places": gettext_lazy("Most tried"),
}


@dataclass(frozen=True)
class Value:
    """A box of a facet, and how many things it would leave."""

    name: str
    title: str
    leaves: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    title: str
    values: list[Value]

    @property
    def is_open(self) -> bool:
        return any(value.is_chosen for value in self.values)


@dataclass(frozen=True)
class Chip:
    """A choice that was made, and the address without it."""

    title: str
    url: str


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


@dataclass(frozen=True)
class Catalogue:
    rows: list[Row]
    fitting: int
    total: int
    facets: list[Facet]
    chips: list[Chip]
    question: str
    order: str
    orders: list[tuple[str, str]]
    page: int
    pages: int
    here: str  # the address of the first page, ready for "&page=2"

    @property
    def chosen(self) -> int:
        return len(self.chips)

    @property
    def page_numbers(self) -> list[int]:
        """The pages to go to; 0 stands for those that are left out."""
        near = {1, self.page - 1, self.page, self.page + 1, self.pages}
        numbers: list[int] = []
        for number in sorted(near & set(range(1, self.pages + 1))):
            if numbers and number > numbers[-1] + 1:
                numbers.append(0)
            numbers.append(number)
        return numbers


def choices_of(params: Any, facets: Iterable[str]) -> dict[str, list[str]]:
    """The boxes that were ticked, from an address: at most twenty of each."""
    return {name: params.getlist(name)[:20] for name in facets if params.getlist(name)}


def pattern_catalogue(params: Any, visitor: Any) -> Catalogue:
    """The page of patterns; the same number of queries whatever is chosen and however many fit."""
    index, tried = keeping.both()
    titles = pattern_titles()
    choices = choices_of(params, titles)
    question = clean_line(params.get("q", "")[:_LONGEST_QUESTION])
    within = index.there
    if question:
        within &= index.of(_asked(question))
    found = index.chosen(choices, within)
    places = places_of(tried, visitor)
    order = params.get("sort", "") if params.get("sort", "") in ORDERS else "title"
    number, pages = _page_number(params.get("page", ""), found.bit_count())
    pks = _sorted(index, found, order, places, (number - 1) * PAGE_SIZE)
    return Catalogue(
        rows=rows_of(pks, places),
        fitting=found.bit_count(),
        total=index.there.bit_count(),
        facets=facets_of(index, titles, choices, within),
        chips=_chips(titles, choices, question, order),
        question=question,
        order=order,
        orders=[(name, str(title)) for name, title in ORDERS.items()],
        page=number,
        pages=pages,
        here=f"?{_address(choices, question, order)}",
    )


def _asked(question: str) -> Iterable[int]:
    """Patterns in which every word stands somewhere."""
    found = Pattern.objects.current()
    for word in question.split()[:_MOST_WORDS]:
        found = found.filter(
            Q(title__icontains=word) | Q(summary__icontains=word) | Q(text__icontains=word)
        )
    return found.values_list("pk", flat=True)


def _sorted(
    index: Index, found: int, order: str, places: Mapping[int, int], start: int
) -> list[int]:
    if order != "-places":
        return index.page(found, order, start, PAGE_SIZE)
    by_name = index.page(found, "title", 0, found.bit_count())
    by_name.sort(key=lambda pk: -places.get(pk, 0))
    return by_name[start : start + PAGE_SIZE]


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


# Facets


def _named(choices: type[Any]) -> Callable[[], dict[str, str]]:
    return lambda: {str(value): str(label) for value, label in choices.choices}


def _theme_titles() -> dict[str, str]:
    return dict(Theme.objects.values_list("slug", "title"))


#: name → title, and its values with their titles
_PATTERN_FACETS: dict[str, tuple[Any, Callable[[], dict[str, str]]]] = {
    "face": (gettext_lazy("Face"), _named(Face)),
    "theme": (gettext_lazy("Theme"), _theme_titles),
    "actor": (gettext_lazy("Who acts"), _named(Actor)),
    "platform": (gettext_lazy("Platform"), _named(Platform)),
    "phase": (gettext_lazy("When"), _named(Phase)),
    "evidence": (gettext_lazy("Evidence"), _named(Evidence)),
    "state": (gettext_lazy("Review"), _named(Pattern.State)),
    "origin": (gettext_lazy("Where it comes from"), _named(Pattern.Origin)),
}
Titles = dict[str, tuple[str, dict[str, str]]]


def pattern_titles() -> Titles:
    return {name: (str(title), values()) for name, (title, values) in _PATTERN_FACETS.items()}


def facets_of(
    index: Index, titles: Titles, choices: Mapping[str, list[str]], within: int
) -> list[Facet]:
    """Every facet with its counts. A value that nothing has, and nobody chose, is left out."""
    shown = []
    for name, (title, values) in titles.items():
        counts = index.counts(name, choices, within)
        chosen = choices.get(name, [])
        boxes = [
            Value(value, said, counts.get(value, 0), value in chosen)
            for value, said in values.items()
            if counts.get(value) or value in chosen
        ]
        if boxes:
            shown.append(Facet(name, title, boxes))
    return shown


def _chips(
    titles: Titles, choices: Mapping[str, list[str]], question: str, order: str
) -> list[Chip]:
    chips = []
    for name, chosen in choices.items():
        for value in chosen:
            without = {**choices, name: [each for each in chosen if each != value]}
            title = titles[name][1].get(value, value)
            chips.append(Chip(title, f"?{_address(without, question, order)}"))
    if question:
        chips.append(Chip(_("“%s”") % question, f"?{_address(choices, '', order)}"))
    return chips


def _address(choices: Mapping[str, list[str]], question: str, order: str) -> str:
    pairs = [(name, value) for name, chosen in choices.items() for value in chosen]
    if question:
        pairs.append(("q", question))
    if order != "title":
        pairs.append(("sort", order))
    return urlencode(pairs)


def _page_number(asked: str, count: int) -> tuple[int, int]:
    pages = max(1, -(-count // PAGE_SIZE))
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return min(max(number, 1), pages), pages


def theme_rows(theme: str) -> list[Pattern]:
    """Some patterns of a theme, for its page."""
    of_theme = Q(theme__slug=theme) | Q(other_theme__slug=theme)
    found = Pattern.objects.current().filter(of_theme, is_group=False)
    shown = found.only("slug", "title", "summary", "language")
    return list(shown.order_by("-evidence", "title")[:4])
