"""The lists of topics: latest, new, unanswered, mine, following, and what narrows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from media4sec.discussions.models import Reply, Topic
from media4sec.discussions.queries.red import count_red
from media4sec.discussions.queries.rows import TOPIC, Row, listed, rows_of, with_new
from media4sec.discussions.queries.sources import Sources
from media4sec.kit.models import Face, Theme
from media4sec.kit.paging import PAGE_SIZE, Page, first_page, keyset_page
from media4sec.kit.prepared import Prepared
from media4sec.kit.watching import Level, watched
from media4sec.members.countries import LANGUAGE_CODES, language_choices
from media4sec.members.models import Circle
from media4sec.members.readers import Reader, as_reader

#: Tab → the moment it is ordered by.
TABS = {
    "latest": "last_post_at",
    "new": "started_at",
    "unanswered": "started_at",
    "mine": "last_post_at",
    "following": "last_post_at",
}
MEMBERS_TABS = {"mine", "following"}


@dataclass(frozen=True)
class Filters:
    """What an address asks of a list; what makes no sense asks nothing."""

    theme: str = ""
    face: str = ""
    circle: str = ""
    kind: str = ""
    language: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Filters:
        found = cls(**{each.name: asked.get(each.name, "")[:60] for each in fields(cls)})
        return replace(
            found,
            face=found.face if found.face in Face.values else "",
            kind=found.kind if found.kind in Topic.Kind.values else "",
            language=found.language if found.language in LANGUAGE_CODES else "",
        )

    def applied_to(self, topics: QuerySet[Topic], visitor: Any) -> QuerySet[Topic]:
        if self.theme:
            # By number first: the database then walks one index per theme column.
            theme = Theme.objects.filter(slug=self.theme).values("pk")
            topics = topics.filter(Q(theme__in=theme) | Q(other_theme__in=theme))
        if self.circle:
            # Only among the circles one may know: a hidden one's slug finds nothing.
            circles = Circle.objects.visible_to(visitor).filter(slug=self.circle)
            topics = topics.filter(circle__in=circles.values("pk"))
        plain = {"face": self.face, "kind": self.kind, "language": self.language}
        return topics.filter(**{name: value for name, value in plain.items() if value})

    def values(self) -> dict[str, str | None]:
        """For a prepared question: None where nothing is asked."""
        return {each.name: getattr(self, each.name) or None for each in fields(self)}

    def chosen(self) -> dict[str, str]:
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}


@dataclass(frozen=True)
class Choice:
    """One select of the filter form; ``said`` is what is chosen now, in words."""

    name: str
    title: str
    options: list[tuple[str, str]]
    value: str

    @property
    def said(self) -> str:
        return dict(self.options).get(self.value, "")


@dataclass(frozen=True)
class ListPage:
    tab: str
    tabs: list[tuple[str, str, str, int | None]]
    page: Page[Row]
    pinned: list[Row]
    choices: list[Choice]
    only_for_you: int
    filters: Filters

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filters.chosen())


def list_page(visitor: Any, asked: Mapping[str, str]) -> ListPage:
    """One page of a list, with its tabs, filters and the line about RED things."""
    filters, tab = Filters.read(asked), tab_of(visitor, asked)
    pinned, page = paged(visitor, tab, filters, asked)
    return ListPage(
        tab=tab,
        tabs=_tabs(visitor, filters),
        page=page,
        pinned=pinned,
        choices=_choices(visitor, filters),
        only_for_you=count_red(visitor),
        filters=filters,
    )


def tab_of(visitor: Any, asked: Mapping[str, str]) -> str:
    tab = asked.get("tab", "")
    if tab not in TABS or (tab in MEMBERS_TABS and not visitor.is_authenticated):
        return "latest"
    return tab


def paged(
    visitor: Any, tab: str, filters: Filters, asked: Mapping[str, str]
) -> tuple[list[Row], Page[Row]]:
    """A page of a list; a circle's first one begins with what its hosts pinned."""
    by = TABS[tab]
    before, after = asked.get("before", ""), asked.get("after", "")
    pins = bool(filters.circle) and tab == "latest"
    pinned: list[Topic] = []
    if before or after:
        topics = _narrowed(visitor, tab, filters, pins)
        page = keyset_page(topics, by=by, before=before, after=after)
    else:
        values = {**as_reader(visitor), **filters.values()}
        page = first_page(_first(tab, pins)(**values), by=by)
        pinned = _pinned(**values) if pins else []
    sources = Sources(visitor, [*pinned, *page.rows])
    return (
        rows_of(pinned, visitor, by=by, sources=sources),
        replace(page, rows=rows_of(page.rows, visitor, by=by, sources=sources)),
    )


