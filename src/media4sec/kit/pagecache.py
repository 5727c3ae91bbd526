"""Pages for strangers are rendered once, until something changes.

A page is kept with the Stamp that held before it was rendered. Every recorded
activity raises the stamp after its commit; a kept page with an older stamp is
rendered again. Only answers marked ``Cache-Control: public`` are kept, so only
what is TLP:CLEAR throughout. Who brings a session, a token or any cookie that
might change a page never comes here. Should a process die between a commit and
its stamp, other processes show what they kept for PAGE_CACHE_SECONDS at most.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from media4sec.kit.models import Stamp

GetResponse = Callable[[HttpRequest], HttpResponse]
_MOST_BYTES = 16 * 1024 * 1024
_LARGEST_PAGE = 512 * 1024
_LONGEST_QUERY = 200


class Kept(NamedTuple):
    """A page as it was, apart from the response that carried it."""

    stamp: int
    until: float
    content: bytes
    headers: dict[str, str]


_pages: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
_lock = Lock()


def forget() -> None:
    """Something changed: no page rendered before this moment is shown again."""
    with _lock:
        _pages.clear()
    if not Stamp.objects.filter(pk=1).update(value=F("value") + 1):
        # Where no row is, the stamp was 0 so far.
        Stamp.objects.get_or_create(pk=1, defaults={"value": 1})


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
        key, stamp = _key(request), _stamp()
        kept = _find(key, stamp)
        if kept:
            return _answer(request, kept)
        response = get_response(request)
        if request.method == "GET" and _may_be_kept(response):
            _keep(key, stamp, response)
        return response

    return middleware


def _is_strangers(request: HttpRequest) -> bool:
    """Nothing in the request could make this page somebody's own. Most bring no cookie at all."""
    meta = request.META
    if request.method not in {"GET", "HEAD"}:
        return False
    if "HTTP_AUTHORIZATION" in meta or "HTTP_HX_REQUEST" in meta:
        return False
    harmless = {settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    return "HTTP_COOKIE" not in meta or harmless.issuperset(request.COOKIES)


def _key(request: HttpRequest) -> tuple[str, ...]:
    """What a page depends on. A wrong host gets no page of ours, so none is kept for it."""
    meta = request.META
    language = ""
    if len(settings.LANGUAGES) > 1:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen or meta.get("HTTP_ACCEPT_LANGUAGE", "")
    host = meta.get("HTTP_HOST", "")
    return (host, request.path_info, meta.get("QUERY_STRING", ""), language)


def _find(key: tuple[str, ...], stamp: int) -> Kept | None:
    with _lock:
        kept = _pages.get(key)
        if kept is None:
            return None
        if kept.stamp != stamp or kept.until < time.monotonic():
            del _pages[key]
            return None
        _pages.move_to_end(key)
        return kept


def _may_be_kept(response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and "public" in response.get("Cache-Control", "")
        and not response.cookies
        and len(response.content) <= _LARGEST_PAGE
    )


def _keep(key: tuple[str, ...], stamp: int, response: HttpResponse) -> None:
    if sum(map(len, key)) > _LONGEST_QUERY:
        return
    if "ETag" not in response:
        response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:20]}"'
    until = time.monotonic() + settings.PAGE_CACHE_SECONDS
    with _lock:
        _pages[key] = Kept(stamp, until, response.content, dict(response.items()))
        _pages.move_to_end(key)
        while sum(len(kept.content) for kept in _pages.values()) > _MOST_BYTES:
            _pages.popitem(last=False)


def _answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    if kept.headers["ETag"] not in request.META.get("HTTP_IF_NONE_MATCH", ""):
        return HttpResponse(kept.content, headers=kept.headers)
    response: HttpResponse = HttpResponseNotModified()
    for name in ("ETag", "Cache-Control", "Vary"):
        if name in kept.headers:
            response[name] = kept.headers[name]
    return response
