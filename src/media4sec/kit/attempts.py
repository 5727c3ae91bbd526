"""A double click sends one thing, not two."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseRedirect

from media4sec.kit.clock import now
from media4sec.kit.models import Attempt

#: The name of the hidden field.
FIELD = "attempt"
#: Nobody sends a form again after this.
LASTS = timedelta(days=7)


def token() -> str:
    """A fresh value for the hidden field ``attempt`` of a form."""
    return secrets.token_urlsafe(16)


def once(request: HttpRequest, make: Callable[[], Any]) -> HttpResponseRedirect:
    """Make the thing and go to it; the same form sent again only goes to it.

    Both sends compete for one row. The second waits until the first is done: for the
    unique constraint on PostgreSQL, for the write lock on SQLite. When the first was
    refused, its row went with its transaction, and the second has its try.
    """
    if not request.POST.get(FIELD):
        return HttpResponseRedirect(make().get_absolute_url())
    with transaction.atomic():
        attempt = Attempt(owner_id=cast("int", request.user.pk), token=_fingerprint(request))
        try:
            with transaction.atomic():
                attempt.save(force_insert=True)
        except IntegrityError:
            attempt = Attempt.objects.get(owner_id=request.user.pk, token=attempt.token)
        else:
            attempt.result = make().get_absolute_url()
            attempt.save(update_fields=["result"])
    return HttpResponseRedirect(attempt.result)


def sweep_attempts() -> None:
    """House-keeping: forget what nobody will send again."""
    Attempt.objects.filter(at__lt=now() - LASTS).delete()


def _fingerprint(request: HttpRequest) -> str:
    """Token and content: who goes back and writes something else sends a new thing."""
    fields = sorted(
        (name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"
    )
    files = sorted((file.name, file.size) for _, group in request.FILES.lists() for file in group)
    said = repr((request.path, fields, files)).encode("utf-8", "backslashreplace")
    return hashlib.sha256(said).hexdigest()[:40]
