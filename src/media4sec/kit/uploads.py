"""Pictures and PDF files that members bring along.

What a file is, its content says, never its name. A picture is rebuilt from its
pixels; a PDF is kept as it came and only ever handed out as a download. Files
lie under random names outside anything a web server serves: ``/files/…/`` asks
whether the visitor may read the thing that carries them.
"""

import logging
import secrets
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile, File
from django.db import models, transaction
from django.utils.translation import gettext as _

from media4sec.kit import pictures
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.incoming import Lost
from media4sec.kit.markdown import clean_line
from media4sec.kit.models import Upload
from media4sec.kit.refs import Ref

#: Files one thing may carry.
MOST_FILES = 10
#: How long a file waits for the text it was brought for.
WAITS = timedelta(days=7)
_PDF_TAIL = 2048
_LONGEST_ALT = Upload._meta.get_field("alt").max_length or 0
_log = logging.getLogger(__name__)


def receive(*, owner: Any, file: File[Any], alt: str, place: str) -> Upload:
    """Check and keep a file until a thing carries it; Refused with what to do otherwise."""
    _check_size(file)
    if len(waiting(owner, place)) >= MOST_FILES:
        raise Refused(_("You can add %(most)d files to one text.") % {"most": MOST_FILES})
    upload = Upload(owner=owner, alt=_clean_alt(alt), place=place, at=now())
    try:
        content, ending = _pdf(upload, file) or _picture(upload, file)
    except pictures.NoPicture as error:
        said = _("Only JPEG, PNG and WebP pictures and PDF files can be added.")
        raise Refused(said) from error
    upload.name = _clean_name(str(file.name or ""), ending)
    _keep(upload, content, ending)
    return upload


def receive_picture(*, owner: Any, file: File[Any], alt: str, place: str) -> Upload:
    """The same where a text has one picture and no files: what waited there gives way.

    How its file was called is forgotten: a name would tell in a blind review whose it is.
    """
    _check_size(file)
    upload = Upload(owner=owner, alt=_clean_alt(alt), place=place, at=now())
    if _is_pdf(file):
        raise Refused(_("A PDF file is no picture. Save its page as one, and add that."))
    content, ending = _picture(upload, file)
    upload.name = f"picture.{ending}"
    before = waiting(owner, place)
    _keep(upload, content, ending)
    _drop(before)
    return upload


def waiting(owner: Any, place: str) -> list[Upload]:
    """What somebody has added to a text that is not sent yet."""
    return list(Upload.objects.filter(owner=owner, place=place, thing_kind=""))


@transaction.atomic
def attach(uploads: Iterable[Upload | int], *, to: models.Model, by: Any) -> list[dict[str, Any]]:
    """Let ``to`` carry these waiting files of ``by``; everything it carries now, as summaries.

    The caller keeps the answer in ``to.attachments``, so that pages need no query for it.
    """
    wanted = {each.pk if isinstance(each, Upload) else each for each in uploads}
    mine = Upload.objects.select_for_update().filter(pk__in=wanted, owner=by, thing_kind="")
    if mine.count() != len(wanted):
        raise Refused(_("One of the files is no longer there. Add it again."))
    here = Ref.to(to)
    mine.update(thing_kind=here.kind, thing_id=here.pk, place="")
    carried = carried_by(to)
    if len(carried) > MOST_FILES:
        raise Refused(_("You can add %(most)d files to one text.") % {"most": MOST_FILES})
    return carried


def carried_by(thing: models.Model) -> list[dict[str, Any]]:
    """Summaries of all files a thing carries, in the order they came."""
    return [summary(each) for each in _of(thing)]


def summary(upload: Upload) -> dict[str, Any]:
    """What a page needs to show a file, fit for a JSON column."""
    return {
        "id": upload.pk,
        "type": upload.type,
        "name": upload.name,
        "alt": upload.alt,
        "size": upload.size,
        "width": upload.width,
        "height": upload.height,
    }


def hand_over(thing: models.Model, *, to: models.Model) -> None:
    """What it carried is carried by ``to`` from now on: for the readers of that."""
    there = Ref.to(to)
    _of(thing).update(thing_kind=there.kind, thing_id=there.pk)