def _narrowed(visitor: Any, tab: str, filters: Filters, pins: bool) -> QuerySet[Topic]:
    topics = _of_tab(filters.applied_to(listed(visitor), visitor), visitor, tab)
    return with_new(topics.filter(pinned_at__isnull=True) if pins else topics, visitor)


@cache
def _first(tab: str, pins: bool) -> Prepared[Topic]:
    """The first page of a list: the one that nearly everybody sees."""

    def word(
        *, member: int | None, circles: Sequence[int] | None, **asked: str | None
    ) -> QuerySet[Topic]:
        filters = Filters(**{name: value or "" for name, value in asked.items()})
        topics = _narrowed(Reader.of(member, circles), tab, filters, pins)
        return topics.order_by(f"-{TABS[tab]}", "-pk")[: PAGE_SIZE + 1]

    return Prepared(word)


def _word_pinned(
    *, member: int | None, circles: Sequence[int] | None, **asked: str | None
) -> QuerySet[Topic]:
    filters = Filters(**{name: value or "" for name, value in asked.items()})
    topics = _narrowed(Reader.of(member, circles), "latest", filters, pins=False)
    return topics.filter(pinned_at__isnull=False).order_by("-pinned_at")[:10]


_pinned: Prepared[Topic] = Prepared(_word_pinned)


def _of_tab(topics: QuerySet[Topic], visitor: Any, tab: str) -> QuerySet[Topic]:
    if tab == "unanswered":
        return topics.unanswered()  # type: ignore[attr-defined, no-any-return]
    if tab == "mine":
        wrote_in = Reply.objects.standing().filter(author=visitor.pk).order_by()
        return topics.filter(Q(author=visitor.pk) | Q(pk__in=wrote_in.values("topic")))
    if tab == "following":
        followed = watched(TOPIC, member=visitor.pk, level=Level.EVERYTHING)
        return topics.filter(pk__in=followed)
    return topics


def _tabs(visitor: Any, filters: Filters) -> list[tuple[str, str, str, int | None]]:
    words = {
        "latest": _("Latest"),
        "new": _("New"),
        "unanswered": _("Unanswered"),
        "mine": _("Mine"),
        "following": _("Following"),
    }
    index, chosen = reverse("discussions:index"), filters.chosen()
    return [
        (tab, words[tab], f"{index}?{urlencode({'tab': tab, **chosen})}", None)
        for tab in TABS
        if visitor.is_authenticated or tab not in MEMBERS_TABS
    ]


def _choices(visitor: Any, filters: Filters) -> list[Choice]:
    themes, circles = _themes_and_circles(visitor)
    return [
        Choice("theme", _("Theme"), [("", _("All themes")), *themes], filters.theme),
        Choice("circle", _("Circle"), [("", _("All circles")), *circles], filters.circle),
        Choice("face", _("Face"), [("", _("All faces")), *_plain(Face)], filters.face),
        Choice("kind", _("Kind"), [("", _("All kinds")), *_plain(Topic.Kind)], filters.kind),
        Choice(
            "language",
            _("Language"),
            [("", _("All languages")), *language_choices()],
            filters.language,
        ),
    ]


def _plain(choices: Any) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in choices.choices]


def _themes_and_circles(visitor: Any) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What one may choose from, in one query: pages have eight."""
    found: dict[str, list[tuple[str, str]]] = {"theme": [], "circle": []}
    for what, _position, slug, title in sorted(
        _options(**as_reader(visitor)), key=lambda row: (row[1], row[3])
    ):
        found[what].append((slug, title))
    return found["theme"], found["circle"]


def _word_options(*, member: int | None, circles: Sequence[int] | None) -> Any:
    known = Circle.objects.visible_to(Reader.of(member, circles)).live().order_by()
    themes = Theme.objects.order_by().values_list(Value("theme"), "position", "slug", "title")
    return themes.union(known.values_list(Value("circle"), Value(0), "slug", "title"), all=True)


_options: Prepared[Any] = Prepared(_word_options)
