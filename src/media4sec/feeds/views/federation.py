"""What other servers of the fediverse ask and say. Closed while federation is off."""

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from media4sec.feeds import activitypub, keys, queries
from media4sec.feeds.writing import absolute
from media4sec.kit.ratelimit import at_most
from media4sec.kit.refs import Ref
from media4sec.kit.views import shareable

View = Callable[..., HttpResponse]


def spoken(view: View) -> View:
    """Not there at all while we do not speak with the fediverse."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.FEDERATION:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _json(document: dict[str, Any], kind: str = activitypub.TYPE) -> HttpResponse:
    made = JsonResponse(document, content_type=kind, json_dumps_params={"ensure_ascii": False})
    response = shareable(made)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _actor(name: str) -> activitypub.Actor:
    found = queries.actor(name)
    if found is None:
        raise Http404
    return found


@require_safe
@spoken
def webfinger(request: HttpRequest) -> HttpResponse:
    """``acct:community@our.host``, or the address of an actor."""
    resource = request.GET.get("resource", "")
    host = urlsplit(settings.SITE_URL).netloc
    name, _at, where = resource.removeprefix("acct:").removeprefix("@").rpartition("@")
    if not resource.startswith("acct:"):
        name, where = resource.removeprefix(absolute("/actors/")).rstrip("/"), host
        if activitypub.actor_uri(name) != resource:
            raise Http404
    if where.lower() != host or not name or "\x00" in name:
        raise Http404
    return _json(activitypub.webfinger(_actor(name.lower())), "application/jrd+json")


@require_safe
@spoken
def nodeinfo_links(request: HttpRequest) -> HttpResponse:
    rel = "http://nodeinfo.diaspora.software/ns/schema/2.1"
    return _json(
        {"links": [{"rel": rel, "href": absolute(reverse("feeds:nodeinfo"))}]}, "application/json"
    )


@require_safe
@spoken
def nodeinfo(request: HttpRequest) -> HttpResponse:
    posts = queries.said_by(activitypub.community()).count()
    return _json(activitypub.nodeinfo(posts=posts), "application/json")


@require_safe
@spoken
def actor(request: HttpRequest, name: str) -> HttpResponse:
    return _json(activitypub.actor_document(_actor(name), keys.own_key()))


@require_safe
@spoken
@at_most(60, methods=("GET",))
def outbox(request: HttpRequest, name: str) -> HttpResponse:
    """What this actor said, newest first, a page at a time."""
    found, before = _actor(name), request.GET.get("before")
    here = f"{found.uri}outbox/"
    if before is None:
        count = queries.said_by(found).count()
        return _json(activitypub.collection(here, count=count, first=f"{here}?before="))
    page = queries.outbox(found, before=before)
    following = f"{here}?before={page.older}" if page.older else ""
    made = activitypub.outbox_page(
        name, page, here=absolute(request.get_full_path()), following=following
    )
    return _json(made)


@require_safe
@spoken
def followers(request: HttpRequest, name: str) -> HttpResponse:
    """How many, and never who."""
    found = _actor(name)
    uri = activitypub.followers_uri(name)
    return _json(activitypub.collection(uri, count=queries.follower_count(found)))


@require_safe
@spoken
def note(request: HttpRequest, ref: str) -> HttpResponse:
    """A publication in their words; 410 when it was public once."""
    try:
        where = Ref.parse(ref)
        row = queries.publication_at(where)
        if row is None and not queries.was_public(where):
            raise Http404
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    if row is None:
        gone = {"id": activitypub.note_uri(where), "type": "Tombstone"}
        return JsonResponse(
            {"@context": activitypub.CONTEXT, **gone}, status=410, content_type=activitypub.TYPE
        )
    return _json({"@context": activitypub.CONTEXT, **activitypub.note(row)})
