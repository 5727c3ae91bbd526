"""Lists of articles, and an article's own page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media4sec.journal.models import Article, Authorship, Preview, Series
from media4sec.kit.links import Related, related
from media4sec.kit.models import Face, Theme
from media4sec.kit.paging import Page, keyset_page
from media4sec.kit.permissions import may
from media4sec.kit.refs import Ref
from media4sec.members.models import is_reader
from media4sec.members.speakers import Byline, Names

#: What an editor may do with an article, by the name of its button.
_DEEDS = {
    "edit": "journal.edit_article",
    "review": "journal.review",
    "order": "journal.order",
}


@dataclass(frozen=True)
class Row:
    """An article in a list."""

    title: str
    url: str
    standfirst: str
    at: datetime | None
    minutes: str
    face: str
    language: str
    authors: list[Byline]


@dataclass(frozen=True)
class Choice:
    """A select of the list's filters."""

    name: str
    title: str
    value: str
    options: list[tuple[str, str]]

    @property
    def said(self) -> str:
        return dict(self.options).get(self.value, self.value)


@dataclass(frozen=True)
class Index:
    page: Page[Row]
    choices: list[Choice]
    series: list[Series]

    @property
    def is_narrowed(self) -> bool:
        return any(choice.value for choice in self.choices)


@dataclass(frozen=True)
class ArticlePage:
    """The finished values of an article's page."""

    article: Article
    ref: Ref
    authors: list[Byline]
    minutes: str
    themes: list[tuple[str, str]]
    documents: list[dict[str, Any]]  # files that are no pictures
    older: dict[str, str] | None
    newer: dict[str, str] | None
    links: list[Related]
    may: set[str]


def minutes(count: int) -> str:
    return ngettext("%d minute", "%d minutes", count) % count


# Lists


def index_page(visitor: Any, params: Mapping[str, str]) -> Index:
    """The journal's front: four queries, and one more for members."""
    themes = list(Theme.objects.only("slug", "title"))
    choices = _choices(themes, params)
    chosen = {choice.name: choice.value for choice in choices}
    articles = Article.objects.published()
    if chosen["theme"]:
        slug = chosen["theme"]
        articles = articles.filter(Q(theme__slug=slug) | Q(other_theme__slug=slug))
    if chosen["face"]:
        articles = articles.filter(face=chosen["face"])
    page = keyset_page(
        _for_lists(articles),
        by="published_at",
        before=params.get("before", ""),
        after=params.get("after", ""),
        size=12,
    )
    return Index(
        page=Page(rows_of(page.rows, visitor), page.older, page.newer),
        choices=choices,
        series=list(Series.objects.filter(articles__state=Article.State.PUBLISHED).distinct()[:20]),
    )


def _choices(themes: Sequence[Theme], params: Mapping[str, str]) -> list[Choice]:
    """The filters that the visitor chose, unless there is no such thing."""
    known = {
        "theme": (_("Theme"), _("All themes"), [(each.slug, each.title) for each in themes]),
        "face": (_("Face"), _("All faces"), [(str(f.value), str(f.label)) for f in Face]),
    }
    return [
        Choice(
            name,
            title,
            params[name] if params.get(name) in dict(options) else "",
            [("", every), *options],
        )
        for name, (title, every, options) in known.items()
    ]


def _for_lists(articles: QuerySet[Article]) -> QuerySet[Article]:
    return articles.defer("body", "body_html", "attachments").prefetch_related(with_members())


def with_members() -> Prefetch[Any]:
    """Authors and who they are, in one query for all articles of a list."""
    return Prefetch("authorships", Authorship.objects.select_related("member"))


def rows_of(articles: Iterable[Article], visitor: Any) -> list[Row]:
    """These articles as lists show them; their authors must have been fetched."""
    articles = list(articles)
    names = Names(visitor, [m for each in articles for m in _members(each)])
    return [
        Row(
            title=each.title,
            url=each.get_absolute_url(),
            standfirst=each.standfirst,
            at=each.published_at,
            minutes=minutes(each.minutes),
            face=each.face,
            language=each.language,
            authors=bylines(each, names),
        )
        for each in articles
    ]


def latest(visitor: Any, *, most: int = 3) -> list[Row]:
    """For the front pages: one query, for no author is named there."""
    articles = Article.objects.published().defer("body", "body_html", "attachments")[:most]
    return [_without_authors(each) for each in articles]


