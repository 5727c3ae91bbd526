"""Deciding about a check: what was said of it, yes, no, and what becomes of a yes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from media4sec.assessments import services
from media4sec.assessments.forms.deciding import ReasonForm, RefuseForm, RulingForm, TakeForm
from media4sec.assessments.models import Check
from media4sec.assessments.queries import decisions as queries
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.queries.deciding import newest_version
from media4sec.assessments.queries.rechecks import recheck_of
from media4sec.assessments.views.checks import check_of
from media4sec.kit.forms import sent
from media4sec.kit.permissions import require
from media4sec.kit.ratelimit import at_most
from media4sec.members.desk import carry_out

DECISIONS_A_MINUTE = 20


def at_the_door(request: HttpRequest, pk: int, door: str) -> tuple[Check, HttpResponse | None]:
    """The check, and where to go instead when there is nothing to do here now."""
    check = check_of(request, pk)
    require(request.user, f"assessments.{door}", check)
    if check.state in queries.DOORS[door] and (door != "confirm" or check.is_stale):
        return check, None
    messages.info(request, _("There is nothing to decide here now. This is how it stands."))
    return check, redirect(check)


@login_required
@at_most(DECISIONS_A_MINUTE)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """All that an approver has to read, and yes."""
    check, elsewhere = at_the_door(request, pk, "decide")
    version = newest_version(check)
    if elsewhere or version is None:
        return elsewhere or redirect(check)
    page = queries.decide_page(request.user, standing_of(check), version)
    form = RulingForm(sent(request), page=page)
    if is_done(request, form, lambda: services.approve(check, form.ruling, by=request.user)):
        messages.success(request, _("Approved. The people of this check hear of it."))
        return redirect(check)
    return shown(request, "decide", form, page=page, check=check)


@login_required
@at_most(DECISIONS_A_MINUTE)
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """No, on a page of its own: for it, nothing has to be complete."""
    check, elsewhere = at_the_door(request, pk, "decide")
    version = newest_version(check)
    if elsewhere or version is None:
        return elsewhere or redirect(check)
    form = RefuseForm(sent(request), initial={"seen": version.sha256})
    if is_done(request, form, lambda: services.refuse(check, form.ruling, by=request.user)):
        messages.success(request, _("Refused. The people of this check hear of it."))
        return redirect(check)
    return shown(request, "decide_refuse", form, check=check, version=version)


@login_required
@at_most(DECISIONS_A_MINUTE)
def opinion(request: HttpRequest, pk: int, opinion: int) -> HttpResponse:
    """How an opinion is taken."""
    check, elsewhere = at_the_door(request, pk, "decide")
    version = newest_version(check)
    if elsewhere or version is None:
        return elsewhere or redirect(check)
    found = get_object_or_404(version.opinions.select_related("by"), pk=opinion)
    form = TakeForm(sent(request), initial={"taken": found.taken, "why": found.taken_why})
    if is_done(
        request,
        form,
        lambda: services.take_opinion(
            found, form.cleaned_data["taken"], by=request.user, why=form.cleaned_data["why"]
        ),
    ):
        messages.success(request, _("Noted. It stands beside the opinion."))
        return redirect("assessments:decide", pk)
    heard = queries.heard(request.user, [found])[0]
    return shown(request, "decide_opinion", form, check=check, heard=heard)


# After a yes


@login_required
@at_most(DECISIONS_A_MINUTE)
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve again what was suspended."""
    return _again(request, pk, "lift", services.lift, _("Approved again."))


@login_required
@at_most(DECISIONS_A_MINUTE)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """It still holds, under the rules of today."""
    return _again(request, pk, "confirm", services.confirm, _("Confirmed. It holds."))


def _again(
    request: HttpRequest, pk: int, door: str, service: Callable[..., Any], done: str
) -> HttpResponse:
    check, elsewhere = at_the_door(request, pk, door)
    version = newest_version(check)
    if elsewhere or version is None:
        return elsewhere or redirect(check)
    seen = services.hash_of_today(check)
    page = queries.again_page(request.user, standing_of(check), version, seen)
    form = RulingForm(sent(request), page=page)
    if is_done(request, form, lambda: service(check, form.ruling, by=request.user)):
        messages.success(request, done)
        return redirect(check)
    context = {"page": page, "check": check, "door": door, "recheck": recheck_of(check)}
    return shown(request, "decide_again", form, **context)


@login_required
@at_most(DECISIONS_A_MINUTE)
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("Suspended. Nobody acts on it until an approver lifts this.")
    return _with_reason(request, pk, "suspend", services.suspend, done)


@login_required
@at_most(DECISIONS_A_MINUTE)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("The approval is taken back.")
    return _with_reason(request, pk, "revoke", services.revoke, done)


def _with_reason(
    request: HttpRequest, pk: int, door: str, service: Callable[..., Any], done: str
) -> HttpResponse:
    check, elsewhere = at_the_door(request, pk, door)
    if elsewhere:
        return elsewhere
    form = ReasonForm(sent(request))
    if is_done(request, form, lambda: service(check, form.cleaned_data["reason"], by=request.user)):
        messages.success(request, done)
        return redirect(check)
    return shown(request, "decide_reason", form, check=check, door=door)


# How they answer


def is_done(request: HttpRequest, form: forms.Form, service: Callable[[], Any]) -> bool:
    if request.method != "POST" or getattr(form, "wants_more", False):
        return False
    return carry_out(form, service)


def shown(
    request: HttpRequest, template: str, form: forms.Form | None, **context: Any
) -> HttpResponse:
    """The page, with what is wrong in the form where something is."""
    is_refused = request.method == "POST" and not getattr(form, "wants_more", False)
    context["form"] = form
    status = 422 if is_refused else 200
    return render(request, f"assessments/{template}.html", context, status=status)
