"""Finding by looking: the map of the language, and patterns side by side."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from media4sec.kit.ratelimit import at_most
from media4sec.kit.views import shareable
from media4sec.patterns import queries


@require_safe
@at_most(120, seconds=60, methods=("GET", "HEAD"))
def language(request: HttpRequest) -> HttpResponse:
    """The map; with ``?at=`` the neighbourhood of one pattern."""
    at = request.GET.get("at", "")
    page = queries.map_page(at)
    if at and page.chosen is None:
        raise Http404
    response = render(request, "patterns/map.html", {"page": page})
    is_kept = not request.GET and not request.user.is_authenticated
    return shareable(response) if is_kept else response


@require_safe
@at_most(120, seconds=60, methods=("GET", "HEAD"))
def compare(request: HttpRequest) -> HttpResponse:
    """Two or three patterns, as the address says; nothing is remembered."""
    page = queries.compare_page(request.GET.getlist("with"))
    return render(request, "patterns/compare.html", {"page": page})
