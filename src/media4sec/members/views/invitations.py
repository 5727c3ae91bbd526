"""Invitations: sent by hosts, opened by whoever they are for."""

from functools import partial

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from media4sec.kit.forms import sent
from media4sec.kit.permissions import require
from media4sec.kit.ratelimit import at_most
from media4sec.members.forms.circles import InviteForm
from media4sec.members.models import Invitation
from media4sec.members.queries import circles as queries
from media4sec.members.services import circles as services
from media4sec.members.views.circles import carry_out, page_of


@login_required
@at_most(30, seconds=3600)
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    page = page_of(request, slug)
    require(request.user, "members.host_circle", page.circle)
    form = InviteForm(request.POST or None, initial={"email": request.GET.get("email", "")})
    if carry_out(form, partial(services.invite, page.circle, by=request.user)):
        messages.success(request, _("The invitation is on its way."))
        return redirect("members:circle_desk", page.circle.slug)
    context = {"page": page, "circle": page.circle, "form": form}
    return render(request, "members/circle_invite.html", context)


@login_required
@require_POST
def withdraw_invitation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    page = page_of(request, slug)
    require(request.user, "members.host_circle", page.circle)
    services.withdraw_invitation(get_object_or_404(page.circle.invitations, pk=pk), by=request.user)
    messages.success(request, _("The invitation does not work any more."))
    return redirect("members:circle_desk", page.circle.slug)


@at_most(30, methods=("GET", "POST"))
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Where the link in the mail leads. What opens nothing looks the same, whatever it was."""
    found = queries.find_invitation(key)
    if found is None:
        return _closed(request)
    if not request.user.is_authenticated:
        request.session["invitation"] = True  # the door to sign up, where one must be invited
        return render(request, "members/invitation_sign_in.html")
    if not queries.is_addressed_to(request.user, found):
        return render(request, "members/invitation_elsewhere.html", status=403)
    return _offer(request, found)


@login_required
@at_most(30)
def my_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """The same without the mail, for whoever has confirmed the address."""
    found = queries.my_invitation(request.user, pk)
    return _offer(request, found) if found else _closed(request)


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "members/invitation_closed.html", status=404)


def _offer(request: HttpRequest, found: Invitation) -> HttpResponse:
    circle = found.circle
    if circle.pk in request.user.circle_ids:
        return redirect(circle)
    form = forms.Form(sent(request))
    if carry_out(form, partial(services.accept_invitation, found, by=request.user)):
        messages.success(request, _("You are in. Welcome to %(circle)s.") % {"circle": circle})
        return redirect(circle)
    context = {"form": form, "offer": queries.offer(found)}
    return render(request, "members/invitation.html", context)