def theme_rows(theme: Theme, *, most: int = 4) -> list[Row]:
    """The newest articles of a theme, in one query."""
    articles = Article.objects.published().filter(Q(theme=theme) | Q(other_theme=theme))
    return [_without_authors(each) for each in articles.defer("body", "body_html")[:most]]


def _without_authors(article: Article) -> Row:
    return Row(
        title=article.title,
        url=article.get_absolute_url(),
        standfirst=article.standfirst,
        at=article.published_at,
        minutes=minutes(article.minutes),
        face=article.face,
        language=article.language,
        authors=[],
    )


def series_at(visitor: Any, slug: str) -> Series | None:
    """A series of which the visitor may read something; editors also find what only begins."""
    found = Series.objects.filter(slug=slug)
    if is_reader(visitor) and visitor.is_editor:
        return found.first()
    return found.filter(articles__in=Article.objects.visible_to(visitor)).first()


def series_page(visitor: Any, series: Series) -> list[Row]:
    """All that appeared in it, the first one first."""
    articles = _for_lists(series.articles.all() & Article.objects.published())
    return rows_of(articles.order_by("published_at", "pk")[:200], visitor)


# Authors


def _members(article: Article) -> list[Any]:
    return [each.member for each in article.authorships.all() if each.member]


def bylines(article: Article, names: Names) -> list[Byline]:
    """Its authors as the visitor may know them."""
    return [
        names.named(each.member)
        if each.member
        else Byline(name=each.guest, role=str(_("Guest author")))
        for each in article.authorships.all()
    ]


# An article's own page


def article_at(visitor: Any, slug: str) -> Article | None:
    """The article that has this address, or had it, with its neighbours; one query."""
    found = (
        Article.objects.shown_to(visitor)
        .filter(addresses__slug=slug)
        .select_related("theme", "other_theme", "series")
    )
    return found.annotate(older=_neighbour("lt"), newer=_neighbour("gt")).first()


def _neighbour(way: str) -> Subquery:
    """Title and slug of the published article before or after this one."""
    here = {f"published_at__{way}": OuterRef("published_at")}
    same = {"published_at": OuterRef("published_at"), f"pk__{way}": OuterRef("pk")}
    order = ["-published_at", "-pk"] if way == "lt" else ["published_at", "pk"]
    others = Article.objects.published().filter(Q(**here) | Q(**same)).order_by(*order)
    return Subquery(others.values_list(JSONObject(title="title", slug="slug"))[:1])


def article_by_number(visitor: Any, pk: int) -> QuerySet[Article]:
    """For the pages behind an article: a queryset of one at most."""
    return (
        Article.objects.visible_to(visitor)
        .filter(pk=pk)
        .select_related("theme", "other_theme", "series")
    )


def article_page(visitor: Any, article: Article) -> ArticlePage:
    """What its page shows; the authors are one query."""
    prefetch_related_objects([article], with_members())
    names = Names(visitor, _members(article))
    return ArticlePage(
        article=article,
        ref=Ref.to(article),
        authors=bylines(article, names),
        minutes=minutes(article.minutes),
        themes=[
            (theme.title, theme.get_absolute_url())
            for theme in (article.theme, article.other_theme)
            if theme
        ],
        documents=[each for each in article.attachments if each["type"] != "picture"],
        older=_address(getattr(article, "older", None)),
        newer=_address(getattr(article, "newer", None)),
        links=links_of(article, visitor),
        may=_may(visitor, article),
    )


def links_of(thing: Any, visitor: Any) -> list[Related]:
    """What is linked to it and open to everybody. On members' pages it comes after the page."""
    if visitor.is_authenticated or not thing.link_count:
        return []
    return related(thing, visitor=visitor)


def _may(visitor: Any, article: Article) -> set[str]:
    # A reader who is no editor may do nothing here, and that needs no question.
    if not is_reader(visitor) or (article.is_published and not visitor.is_editor):
        return set()
    return {deed for deed, permission in _DEEDS.items() if may(visitor, permission, article)}


def _address(neighbour: dict[str, str] | None) -> dict[str, str] | None:
    if neighbour is None:
        return None
    return {
        "title": neighbour["title"],
        "url": reverse("journal:article", args=[neighbour["slug"]]),
    }


def preview_page(token_hash: str) -> Preview | None:
    """The open preview of this token, unless its article was retracted meanwhile."""
    return (
        Preview.objects.open()
        .filter(token_hash=token_hash)
        .exclude(article__state=Article.State.RETRACTED)
        .select_related("article__theme", "article__other_theme", "article__series")
        .first()
    )
