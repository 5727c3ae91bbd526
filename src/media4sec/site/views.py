"""The front door's pages: each for everybody, and kept for strangers when all of it is public."""

from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from media4sec.kit.clock import now
from media4sec.kit.models import Theme
from media4sec.kit.ratelimit import at_most
from media4sec.kit.views import shareable
from media4sec.site import pages, queries, search
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
    """Search. Not kept: questions are as many as strangers."""
    among = search.choices(request.user)
    form = SearchForm(request.GET, among=among)
    results = None
    if form.is_valid() and form.cleaned_data["q"]:
        asked = form.asked(request.GET.get("page", ""))
        results = search.search(asked, visitor=request.user, among=among)
    return render(request, "site/search.html", {"form": form, "results": results})


@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Theme, slug=slug)
    circles = queries.circles_of(found, request.user)
    return _page(request, "site/theme.html", {"theme": found, "circles": circles})


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, "site/page.html", {"page": pages.page(slug)})


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
    return _addresses(request, queries.mapped_pages())


@require_safe
def site_map_part(request: HttpRequest, part: int) -> HttpResponse:
    if part >= queries.map_parts():
        raise Http404
    return _addresses(request, queries.mapped(part))


def _addresses(request: HttpRequest, urls: list[str]) -> HttpResponse:
    context = {"urls": urls, "site_url": settings.SITE_URL}
    return _text(request, "site/sitemap_part.xml", context)


def _text(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Public for everybody, whoever asks."""
    content_type = "application/xml" if template.endswith(".xml") else "text/plain; charset=utf-8"
    return shareable(render(request, template, context, content_type=content_type))


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    return shareable(redirect(static("kit/favicon.svg")))
