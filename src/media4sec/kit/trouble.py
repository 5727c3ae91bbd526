"""When the database is locked or away, or the disk is full: a clear page, and no word lost."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

#: Seconds after which trying again makes sense.
SOON = 30
#: What a form carries that is never shown back.
_PRIVATE = ("password", "code", "credential")


def is_trouble(error: BaseException | None) -> bool:
    """Whether trying again later may help: the database locked, full or away, or a full disk."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}


def is_under_way() -> bool:
    """The same, for the exception that is being answered just now."""
    return is_trouble(sys.exc_info()[1])


def busy(request: HttpRequest, *, keep_words: bool = False) -> HttpResponse:
    """503, made without the database. A form that was sent comes back, ready to be sent again.

    ``keep_words`` only where the form is known to be ours (its CSRF token was checked).
    """
    words = _words(request) if keep_words and request.method == "POST" else []
    context = {"words": words, "action": request.get_full_path(), "seconds": SOON}
    response = HttpResponse(render_to_string("kit/busy.html", context), status=503)
    response["Retry-After"] = str(SOON)
    response["Cache-Control"] = "no-store"
    return response


def _words(request: HttpRequest) -> list[tuple[str, str]]:
    """What was sent, unless it holds what should not be repeated; files cannot be."""
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    if any(part in name for name, _ in sent for part in _PRIVATE):
        return []
    return [(name, str(value)) for name, value in sent]
