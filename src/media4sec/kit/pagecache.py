"""Pages for strangers are rendered once, until something changes.

A page is kept with the Stamp under which it was rendered. Every recorded
activity raises the stamp after its commit; a kept page with an older stamp is
rendered again. Only answers marked ``Cache-Control: public`` are kept, so only
what is TLP:CLEAR throughout. Visitors with a session never come here.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from media4sec.kit.models import Stamp

GetResponse = Callable[[HttpRequest], HttpResponse]
_MOST_PAGES = 512
_pages: OrderedDict[tuple[str, ...], tuple[int, float, HttpResponse]] = OrderedDict()
_lock = Lock()


def forget() -> None:
    """Something changed: no page rendered before this moment is shown again."""
    if not Stamp.objects.filter(pk=1).update(value=F("value") + 1):
        Stamp.objects.get_or_create(pk=1)


def _stamp() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM kit_stamp WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else 0


def guest_pages(get_response: GetResponse) -> GetResponse:
    """Middleware: answer a stranger's GET from memory when nothing has changed since."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not settings.PAGE_CACHE_SECONDS or not _is_strangers(request):
            return get_response(request)
        key = (
            request.get_host(),
            request.get_full_path(),
            request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
            request.headers.get("Accept-Language", ""),
        )
        stamp = _stamp()
        kept = _pages.get(key)
        if kept and kept[0] == stamp and kept[1] > time.monotonic():
            return _answer(request, kept[2])
        response = get_response(request)
        if _may_be_kept(response):
            response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:20]}"'
            with _lock:
                _pages[key] = (stamp, time.monotonic() + settings.PAGE_CACHE_SECONDS, response)
                _pages.move_to_end(key)
                while len(_pages) > _MOST_PAGES:
                    _pages.popitem(last=False)
        return response

    return middleware


def _is_strangers(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "HX-Request" not in request.headers
    )


def _may_be_kept(response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and "public" in response.get("Cache-Control", "")
        and not response.cookies
    )


def _answer(request: HttpRequest, kept: HttpResponse) -> HttpResponse:
    if request.headers.get("If-None-Match") == kept["ETag"]:
        response: HttpResponse = HttpResponseNotModified()
        for name in ("ETag", "Cache-Control", "Vary"):
            if name in kept:
                response[name] = kept[name]
        return response
    response = HttpResponse(kept.content)
    response.headers = kept.headers.copy()
    return response
