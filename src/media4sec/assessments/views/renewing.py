"""Danger to life, conditions, what changed, and beginning anew."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from media4sec.assessments import services
from media4sec.assessments.forms.answering import ScreenForm
from media4sec.assessments.forms.deciding import ChangeForm, CommandForm, DoneForm
from media4sec.assessments.models import Check
from media4sec.assessments.queries import conditions as conditional
from media4sec.assessments.queries import decisions as queries
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.views.checks import check_of
from media4sec.assessments.views.deciding import (
    DECISIONS_A_MINUTE,
    at_the_door,
    is_done,
    shown,
)
from media4sec.kit.errors import Refused
from media4sec.kit.forms import sent
from media4sec.kit.permissions import may, require
from media4sec.kit.ratelimit import at_most


@login_required
@at_most(DECISIONS_A_MINUTE)
def urgent(request: HttpRequest, pk: int) -> HttpResponse:
    """A life is in danger: three short answers, and a command."""
    check, elsewhere = at_the_door(request, pk, "command")
    if elsewhere:
        return elsewhere
    form, answers = CommandForm(sent(request)), _three(request, check, sent(request))
    if is_done(request, form, lambda: _command(request, check, form, answers)):
        messages.success(request, _("You may begin. Finish the check within 24 hours."))
        return redirect(check)
    page = queries.urgent_page(standing_of(check))
    # What was answered stands there, and another answer is based on it.
    is_kept = answers is None or not answers.errors
    context = {"page": page, "answers": _three(request, check) if is_kept else answers}
    return shown(request, "urgent", form, check=check, **context)


def _three(request: HttpRequest, check: Check, said: Any = None) -> ScreenForm | None:
    """The three short questions, for who may answer them."""
    if not may(request.user, "assessments.answer", check):
        return None
    standing = standing_of(check)
    three = queries.urgent_page(standing).questions
    return ScreenForm(said, questions=three, before=standing.answers)


def _command(
    request: HttpRequest, check: Check, form: CommandForm, answers: ScreenForm | None
) -> None:
    """The answers are kept even where they allow no beginning."""
    if answers and not answers.is_valid():
        raise Refused(_("Choose from the list."))
    if answers and answers.several:
        services.answer_several(check, answers.several, by=request.user)
    said = form.cleaned_data
    services.command(check, said["reason"], by=request.user, commander=said["commander"])


@login_required
@at_most(DECISIONS_A_MINUTE)
def trigger(request: HttpRequest, pk: int) -> HttpResponse:
    """Something changed since the decision."""
    check, elsewhere = at_the_door(request, pk, "trigger")
    if elsewhere:
        return elsewhere
    form = ChangeForm(sent(request))
    if is_done(request, form, lambda: _report(check, form, request)):
        messages.success(request, _("Noted. The people of this check hear of it."))
        return redirect(check)
    return shown(request, "trigger", form, check=check)


def _report(check: Check, form: ChangeForm, request: HttpRequest) -> None:
    said = form.cleaned_data
    services.report_change(check, said["why"], said["words"], by=request.user)


@login_required
@at_most(DECISIONS_A_MINUTE)
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """The same plan in a new check."""
    check, elsewhere = at_the_door(request, pk, "revise")
    if elsewhere:
        return elsewhere
    form = forms.Form(sent(request))
    made: list[Check] = []
    if is_done(request, form, lambda: made.append(services.revise(check, by=request.user))):
        messages.success(request, _("A new check is begun. Look at each answer again."))
        return redirect("assessments:questions", made[0].pk)
    return shown(request, "renew", form, check=check)


@login_required
@require_safe
def conditions(request: HttpRequest, pk: int) -> HttpResponse:
    """What has to be done for the approval to hold."""
    check = check_of(request, pk)
    rows = conditional.rows_of(check, request.user)
    return shown(request, "conditions", None, check=check, rows=rows)


@login_required
@at_most(DECISIONS_A_MINUTE)
def condition(request: HttpRequest, pk: int, condition: int) -> HttpResponse:
    """It is done."""
    check = check_of(request, pk)
    found = get_object_or_404(check.conditions.select_related("check_of"), pk=condition)
    require(request.user, "assessments.do_condition", found)
    if found.done_at:
        messages.info(request, _("Somebody has said already that this is done."))
        return redirect(found)
    form = DoneForm(sent(request))
    if is_done(
        request,
        form,
        lambda: services.fulfil(found, form.cleaned_data["shown"], by=request.user),
    ):
        messages.success(request, _("Noted as done."))
        return redirect(found)
    return shown(request, "condition_done", form, check=check, condition=found)
