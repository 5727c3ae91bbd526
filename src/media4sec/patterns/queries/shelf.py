"""Looking through many things by facets: the page, whatever the things are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.kit import typed
from media4sec.kit.markdown import clean_line
from media4sec.patterns.facets import Index

PAGE_SIZE = 18
#: The order in which the words of a question are found.
BEST = "best"
_LONGEST_QUESTION = 100
VIEWS = {"cards": gettext_lazy("Cards"), "table": gettext_lazy("Table")}


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


Titles = dict[str, tuple[str, dict[str, str]]]


@dataclass(frozen=True)
class Shelf:
    """What is looked through: which things, by what they are found, how they are shown."""

    index: Index
    there: int  # those that this visitor may find
    titles: Titles  # facet → its title, and value → title
    orders: Mapping[str, Any]  # the first one is the usual one
    asked: Callable[[str], Iterable[int]]  # what has these words, the best match first
    page: Callable[[int, str, int], list[int]]  # of a set, in an order, from a place on
    rows: Callable[[list[int]], list[Any]]


@dataclass(frozen=True)
class Asked:
    """All that an address can ask."""

    choices: Mapping[str, list[str]]
    question: str
    order: str
    usual: str
    view: str

    @property
    def url(self) -> str:
        pairs = [(name, value) for name, chosen in self.choices.items() for value in chosen]
        if self.question:
            pairs.append(("q", self.question))
        if self.order != self.usual:
            pairs.append(("sort", self.order))
        if self.view != "cards":
            pairs.append(("view", self.view))
        return f"?{urlencode(pairs)}"

    def without(self, facet: str, value: str) -> Asked:
        left = [each for each in self.choices[facet] if each != value]
        return replace(self, choices={**self.choices, facet: left})


@dataclass(frozen=True)
class Catalogue:
    rows: list[Any]
    fitting: int
    total: int
    facets: list[Facet]
    chips: list[Chip]
    question: str
    order: str
    orders: list[tuple[str, str]]
    view: str
    views: list[tuple[str, str, str]]  # name, title, address
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


def catalogue_of(shelf: Shelf, params: Any) -> Catalogue:
    """A page of it; the same number of queries whatever is chosen and however many fit."""
    asked = _asked(shelf, params)
    matches = list(shelf.asked(asked.question)) if asked.question else []
    within = shelf.there & shelf.index.of(matches) if asked.question else shelf.there
    found = shelf.index.chosen(asked.choices, within)
    number, pages = _page_number(params.get("page", ""), found.bit_count())
    start = (number - 1) * PAGE_SIZE
    if asked.order == BEST:
        pks = shelf.index.among(matches, found)[start : start + PAGE_SIZE]
    else:
        pks = shelf.page(found, asked.order, start)
    return Catalogue(
        rows=shelf.rows(pks),
        fitting=found.bit_count(),
        total=shelf.there.bit_count(),
        facets=facets_of(shelf.index, shelf.titles, asked.choices, within),
        chips=_chips(shelf.titles, asked),
        question=asked.question,
        order=asked.order,
        orders=[(name, str(title)) for name, title in _orders(shelf, asked.question).items()],
        view=asked.view,
        views=[(name, str(title), replace(asked, view=name).url) for name, title in VIEWS.items()],
        page=number,
        pages=pages,
        here=asked.url,
    )


def _asked(shelf: Shelf, params: Any) -> Asked:
    question = clean_line(params.get("q", "")[:_LONGEST_QUESTION])
    orders = _orders(shelf, question)
    order, usual = params.get("sort", ""), next(iter(orders))
    return Asked(
        choices=choices_of(params, shelf.titles),
        question=question,
        order=order if order in orders else usual,
        usual=usual,
        view="table" if params.get("view") == "table" else "cards",
    )


def _orders(shelf: Shelf, question: str) -> Mapping[str, Any]:
    """Who asks in words wants the best match first."""
    return {BEST: _("Best match"), **shelf.orders} if question else shelf.orders


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


def _chips(titles: Titles, asked: Asked) -> list[Chip]:
    chips = [
        Chip(titles[facet][1].get(value, value), asked.without(facet, value).url)
        for facet, chosen in asked.choices.items()
        for value in chosen
    ]
    if asked.question:
        chips.append(Chip(_("“%s”") % asked.question, replace(asked, question="").url))
    return chips


def _page_number(asked: str, count: int) -> tuple[int, int]:
    pages = max(1, -(-count // PAGE_SIZE))
    return min(typed.number(asked) or 1, pages), pages
