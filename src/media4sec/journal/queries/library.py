"""The shelves of the library, and a document's own page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from media4sec.journal.models import Document, DocumentFile, Edition
from media4sec.journal.queries.articles import Choice, links_of
from media4sec.kit import cite
from media4sec.kit.links import Related
from media4sec.kit.markdown import clean_line
from media4sec.kit.models import Theme
from media4sec.kit.paging import Page, keyset_page
from media4sec.kit.refs import Ref
from media4sec.members.models import is_reader

_LONGEST_QUESTION = 100


@dataclass(frozen=True)
class Row:
    """A document in a list."""

    title: str
    url: str
    type: str
    dated: Any
    authors: str
    language: str
    abstract: str
    pages: int | None
    cover: str


@dataclass(frozen=True)
class Library:
    page: Page[Row]
    choices: list[Choice]
    question: str

    @property
    def is_narrowed(self) -> bool:
        return bool(self.question) or any(choice.value for choice in self.choices)


@dataclass(frozen=True)
class File:
    """A file of a document, as its page shows it."""

    pk: int
    name: str
    url: str
    size: int
    pages: int | None
    state: str
    state_title: str
    is_searched_in_part: int  # so many pages of it can be searched; 0: all


@dataclass(frozen=True)
class Cover:
    """The first page of a document's first file, as a picture."""

    name: str
    url: str
    picture: str
    width: int
    height: int


@dataclass(frozen=True)
class DocumentPage:
    document: Document
    ref: Ref
    authors: str
    themes: list[tuple[str, str]]
    files: list[File]
    cover: Cover | None
    editions: list[Edition]
    citation: str
    bibtex: str
    links: list[Related]
    may: set[str]


def library_page(params: Mapping[str, str]) -> Library:
    """Two queries: the themes to choose from, and what is on the shelf."""
    themes = list(Theme.objects.only("slug", "title"))
    choices = _choices(themes, params)
    chosen = {choice.name: choice.value for choice in choices}
    question = clean_line(params.get("q", "")[:_LONGEST_QUESTION])
    page = keyset_page(
        _asked(question, chosen["type"], chosen["theme"]),
        by="published_at",
        before=params.get("before", ""),
        after=params.get("after", ""),
    )
    return Library(
        Page([_row(each) for each in page.rows], page.older, page.newer), choices, question
    )


def _asked(question: str, type_: str, theme: str) -> QuerySet[Document]:
    documents = _for_lists(Document.objects.published())
    if type_:
        documents = documents.filter(type=type_)
    if theme:
        documents = documents.filter(Q(theme__slug=theme) | Q(other_theme__slug=theme))
    for word in question.split()[:8]:
        inside = DocumentFile.objects.filter(text__icontains=word).values("document_id")
        documents = documents.filter(
            Q(title__icontains=word) | Q(abstract__icontains=word) | Q(pk__in=inside)
        )
    return documents


def _for_lists(documents: QuerySet[Document]) -> QuerySet[Document]:
    first = DocumentFile.objects.filter(document=OuterRef("pk")).order_by("pk")
    return documents.annotate(
        file_pages=Subquery(first.values("pages")[:1]),
        file_cover=Subquery(first.values("cover_id")[:1]),
    )


def _choices(themes: list[Theme], params: Mapping[str, str]) -> list[Choice]:
    known = {
        "type": (_("Type"), _("All types"), [(str(t.value), str(t.label)) for t in Document.Type]),
        "theme": (_("Theme"), _("All themes"), [(each.slug, each.title) for each in themes]),
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


def _row(document: Document) -> Row:
    cover = getattr(document, "file_cover", None)
    return Row(
        title=document.title,
        url=document.get_absolute_url(),
        type=document.get_type_display(),
        dated=document.dated,
        authors=", ".join(document.authors),
        language=document.language,
        abstract=document.abstract,
        pages=getattr(document, "file_pages", None),
        cover=f"/files/{cover}/" if cover else "",
    )


def theme_documents(theme: Theme, *, most: int = 3) -> list[Row]:
    """The newest documents of a theme, in one query."""
    documents = Document.objects.published().filter(Q(theme=theme) | Q(other_theme=theme))
    return [_row(each) for each in _for_lists(documents).order_by("-dated", "-pk")[:most]]


def document_page(visitor: Any, slug: str) -> DocumentPage | None:
    """A document with its files and its version sheet, in three queries."""
    files = DocumentFile.objects.select_related("upload", "cover").defer("text")
    found = Document.objects.shown_to(visitor).filter(slug=slug)
    document = (
        found.select_related("theme", "other_theme")
        .prefetch_related("editions", Prefetch("files", files))
        .first()
    )
    if document is None:
        return None
    editions = list(document.editions.all())
    source = source_of(document, editions)
    is_editor = is_reader(visitor) and visitor.is_editor
    return DocumentPage(
        document=document,
        ref=Ref.to(document),
        authors=", ".join(document.authors),
        themes=[
            (theme.title, theme.get_absolute_url())
            for theme in (document.theme, document.other_theme)
            if theme
        ],
        files=[_file(each) for each in document.files.all()],
        cover=next((_cover(each) for each in document.files.all() if each.cover), None),
        editions=editions,
        citation=cite.plain(source),
        bibtex=cite.bibtex(source),
        links=links_of(document, visitor),
        may={"edit"} if is_editor else set(),
    )


def _file(file: DocumentFile) -> File:
    is_partly = file.pages is not None and file.pages_read < file.pages
    return File(
        pk=file.pk,
        name=file.upload.name,
        url=file.upload.get_absolute_url(),
        size=file.upload.size,
        pages=file.pages,
        state=file.state,
        state_title=file.get_state_display(),
        is_searched_in_part=file.pages_read if is_partly else 0,
    )


def _cover(file: DocumentFile) -> Cover | None:
    if file.cover is None:
        return None
    return Cover(
        name=file.upload.name,
        url=file.upload.get_absolute_url(),
        picture=file.cover.get_absolute_url(),
        width=file.cover.width or 0,
        height=file.cover.height or 0,
    )


def source_of(document: Document, editions: list[Edition]) -> cite.Source:
    """What its reference is made of; the newest version is the one that is cited."""
    return cite.Source(
        key=f"{document.slug[:40].strip('-')}-{document.dated.year}",
        type=document.type,
        title=document.title,
        authors=tuple(document.authors),
        dated=document.dated,
        publisher=document.publisher,
        number=document.number,
        edition=editions[0].number if editions else "",
        language=document.language,
        url=f"{settings.SITE_URL}{document.get_absolute_url()}",
    )
