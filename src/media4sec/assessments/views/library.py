"""The legal library, for everybody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from media4sec.assessments.queries import library, releases
from media4sec.assessments.views.guide import public, words_of


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    words = words_of(request)
    return public(request, "law", {"page": library.library_page(words), "words": words})


@require_safe
def instrument(request: HttpRequest, slug: str) -> HttpResponse:
    found = library.instrument_page(slug)
    if found is None:
        raise Http404
    return public(request, "law_instrument", {"instrument": found})


@require_safe
def provision(request: HttpRequest, key: str) -> HttpResponse:
    page = library.provision_page(key)
    if page is None:
        raise Http404
    return public(request, "law_provision", {"page": page})


@require_safe
def packs(request: HttpRequest) -> HttpResponse:
    """Which rules the checks go by, and how far they were reviewed."""
    return public(request, "law_packs", {"packs": library.packs_of()})


@require_safe
def pack(request: HttpRequest, key: str) -> HttpResponse:
    """One pack: what was in force since when, and what changed."""
    marks = {name: request.GET.get(name, "") for name in ("before", "after")}
    shown, page = releases.pack_shown(key), releases.releases_page(key, **marks)
    if shown is None and not page.rows:
        raise Http404
    context = {"shown": shown, "key": key, "page": page}
    context["releases"] = releases.releases_shown(page)
    return public(request, "law_pack", context)
