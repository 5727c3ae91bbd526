"""Files going out to those who may read them, and drafts coming in."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.defaults import bad_request

from media4sec.kit import drafts, ratelimit
from media4sec.kit.errors import Refused
from media4sec.kit.incoming import too_large_to_read
from media4sec.kit.marking import Door, Extent, extent
from media4sec.kit.models import Upload
from media4sec.kit.ratelimit import TooMany
from media4sec.kit.rooms import kinds

DRAFTS_A_MINUTE = 60
_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


@require_safe
def file(request: HttpRequest, pk: int) -> FileResponse:
    """A file, for the readers of what carries it; for its owner while nothing does."""
    upload = Upload.objects.filter(pk=pk).first()
    if upload is None or not _may_read(request.user, upload):
        raise Http404
    response = send(upload)
    # Asked again each time: the thing may have been narrowed or deleted since.
    if not request.user.is_authenticated and _is_public(upload):
        patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    else:
        patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Cookie"])
    return response


def send(upload: Upload) -> FileResponse:
    """The bytes, so that no browser runs them. Whoever calls has asked who may read them."""
    path = str(upload.file.name)
    try:
        content = upload.file.storage.open(path)
    except OSError as error:
        raise Http404 from error
    kind = _TYPES.get(path[path.rfind(".") :])
    response = FileResponse(
        content,
        as_attachment=kind is None,
        filename=upload.name,
        content_type=kind or "application/pdf",
    )
    # Whatever else the bytes may be, a browser runs none of it.
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["ETag"] = f'"{hashlib.sha256(path.encode()).hexdigest()[:20]}"'
    return response


def _may_read(visitor: Any, upload: Upload) -> bool:
    if not upload.thing_kind:
        return bool(upload.owner_id == visitor.pk)
    kind = kinds().get(upload.thing_kind)
    return bool(kind and kind.visible_to(visitor).filter(pk=upload.thing_id).exists())


def _is_public(upload: Upload) -> bool:
    """Whether the thing that carries it may lie in shared caches."""
    kind = kinds().get(upload.thing_kind)
    if kind is None or upload.thing_id is None:
        return False
    labels = [kind.entry(thing).label for thing in kind.fetch([upload.thing_id])]
    return any(extent(label, Door.SHARED_CACHE) is Extent.FULL for label in labels)


@require_POST
def draft(request: HttpRequest) -> JsonResponse:
    """Keep what is being typed; the answer to a script, so every refusal is JSON."""
    try:
        return _keep_draft(request)
    except TooMany as reason:
        answer = _say(_("Too many drafts in a minute. We try again soon."), 429)
        answer["Retry-After"] = str(reason.seconds)
        return answer
    except (Refused, ValueError) as reason:
        sentence = reason.sentence if isinstance(reason, Refused) else _("This is no draft.")
        return _say(sentence, 422)
    except OperationalError:
        answer = _say(_("The draft could not be kept just now. We try again soon."), 503)
        answer["Retry-After"] = "5"
        return answer


def _keep_draft(request: HttpRequest) -> JsonResponse:
    if not request.user.is_authenticated:
        return _say(_("Sign in again to keep your text. It is still on this page."), 401)
    ratelimit.check("drafts", f"m{request.user.pk}", most=DRAFTS_A_MINUTE)
    fields = _fields(request)
    place = fields.pop("place", "")
    kept = drafts.keep(request.user, place if isinstance(place, str) else "", fields)
    return JsonResponse({"saved_at": kept.saved_at.isoformat()})


def _fields(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        return {name: ",".join(values) for name, values in request.POST.lists()}
    try:
        sent = json.loads(request.body)
    except RecursionError as error:
        raise ValueError("nested without end") from error
    if not isinstance(sent, dict):
        raise ValueError("a draft is an object")
    return sent


def _say(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)


def too_large(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """More than any form of ours sends; as handler400 also what is broken otherwise."""
    if exception is not None and not isinstance(exception, _TOO_MUCH):
        return bad_request(request, exception)
    context = {
        "status": 413,
        "heading": _("This is too large to send."),
        "sentence": _("Go back: your text is still there. Add fewer or smaller files."),
    }
    return render(request, "kit/error.html", context, status=413)


def body_limit(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Middleware: answer 413 before a single byte of an endless body is read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return too_large(request) if too_large_to_read(request) else get_response(request)

    return middleware
