"""How files arrive: streamed to disk, never further than the limit, and the form's text survives.

Django would read 60 MB before a form could refuse it, and a full disk would break
the request. Here the surplus is counted and thrown away, and the file turns up in
the form as ``Lost``, beside everything else that was typed.
"""

import io
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest

#: A form with its text, and a handful of files: more is no form of ours.
MOST_FILES_AT_ONCE = 10


class Lost(UploadedFile):  # type: ignore[type-arg]  # no generic at run time
    """A file of which only name and size are left."""

    def __init__(self, name: str, size: int, *, is_our_fault: bool) -> None:
        super().__init__(io.BytesIO(), name, "application/octet-stream", size)
        self.is_our_fault = is_our_fault


class Incoming(TemporaryFileUploadHandler):
    """One file on its way to disk."""

    is_lost = is_our_fault = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.is_lost = self.is_our_fault = False
        try:
            super().new_file(*args, **kwargs)
        except OSError:
            self.is_lost = self.is_our_fault = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.is_lost:
            return
        if start + len(raw_data) > settings.UPLOAD_BYTES:
            self._lose()
            return
        try:
            self.file.write(raw_data)
        except OSError:
            self._lose(is_our_fault=True)

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        try:
            if not self.is_lost:
                # What the buffer still holds may be what the disk has no room for.
                self.file.flush()
                return super().file_complete(file_size)
        except OSError:
            self._lose(is_our_fault=True)
        return Lost(str(self.file_name), file_size, is_our_fault=self.is_our_fault)

    def _lose(self, *, is_our_fault: bool = False) -> None:
        self.is_lost, self.is_our_fault = True, is_our_fault
        with suppress(OSError):
            self.file.close()


def too_large_to_read(request: HttpRequest) -> bool:
    """Whether a request says it is longer than any form of ours, so that nobody reads it."""
    most = settings.UPLOAD_BYTES * MOST_FILES_AT_ONCE + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) > most
    except ValueError:
        return False