def remove(upload: Upload, *, by: Any) -> None:
    """Take one's own file away, for good. Who carries it reads ``carried_by`` afterwards."""
    if upload.owner_id != by.pk:
        raise PermissionDenied(_("Only who added a file can remove it."))
    _drop([upload])


def discard(uploads: Iterable[Upload]) -> None:
    """Take these files from what carries them, for good; the caller has asked who may."""
    _drop(list(uploads))


def wipe(thing: models.Model) -> None:
    """The thing is gone, and so are its files."""
    _drop(list(_of(thing)))


def sweep_uploads() -> None:
    """House-keeping: files nobody sent within a week are removed."""
    _drop(list(Upload.objects.filter(thing_kind="", at__lt=now() - WAITS)))


def _of(thing: models.Model) -> "models.QuerySet[Upload]":
    here = Ref.to(thing)
    return Upload.objects.filter(thing_kind=here.kind, thing_id=here.pk)


def _drop(uploads: list[Upload]) -> None:
    """The rows now; the files when that is certain."""
    with transaction.atomic():
        Upload.objects.filter(pk__in=[each.pk for each in uploads]).delete()
        for each in uploads:
            storage, path = each.file.storage, str(each.file.name)
            transaction.on_commit(partial(storage.delete, path))


def _check_size(file: File[Any]) -> None:
    if isinstance(file, Lost) and file.is_our_fault:
        raise _no_room()
    if file.size > settings.UPLOAD_BYTES:
        raise Refused(
            _("This file is too large. The limit is %(most)d MB.")
            % {"most": settings.UPLOAD_BYTES // (1024 * 1024)}
        )
    if not file.size:
        raise Refused(_("This file is empty."))


def _no_room() -> Refused:
    return Refused(
        _("The file could not be kept: our disk does not take it. Your text is kept; try later.")
    )


def _pdf(upload: Upload, file: File[Any]) -> tuple[File[Any], str] | None:
    """A PDF that begins and ends as one, or None when it is something else."""
    if not _is_pdf(file):
        return None
    file.seek(max(0, file.size - _PDF_TAIL))
    if b"%%EOF" not in file.read(_PDF_TAIL):
        raise Refused(_("This PDF is damaged or not complete. Save it anew, and try again."))
    file.seek(0)
    upload.type, upload.size = Upload.Type.PDF, file.size
    return file, "pdf"


def _is_pdf(file: File[Any]) -> bool:
    file.seek(0)
    return bool(file.read(5) == b"%PDF-")


def _picture(upload: Upload, file: File[Any]) -> tuple[File[Any], str]:
    file.seek(0)
    picture = pictures.rebuild(file)
    if not upload.alt:
        raise Refused(_("Say in a few words what the picture shows, for people who cannot see it."))
    upload.type, upload.size = Upload.Type.PICTURE, len(picture.content)
    upload.width, upload.height = picture.width, picture.height
    return ContentFile(picture.content), picture.ending


def _clean_alt(alt: str) -> str:
    alt = clean_line(alt)
    if len(alt) > _LONGEST_ALT:
        raise Refused(
            _("Describe the picture in %(most)d letters or fewer.") % {"most": _LONGEST_ALT}
        )
    return alt


def _clean_name(name: str, ending: str) -> str:
    """The name it came with, without path and tricks, and with the ending it deserves."""
    stem = PurePosixPath(clean_line(name).replace("\\", "/")).name
    stem = stem.rsplit(".", 1)[0] if "." in stem else stem
    stem = "".join(letter for letter in stem if letter not in '<>:"/|?*;').strip(" .")
    return f"{stem[:100] or 'file'}.{ending}"


def _keep(upload: Upload, content: File[Any], ending: str) -> None:
    """File first, row second; neither without the other."""
    field = upload.file.field
    path = field.generate_filename(upload, f"{secrets.token_hex(16)}.{ending}")
    try:
        upload.file.name = field.storage.save(path, content)
        upload.save(force_insert=True)
    except BaseException as error:
        field.storage.delete(path)
        if isinstance(error, OSError):
            _log.exception("An upload could not be written")
            raise _no_room() from error
        raise
