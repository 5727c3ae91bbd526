"""What the worker read in a PDF becomes part of its document."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks import task

from media4sec.journal import pdf
from media4sec.journal.models import Document, DocumentFile
from media4sec.journal.pdf import Reading
from media4sec.kit import uploads
from media4sec.kit.activity import record
from media4sec.kit.errors import Refused
from media4sec.kit.markdown import clean_text
from media4sec.kit.models import Upload
from media4sec.kit.permissions import THE_HOUSE


@task()
def read_file(file_pk: int) -> None:
    """Look into a PDF: slow, bounded, and never while somebody waits for a page."""
    file = DocumentFile.objects.select_related("upload").filter(pk=file_pk).first()
    if file is not None and file.state == DocumentFile.State.WAITING:
        keep_reading(file_pk, pdf.read(file.upload.file.path), by=THE_HOUSE)


def read_waiting() -> None:
    """Files whose reading was lost with a worker that died are read after all."""
    waiting = DocumentFile.objects.filter(state=DocumentFile.State.WAITING)
    for pk in list(waiting.values_list("pk", flat=True)[:20]):
        read_file.enqueue(pk)


@transaction.atomic
def keep_reading(file_pk: int, reading: Reading, *, by: Any) -> bool:
    """Its text can be found and its first page seen; False when the file has gone meanwhile."""
    files = DocumentFile.objects.select_for_update(of=("self",)).select_related(
        "document", "upload"
    )
    file = files.filter(pk=file_pk, state=DocumentFile.State.WAITING).first()
    if file is None:
        return False
    file.state = DocumentFile.State(reading.outcome)
    file.pages, file.pages_read = reading.pages, reading.pages_read
    file.text = clean_text(reading.text)
    file.cover = _cover(file, reading.cover)
    file.save(update_fields=["state", "pages", "pages_read", "text", "cover"])
    record(by, "was_read", file.document)
    return True


def _cover(file: DocumentFile, picture: bytes) -> Upload | None:
    """The first page, carried by the document like its files."""
    if not picture:
        return None
    document: Document = file.document
    owner = file.upload.owner
    alt = _("First page of %(title)s") % {"title": document.title[:200]}
    try:
        made = uploads.receive(
            owner=owner,
            file=ContentFile(picture, name="first-page.png"),
            alt=alt,
            place=f"cover:{file.pk}",
        )
        uploads.attach([made], to=document, by=owner)
    except Refused:  # No room for it: the document does without.
        return None
    return made
