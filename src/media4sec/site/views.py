"""The front door's pages: each for everybody, and kept for strangers when all of it is public."""

from datetime import timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from media4sec.feeds import queries as feed_queries
from media4sec.feeds.views.feeds import feed
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.markdown import clean_line
from media4sec.kit.ratelimit import at_most
from media4sec.kit.views import shareable
from media4sec.site import linking, queries, search
from media4sec.site.forms import SearchForm


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of public things: strangers' copies may be shared."""
    response = render(request, template, context)
    return response if request.user.is_authenticated else shareable(response)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return render(request, "site/dashboard.html", {"home": queries.members_home(request)})
    return _page(request, "site/home.html", {"home": queries.strangers_home()})


@require_safe
@at_most(60, seconds=60, methods=("GET", "HEAD"))
def find(request: HttpRequest) -> HttpResponse:
    """Search: what strangers find is public, and found again until something changes."""
    among = search.choices(request.user)
    form = SearchForm(request.GET, among=among)
    results = None
    if form.is_valid() and form.cleaned_data["q"]:
        asked = form.asked(request.GET.get("page", ""))
        results = search.search(asked, visitor=request.user, among=among)
    response = _page(request, "site/search.html", {"form": form, "results": results})
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@at_most(30, seconds=60, methods=("GET", "HEAD"))
def search_feed(request: HttpRequest, ending: str) -> HttpResponse:
    """A search that goes on: what everyone may read and has these words."""
    form = SearchForm(request.GET, among=search.public_choices())
    if not form.is_valid() or not form.cleaned_data["q"]:
        raise Http404
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    channel = feed_queries.chosen(
        search.public_refs(form.asked("")),
        label=asked["q"],
        home=f"{reverse('site:search')}?{urlencode(asked)}",
        query=urlencode(asked),
    )
    return feed(request, channel, ending)


# What belongs together


@at_most(60, seconds=60, methods=("GET", "HEAD"))
@require_safe
@login_required
def linked(request: HttpRequest, ref: str) -> HttpResponse:
    """What is linked to a thing: into its page by htmx, or as a page where one can link more."""
    thing = _thing(request, ref)
    page = linking.linked_page(request.user, thing, clean_line(request.GET.get("q", "")))
    template = "site/_linked.html" if request.htmx else "site/linked.html"
    return render(request, template, {"page": page, "relations": linking.RELATIONS.items()})


@at_most(30)
@require_POST
@login_required
def link(request: HttpRequest, ref: str) -> HttpResponse:
    thing = _thing(request, ref)
    try:
        linking.link(
            thing, request.POST.get("relation", ""), request.POST.get("other", ""), by=request.user
        )
    except Refused as reason:
        messages.error(request, reason.sentence)
    else:
        messages.success(request, _("These two are linked now. Both pages show it."))
    return redirect("site:linked", ref)


@at_most(30)
@require_POST
@login_required
def unlink(request: HttpRequest, pk: int) -> HttpResponse:
    found = linking.link_at(request.user, pk)
    if found is None:
        raise Http404
    linking.unlink(found, by=request.user)
    messages.success(request, _("The link is gone. The two things are not changed."))
    return redirect("site:linked", str(found.source))


def _thing(request: HttpRequest, ref: str) -> Model:
    thing = linking.thing_at(request.user, ref)
    if thing is None:
        raise Http404
    return thing


@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    found, circles = queries.theme_with_circles(slug, request.user)
    if found is None:
        raise Http404
    return _page(request, "site/theme.html", {"theme": found, "circles": circles})


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """For whoever watches over the server: well or not, and since when."""
    health = queries.health()
    silence = health.worker_silence
    return JsonResponse(
        {
            "status": "well" if health.is_well else "not well",
            "database": health.database,
            "worker_seconds": None if silence is None else round(silence),
        },
        status=200 if health.is_well else 503,
    )


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return _text(request, "site/robots.txt", {"site_url": settings.SITE_URL})


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116. It ends in a year, and begins anew with every answer."""
    expires = (now() + timedelta(days=365)).strftime("%Y-%m-%dT00:00:00Z")
    context = {"contact": parseaddr(settings.CONTACT)[1], "expires": expires}
    return _text(request, "site/security.txt", {**context, "site_url": settings.SITE_URL})


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    parts = range(queries.map_parts())
    return _text(request, "site/sitemap.xml", {"parts": parts, "site_url": settings.SITE_URL})


@require_safe
def site_map_pages(request: HttpRequest) -> HttpResponse:
    pages_of_ours = queries.mapped_pages()
    return _addresses(request, [queries.Mapped(url) for url in pages_of_ours])


@require_safe
def site_map_part(request: HttpRequest, part: int) -> HttpResponse:
    if part >= queries.map_parts():
        raise Http404
    return _addresses(request, queries.mapped(part))


def _addresses(request: HttpRequest, mapped: list[queries.Mapped]) -> HttpResponse:
    context = {"mapped": mapped, "site_url": settings.SITE_URL}
    return _text(request, "site/sitemap_part.xml", context)


def _text(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Public for everybody, whoever asks."""
    content_type = "application/xml" if template.endswith(".xml") else "text/plain; charset=utf-8"
    return shareable(render(request, template, context, content_type=content_type))


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    return shareable(redirect(static("kit/favicon.svg")))
