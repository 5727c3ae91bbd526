"""What is new for me, what I watch, and the way from a notice to its thing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from media4sec.digests import services
from media4sec.digests.models import Notice
from media4sec.digests.queries import watching as queries
from media4sec.digests.queries.notices import notices_page, thing_of
from media4sec.kit import typed
from media4sec.kit.ratelimit import at_most
from media4sec.kit.refs import Ref
from media4sec.kit.watching import Level
from media4sec.members.models import is_reader

#: A line of the page stands for as many notices as the page holds at most.
MOST_AT_ONCE = 500


@require_safe
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    marks = {name: request.GET.get(name, "") for name in ("before", "after")}
    page = notices_page(request.user, **marks)
    if page.untold:
        services.forget(page.untold, by=request.user)
    return render(request, "digests/notices.html", {"page": page})


@require_safe
@login_required
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """From a line to its thing, read from now on. It says nothing of what one may not open."""
    found = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    thing = thing_of(found, visitor=request.user)
    if thing is None:
        raise Http404
    services.mark_read([found.pk], by=request.user)
    return redirect(thing)


@at_most(60)
@require_POST
@login_required
def read(request: HttpRequest) -> HttpResponse:
    """One line, or all that the page showed."""
    said = request.POST.get("notices", "").split(",")[:MOST_AT_ONCE]
    known = [key for each in said if (key := typed.number(each))]
    until = typed.number(request.POST.get("until", ""))
    if known:
        services.mark_read(known, by=request.user)
    elif until is not None:
        services.mark_all_read(by=request.user, until=until)
        messages.success(request, _("All is marked as read."))
    return redirect("digests:notices")


@require_safe
@login_required
def watching(request: HttpRequest) -> HttpResponse:
    rows = queries.my_watches(request.user)
    return render(request, "digests/watching.html", {"rows": rows})


@at_most(60)
@require_POST
@login_required
def watch(request: HttpRequest, ref: str) -> HttpResponse:
    """Follow, mute, or neither; afterwards back where one was."""
    try:
        address = Ref.parse(ref)
    except ValueError as error:
        raise Http404 from error
    level = request.POST.get("level", "")
    thing = queries.watchable(address, visitor=request.user)
    if thing is None or level not in Level.values:
        raise Http404
    services.watch(address, by=request.user, level=level)
    messages.success(request, queries.said(level))
    return redirect("digests:watching" if "list" in request.POST else thing)


def bell(request: HttpRequest) -> str:
    """In the header of every member's page: how much is new. No question asked."""
    context = {"count": request.user.new_notices, "url": reverse("digests:notices")}
    return render_to_string("digests/_bell.html", context, request)


def watch_panel(request: HttpRequest, *, thing: models.Model, **_about: object) -> str:
    """On the page of a thing: follow or mute it."""
    if not is_reader(request.user):
        return ""
    watched = queries.watch_on(thing, visitor=request.user)
    return render_to_string("digests/_watch.html", {"watched": watched}, request)
