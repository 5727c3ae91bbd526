"""The lists of topics: latest, new, unanswered, mine, following, and what narrows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from media4sec.discussions.models import Reading, Reply, Topic
from media4sec.discussions.queries.red import count_red
from media4sec.discussions.queries.rows import Row, listed, rows_of, with_new
from media4sec.discussions.queries.sources import Sources
from media4sec.kit.models import Face, Theme
from media4sec.kit.paging import Page, keyset_page
from media4sec.members.countries import LANGUAGE_CODES, language_choices
from media4sec.members.models import Circle

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
    topics = filters.applied_to(listed(visitor), visitor)
    pinned, page = paged(topics, visitor, tab, asked, pins=bool(filters.circle))
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
    topics: QuerySet[Topic], visitor: Any, tab: str, asked: Mapping[str, str], *, pins: bool
) -> tuple[list[Row], Page[Row]]:
    """The pinned topics of a circle's first page, and the page itself."""
    by = TABS[tab]
    before, after = asked.get("before", ""), asked.get("after", "")
    topics = with_new(_of_tab(topics, visitor, tab), visitor)
    pinned: list[Topic] = []
    if pins and tab == "latest":
        if not (before or after):
            pinned = list(topics.filter(pinned_at__isnull=False).order_by("-pinned_at")[:10])
        topics = topics.filter(pinned_at__isnull=True)
    page = keyset_page(topics, by=by, before=before, after=after)
    sources = Sources(visitor, [*pinned, *page.rows])
    return (
        rows_of(pinned, visitor, by=by, sources=sources),
        replace(page, rows=rows_of(page.rows, visitor, by=by, sources=sources)),
    )


def _of_tab(topics: QuerySet[Topic], visitor: Any, tab: str) -> QuerySet[Topic]:
    if tab == "unanswered":
        return topics.unanswered()  # type: ignore[attr-defined]
    if tab == "mine":
        wrote_in = Reply.objects.filter(author=visitor.pk, deleted_at__isnull=True).order_by()
        return topics.filter(Q(author=visitor.pk) | Q(pk__in=wrote_in.values("topic")))
    if tab == "following":
        followed = Reading.objects.filter(member=visitor.pk, level=Reading.Level.FOLLOWING)
        return topics.filter(pk__in=followed.values("topic"))
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
    themes = Theme.objects.order_by().values_list(Value("theme"), "position", "slug", "title")
    circles = Circle.objects.visible_to(visitor).live().order_by()
    options = themes.union(
        circles.values_list(Value("circle"), Value(0), "slug", "title"), all=True
    )
    found: dict[str, list[tuple[str, str]]] = {"theme": [], "circle": []}
    for what, _position, slug, title in sorted(options, key=lambda row: (row[1], row[3])):
        found[what].append((slug, title))
    return found["theme"], found["circle"]
