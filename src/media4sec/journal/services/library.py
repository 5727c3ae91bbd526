"""Keeping the library: documents, their files, and the version sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from media4sec.journal import rules, writing  # noqa: F401 - whoever comes in meets the rules
from media4sec.journal.models import Document, DocumentFile, Edition
from media4sec.journal.services.reading import read_file
from media4sec.kit import markdown, revisions, typed, uploads
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import EditedMeanwhile, Refused
from media4sec.kit.markdown import clean_line
from media4sec.kit.models import Theme, Upload
from media4sec.kit.permissions import require
from media4sec.members.countries import LANGUAGE_CODES
from media4sec.members.models import Member

MOST_AUTHORS = 20
LONGEST_ABSTRACT = 5000
_SHEET = [
    "title",
    "type",
    "dated",
    "authors",
    "publisher",
    "number",
    "theme",
    "other_theme",
    "language",
    "licence",
    "abstract",
    "abstract_html",
]


@dataclass(frozen=True)
class Sheet:
    """All that a document says about itself."""

    title: str
    type: str
    dated: date
    #: As they are cited: "Family name, Given name", or an organisation or role.
    authors: Sequence[str]
    theme: Theme
    abstract: str
    licence: str = Document.Licence.BY
    other_theme: Theme | None = None
    publisher: str = ""
    number: str = ""
    language: str = "en"


@transaction.atomic
def add_document(sheet: Sheet, *, by: Member) -> Document:
    """Put a document on the shelf; only editors see it until it is published."""
    require(by, "journal.keep_library")
    document = Document(added_by=by, added_at=now())
    _take(document, sheet)
    document.slug = _free_slug(document.title)
    document.save(force_insert=True)
    record(by, "added", document)
    return document


@transaction.atomic
def edit_document(document: Document, sheet: Sheet, *, by: Member, base_version: int) -> Document:
    """Correct what it says about itself; title and abstract as they were stay in its history."""
    _enter(document, by)
    if base_version != document.version:
        raise EditedMeanwhile
    revisions.keep(
        document,
        title=document.title,
        body=document.abstract,
        version=document.version,
        at=document.edited_at or document.added_at,
    )
    _take(document, sheet)
    document.version += 1
    document.edited_at = now()
    document.save(update_fields=[*_SHEET, "version", "edited_at"])
    record(by, "edited", document, version=document.version)
    return document


@transaction.atomic
def add_file(document: Document, *, by: Member, file: File[Any]) -> DocumentFile:
    """A PDF for everybody to take along. The worker reads it when it has time."""
    _enter(document, by)
    upload = uploads.receive(owner=by, file=file, alt="–", place=_place(document))
    if upload.type != Upload.Type.PDF:
        uploads.remove(upload, by=by)
        raise Refused(_("The library keeps PDF files. This is a picture."))
    uploads.attach([upload], to=document, by=by)
    made = DocumentFile.objects.create(document=document, upload=upload)
    record(by, "added_file", document)
    transaction.on_commit(partial(read_file.enqueue, made.pk), robust=True)
    return made


@transaction.atomic
def remove_file(file: DocumentFile, *, by: Member) -> None:
    """The PDF and its picture go for good."""
    document = file.document
    _enter(document, by)
    gone = [each for each in (file.upload, file.cover) if each]
    record(by, "removed_file", document)
    file.delete()
    uploads.discard(gone)


@transaction.atomic
def add_edition(
    document: Document,
    *,
    by: Member,
    number: str,
    dated: date,
    changes: str,
    prepared_by: str,
    approved_by: str = "",
) -> Edition:
    """A line of the version sheet."""
    _enter(document, by)
    line = writing.clean_sentence
    edition = Edition(
        document=document,
        number=line(number, missing=_("Say which version it is, such as 1.0."), most=20),
        dated=dated,
        changes=line(changes, missing=_("Say what changed."), most=300),
        prepared_by=line(prepared_by, missing=_("Say who prepared it."), most=120),
        approved_by=clean_line(approved_by)[:120],
    )
    try:
        with transaction.atomic():
            edition.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("The version sheet has this version already.")) from error
    record(by, "added_edition", document)
    return edition


@transaction.atomic
def publish_document(document: Document, *, by: Member) -> Document:
    """Let everybody find it. A file that nobody can open is removed first."""
    _enter(document, by)
    Document.flow.check(document.state, Document.State.PUBLISHED)
    unreadable = {DocumentFile.State.DAMAGED, DocumentFile.State.LOCKED}
    if document.files.filter(state__in=unreadable).exists():
        raise Refused(_("One of its files cannot be read. Remove it, or add a better one first."))
    document.state, document.published_at = Document.State.PUBLISHED, now()
    document.save(update_fields=["state", "published_at"])
    record(by, "published", document)
    return document


@transaction.atomic
def retract_document(document: Document, *, by: Member, reason: str) -> Document:
    """Its address stays and says why; its files are not handed out any more."""
    _enter(document, by)
    Document.flow.check(document.state, Document.State.RETRACTED)
    document.retraction, document.retracted_at = writing.clean_reason(reason), now()
    document.state = Document.State.RETRACTED
    document.save(update_fields=["state", "retraction", "retracted_at"])
    record(by, "retracted", document)
    return document


def _place(document: Document) -> str:
    return f"document:{document.pk}"


def _enter(document: Document, by: Any) -> None:
    require(by, "journal.keep_library", document)
    document.refresh_from_db(from_queryset=Document.objects.select_for_update())


def _take(document: Document, sheet: Sheet) -> None:
    document.title = typed.clean_title(sheet.title, most=200)
    document.type = Document.Type(sheet.type)
    document.dated = sheet.dated
    document.authors = _authors(sheet.authors)
    document.publisher = clean_line(sheet.publisher)[:120]
    document.number = clean_line(sheet.number)[:60]
    document.theme = sheet.theme
    document.other_theme = sheet.other_theme if sheet.other_theme != sheet.theme else None
    document.language = sheet.language if sheet.language in LANGUAGE_CODES else "en"
    document.licence = Document.Licence(sheet.licence)
    document.abstract = typed.clean_body(sheet.abstract)
    if len(document.abstract) > LONGEST_ABSTRACT:
        raise Refused(_("Shorten the abstract to 5,000 letters or fewer."))
    document.abstract_html = markdown.render(document.abstract)


def _authors(names: Sequence[str]) -> list[str]:
    named = list(dict.fromkeys(filter(None, (clean_line(name)[:120] for name in names))))
    if not named:
        raise Refused(_("Say who wrote it: people, an organisation, or a role."))
    if len(named) > MOST_AUTHORS:
        raise Refused(_("Name twenty authors or fewer."))
    return named


def _free_slug(title: str) -> str:
    plain = writing.clean_slug(title, fallback="document")
    taken = set(Document.objects.filter(slug__startswith=plain).values_list("slug", flat=True))
    if plain not in taken:
        return plain
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{plain}-{n}") not in taken)
