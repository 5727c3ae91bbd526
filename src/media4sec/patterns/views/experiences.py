"""Experiences: finding and reading them."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from media4sec.kit.marking import Label
from media4sec.kit.ratelimit import at_most
from media4sec.kit.views import shareable
from media4sec.patterns import queries
from media4sec.patterns.models import Experience


@require_safe
@at_most(120, seconds=60, methods=("GET", "HEAD"))
def index(request: HttpRequest) -> HttpResponse:
    """The catalogue. Combinations of boxes are as many as strangers, so only its front is kept."""
    catalogue, red = queries.experience_catalogue(request.GET, request.user)
    context = {"catalogue": catalogue, "red": red}
    response = render(request, "patterns/experiences.html", context)
    is_front = not request.GET and not request.user.is_authenticated
    return shareable(response) if is_front else response


@require_safe
@at_most(120, seconds=60, methods=("GET", "HEAD"))
@login_required
def lately(request: HttpRequest) -> HttpResponse:
    """The newest ones, of everybody or of a circle or a member: for the panel on another page."""
    catalogue, _red = queries.experience_catalogue(request.GET, request.user)
    return render(request, "patterns/_lately.html", {"catalogue": catalogue})


@require_safe
@login_required
def red(request: HttpRequest) -> HttpResponse:
    """What is for named readers only: the way to it, and nothing of it."""
    context = {"rows": queries.red_experiences(request.user)}
    return render(request, "patterns/experiences_red.html", context)


def experience_of(request: HttpRequest, pk: int) -> Experience:
    found = queries.experience_at(request.user, pk)
    if found is None:
        raise Http404
    return found


def _as_public(request: HttpRequest, found: Experience, response: HttpResponse) -> HttpResponse:
    """Strangers' copies of public things may be shared."""
    is_public = found.label == Label.CLEAR and not request.user.is_authenticated
    return shareable(response) if is_public else response


@require_safe
def experience(request: HttpRequest, pk: int) -> HttpResponse:
    found = experience_of(request, pk)
    context = {
        "page": queries.experience_page(request.user, found),
        "experience": found,
        "voices": queries.voices_of(request.user, found),
        "inquiries": queries.inquiries_about(request.user, found),
    }
    return _as_public(request, found, render(request, "patterns/experience.html", context))


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What its author changed, version by version."""
    found = experience_of(request, pk)
    context = {"changes": queries.experience_history(found), "experience": found}
    return _as_public(request, found, render(request, "patterns/tell_history.html", context))
