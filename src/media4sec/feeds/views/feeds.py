"""Feeds, their list, and social cards: public for everybody, whoever asks."""

from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from media4sec.feeds import card, queries, writing
from media4sec.kit import ical
from media4sec.kit.clock import now
from media4sec.kit.ratelimit import at_most
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of, kinds
from media4sec.kit.views import shareable

#: The date of a change has no parts of a second: within this one more could follow, unseen.
_A_SECOND = timedelta(seconds=1)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The page that lists them for people."""
    context = {"channels": queries.channels(), "has_dates": any(k.dated for k in kinds().values())}
    response = render(request, "feeds/index.html", context)
    return response if request.user.is_authenticated else shareable(response)


@require_safe
def atom(request: HttpRequest, channel: str) -> HttpResponse:
    return feed(request, _find(channel), "atom")


@require_safe
def json(request: HttpRequest, channel: str) -> HttpResponse:
    return feed(request, _find(channel), "json")


@require_safe
def calendar(request: HttpRequest, channel: str) -> HttpResponse:
    """What takes place in a channel, for calendars that ask again by themselves."""
    found = _find(channel)
    content = ical.calendar(found.title, queries.dates(found))
    return shareable(HttpResponse(content, content_type=ical.MEDIA_TYPE))


def _find(name: str) -> queries.Channel:
    found = queries.channel(name)
    if found is None:
        raise Http404
    return found


def feed(request: HttpRequest, channel: queries.Channel, ending: str) -> HttpResponse:
    """One page of a channel. What asks "changed since?" is answered by the middleware."""
    before = request.GET.get("before", "")
    page = queries.feed_page(channel, before=before)
    address = channel.url(ending)
    joint = "&" if "?" in address else "?"
    here = {
        "address": f"{address}{joint}before={before}" if before and page.page.newer else address,
        "following": f"{address}{joint}before={page.page.older}" if page.page.older else "",
    }
    response = (
        HttpResponse(writing.atom(page, **here), content_type="application/atom+xml; charset=utf-8")
        if ending == "atom"
        else JsonResponse(
            writing.json_feed(page, **here),
            content_type="application/feed+json",
            json_dumps_params={"ensure_ascii": False},
        )
    )
    return _dated(shareable(response), page.changed_at)


def _dated(response: HttpResponse, changed_at: datetime | None) -> HttpResponse:
    if changed_at and now() - changed_at > _A_SECOND:
        response["Last-Modified"] = http_date(changed_at.timestamp())
    # Whoever reads feeds on a page of their own may do so: nothing here is a secret.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def opml(request: HttpRequest) -> HttpResponse:
    content = writing.opml(queries.channels())
    return shareable(HttpResponse(content, content_type="text/x-opml; charset=utf-8"))


@require_safe
@at_most(60, methods=("GET",))
def social_card(request: HttpRequest, ref: str) -> HttpResponse:
    """The picture beside a link to us. What is not public has none, and nobody learns why."""
    try:
        row = queries.publication_at(Ref.parse(ref))
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    if row is None:
        raise Http404
    theme = row.theme.title if row.theme else ""
    content = card.draw(title=row.title, kind=str(kind_of(row.ref).title), theme=theme)
    return _dated(shareable(HttpResponse(content, content_type="image/png")), row.changed_at)
