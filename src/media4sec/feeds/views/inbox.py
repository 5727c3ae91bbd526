"""The door through which other servers speak to us: who proves nothing is not heard."""

import time
from threading import Lock
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from media4sec.feeds import queries, services, signatures
from media4sec.feeds.models import RemoteActor
from media4sec.feeds.signatures import Signature, Unsigned
from media4sec.feeds.views.federation import spoken
from media4sec.kit.errors import Refused
from media4sec.kit.http import Unreachable
from media4sec.kit.ratelimit import TooMany, at_most

#: Longer than any activity that we understand.
LARGEST = 256 * 1024
#: Reading a key may take seconds: one page at a time waits for it, the others stay free.
_reading = Lock()
#: Whose document takes so many seconds is not asked again for so many: others wait meanwhile.
SLOW, REST = 2.0, 60


class _No(Exception):  # noqa: N818 - an answer, not a fault
    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@csrf_exempt
@require_POST
@spoken
@at_most(300)
def inbox(request: HttpRequest, name: str = "") -> HttpResponse:
    """One activity, for one of our actors or all of them."""
    if name and queries.actor(name) is None:
        return _say(404, "There is no such actor.")
    try:
        said = _read(request)
        signature = _signature(request)
        by = _proven(said, signature)
        if by is not None:
            services.receive(said, by=by)
    except _No as answer:
        return _say(answer.status, str(answer))
    except Unsigned as reason:
        return _say(401, f"This is not signed as we need it: {reason}.")
    except Refused as reason:
        return _say(422, reason.sentence)
    except TooMany as reason:
        response = _say(429, "Too many answers in an hour.")
        response["Retry-After"] = str(reason.seconds)
        return response
    if by is not None and said["type"] == "Follow":
        services.deliver_soon.enqueue()
    return HttpResponse(status=202)


def _say(status: int, sentence: str) -> HttpResponse:
    return JsonResponse({"error": sentence}, status=status)


def _read(request: HttpRequest) -> dict[str, Any]:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        raise _No(413, "This is longer than any activity that we understand.")
    try:
        said = services.parsed(request.body)
    except Unreachable as reason:
        raise _No(400, f"We cannot read this: {reason}.") from reason
    if not all(isinstance(said.get(key), str) for key in ("type", "actor", "id")):
        raise _No(400, "An activity has an id, a type and an actor.")
    return said


def _signature(request: HttpRequest) -> Signature:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return signatures.read(request.method or "", request.get_full_path(), headers, request.body)


def _proven(said: dict[str, Any], signature: Signature) -> RemoteActor | None:
    """Who it is, as their own document confirms. None: somebody left whom we never knew."""
    uri, host = said["actor"], services.host_of(said["actor"])
    if services.host_of(signature.key_id) != host or services.host_of(said["id"]) != host:
        raise _No(401, "Nobody signs for somebody on another server.")
    if queries.is_blocked(host):
        raise _No(403, "We do not speak with this server.")
    if said["type"] == "Delete":
        # Who deletes their account cannot be asked any more: the key that we know must do.
        known = RemoteActor.objects.select_related("peer").filter(uri=uri).first()
        if known is None or _fits(known, signature):
            return known
    by = _asked(uri)
    if not _fits(by, signature) and not by.is_settled:
        # They may have a new key since we asked.
        by = _asked(uri, anew=True)
    if not _fits(by, signature):
        raise Unsigned("the key does not fit")
    return by


def _fits(by: RemoteActor, signature: Signature) -> bool:
    return by.key_id == signature.key_id and signature.holds(by.public_pem)


def _asked(uri: str, *, anew: bool = False) -> RemoteActor:
    known = RemoteActor.objects.select_related("peer").filter(uri=uri).first()
    if known and known.is_fresh and not anew:
        return known
    slow = f"feeds:slow:{services.host_of(uri)}"
    if cache.get(slow):
        raise _No(503, "Your server took its time a moment ago. Please try again.")
    if not _reading.acquire(blocking=False):
        raise _No(503, "We are reading somebody else's key. Please try again.")
    began = time.monotonic()
    try:
        return services.remote_actor(uri, anew=anew)
    except Unreachable as reason:
        raise _No(401, f"We cannot read who that is: {reason}.") from reason
    finally:
        _reading.release()
        if time.monotonic() - began > SLOW:
            cache.set(slow, True, REST)
