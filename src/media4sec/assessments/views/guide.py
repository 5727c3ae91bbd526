"""The activity guide and the worked examples, for everybody."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from media4sec.assessments.queries import activity as activities
from media4sec.assessments.queries import examples as worked
from media4sec.assessments.queries import guide, library
from media4sec.kit.views import shareable

_LONGEST = 100


def public(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The same for everybody; only a stranger's goes into shared caches."""
    known = {"is_reviewed": library.is_reviewed(), **context}
    response = render(request, f"assessments/{template}.html", known)
    return response if request.user.is_authenticated else shareable(response)


def words_of(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:_LONGEST]


def _country(request: HttpRequest) -> str:
    """A country whose layer we have; "" is what all share."""
    asked = request.GET.get("country", "")
    return asked if asked in dict(guide.countries_of()) else ""


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All activities one may plan."""
    words, country = words_of(request), _country(request)
    groups = guide.groups_of(country, words)
    context = {
        "groups": groups,
        "count": sum(len(group.activities) for group in groups),
        "words": words,
        "country": country,
        "countries": guide.countries_of(),
        "examples": worked.examples_of(),
    }
    return public(request, "index", context)


@require_safe
def activity(request: HttpRequest, slug: str) -> HttpResponse:
    page = _page(request, slug)
    context = {
        "page": page,
        "countries": guide.countries_of(),
        "examples": worked.examples_of(page.key),
    }
    return public(request, "guide_activity", context)


@require_safe
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    return public(request, "guide_questions", {"page": _page(request, slug)})


def _page(request: HttpRequest, slug: str) -> activities.ActivityPage:
    page = activities.activity_page(slug, _country(request))
    if page is None:
        raise Http404
    return page


@require_safe
def examples(request: HttpRequest) -> HttpResponse:
    return public(request, "examples", {"examples": worked.examples_of()})


@require_safe
def example(request: HttpRequest, slug: str) -> HttpResponse:
    page = worked.example_page(slug)
    if page is None:
        raise Http404
    return public(request, "example", {"page": page})
