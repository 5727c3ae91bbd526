"""Reading: the catalogue, a pattern, its versions."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from media4sec.kit import cite
from media4sec.kit.ratelimit import at_most
from media4sec.kit.views import shareable
from media4sec.patterns import queries
from media4sec.patterns.models import Pattern


def _public(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of public things: strangers' copies may be shared."""
    response = render(request, template, context)
    return response if request.user.is_authenticated else shareable(response)


@require_safe
@at_most(120, seconds=60, methods=("GET", "HEAD"))
def index(request: HttpRequest) -> HttpResponse:
    """The catalogue. Combinations of boxes are as many as strangers, so only its front is kept."""
    catalogue = queries.pattern_catalogue(request.GET, request.user)
    context = {"catalogue": catalogue}
    if request.GET:
        return render(request, "patterns/index.html", context)
    return _public(request, "patterns/index.html", context)


@require_safe
def of_theme(request: HttpRequest, theme: str) -> HttpResponse:
    """A few patterns of a theme, for the panel on its page."""
    context = {"rows": queries.theme_rows(theme), "theme": theme}
    return _public(request, "patterns/_of_theme.html", context)


def _pattern_at(slug: str) -> Pattern:
    found = queries.pattern_at(slug)
    if found is None:
        raise Http404
    return found


@require_safe
def pattern(request: HttpRequest, slug: str) -> HttpResponse:
    found = _pattern_at(slug)
    page = queries.pattern_page(request.user, found)
    context = {
        "pattern": found,
        "page": page,
        "voices": queries.voices_of(request.user, found),
        "reviews": queries.published_reviews(request.user, found),
        "weights": queries.weights_of(found),
    }
    return _public(request, "patterns/pattern.html", context)


@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A version as others cited it; the newest stands at its own address, too."""
    found = _pattern_at(slug)
    shown = queries.version_page(found, number)
    if shown is None:
        raise Http404
    context = {"pattern": found, "version": shown.version, "page": shown}
    return _public(request, "patterns/version.html", context)


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """What changed from version to version."""
    found = _pattern_at(slug)
    context = {"pattern": found, "page": queries.history_page(found)}
    return _public(request, "patterns/history.html", context)


@require_safe
def citation(request: HttpRequest, slug: str, number: int, style: str) -> HttpResponse:
    """A reference as a file, in a format that other software reads."""
    found = queries.version_for_citing(slug, number)
    if style not in cite.FORMATS or found is None:
        raise Http404
    write, media_type, ending = cite.FORMATS[style]
    content = write(queries.source_of(*found))
    response = HttpResponse(content, content_type=f"{media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-v{number}.{ending}"'
    return shareable(response)
