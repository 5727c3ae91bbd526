"""Experiences: reading and telling them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from media4sec.kit.marking import Label
from media4sec.kit.views import shareable
from media4sec.patterns import queries


@require_safe
def experience(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.experience_at(request.user, pk)
    if found is None:
        raise Http404
    page = queries.experience_page(request.user, found)
    response = render(request, "patterns/experience.html", {"page": page, "experience": found})
    is_public = found.label == Label.CLEAR and not request.user.is_authenticated
    return shareable(response) if is_public else response
