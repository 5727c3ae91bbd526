"""Proofs: the list, what was given for one thing, and what reviewers say of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from media4sec.assessments import services
from media4sec.assessments.forms.proofs import JudgeForm, ProofForm
from media4sec.assessments.models import Check, Proof
from media4sec.assessments.queries import proofs as queries
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.queries.proofs import ProofPage
from media4sec.assessments.views.checks import check_of
from media4sec.kit.permissions import may, require
from media4sec.members.desk import Desk, carry_out


@login_required
@require_safe
def proofs(request: HttpRequest, pk: int) -> HttpResponse:
    """All that the check calls for, and how far it is shown."""
    check = check_of(request, pk)
    page = queries.proofs_page(standing_of(check))
    may_prove = may(request.user, "assessments.prove", check)
    context = {"check": check, "page": page, "may_prove": may_prove}
    return render(request, "assessments/proofs.html", context)


@login_required
def proof(request: HttpRequest, pk: int, of: str, key: str) -> HttpResponse:
    """Everything given for one thing, and one more."""
    check = check_of(request, pk)
    page = _page(request, check, of, key)
    if request.method != "POST":
        return _shown(request, check, page)
    require(request.user, "assessments.prove", check)
    desk = _desk(request, check, page)
    answer = desk.work(lambda: _give(request, check, page, desk))
    return answer or _shown(request, check, page, desk=desk)


@login_required
@require_POST
def judge(request: HttpRequest, pk: int, proof: int) -> HttpResponse:
    """Accepted, or not and why. What could not be done comes back with its words."""
    check, found = _found(request, pk, proof)
    require(request.user, "assessments.judge_proof", check)
    form = JudgeForm(request.POST)
    if carry_out(form, lambda: _judge(request, found, form)):
        return redirect(found)
    page = _page(request, check, found.of, found.key)
    return _shown(request, check, page, judging=(found.pk, form))


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int, proof: int) -> HttpResponse:
    check, found = _found(request, pk, proof)
    require(request.user, "assessments.prove", check)
    try:
        services.take_back_proof(found, by=request.user)
    except ValidationError as reason:
        messages.error(request, reason.messages[0])
    else:
        messages.success(request, _("Taken back. It does not count, and stays in the record."))
    return redirect(found)


def _page(request: HttpRequest, check: Check, of: str, key: str) -> ProofPage:
    page = None
    if of in Proof.Of.values:
        page = queries.proof_page(standing_of(check), of, key, request.user)
    if page is None:
        raise Http404
    return page


def _found(request: HttpRequest, pk: int, proof: int) -> tuple[Check, Proof]:
    check = check_of(request, pk)
    found = queries.proof_at(request.user, check, proof)
    if found is None:
        raise Http404
    return check, found


def _desk(request: HttpRequest, check: Check, page: ProofPage) -> Desk:
    name = page.key.lower().replace(".", "-").replace("_", "-")
    desk = Desk(request, place=f"proof:{check.pk}:{page.of}:{name}", action=page.url)
    desk.lay_out()
    desk.form = ProofForm(
        request.POST or None,
        initial=desk.initial,
        of=page.of,
        needs_statute=bool(check.country),
    )
    return desk


def _give(request: HttpRequest, check: Check, page: ProofPage, desk: Desk) -> Proof:
    made = services.give_proof(
        check, page.of, page.key, desk.form.given, by=request.user, files=desk.files
    )
    messages.success(request, _("Given. It counts once a reviewer accepts it."))
    return made


def _judge(request: HttpRequest, found: Proof, form: JudgeForm) -> None:
    if request.POST.get("then") == "accept":
        services.accept_proof(found, by=request.user)
        messages.success(request, _("Accepted. It counts from now on."))
    else:
        services.decline_proof(found, why=form.cleaned_data["why"], by=request.user)
        messages.success(request, _("Not accepted. Who gave it is told why."))


def _shown(
    request: HttpRequest,
    check: Check,
    page: ProofPage,
    *,
    desk: Desk | None = None,
    judging: tuple[int, JudgeForm] | None = None,
) -> HttpResponse:
    status = desk.status if desk else 422 if judging else 200
    if desk is None and page.is_called_for and may(request.user, "assessments.prove", check):
        desk = _desk(request, check, page)
    context: dict[str, Any] = {
        "check": check,
        "page": page,
        "desk": desk,
        "may_judge": may(request.user, "assessments.judge_proof", check),
        "judged_pk": judging[0] if judging else 0,
        "judge_form": judging[1] if judging else JudgeForm(),
    }
    return render(request, "assessments/proof.html", context, status=status)
