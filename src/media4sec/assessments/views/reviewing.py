"""Sending a check to its reviewers, reading what was sent, and signing what one thinks of it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from media4sec.assessments import services
from media4sec.assessments.forms.people import OpinionForm, SendBackForm
from media4sec.assessments.models import ADVISERS, Check, Version
from media4sec.assessments.queries import people, versions
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.queries.findings import result_page
from media4sec.assessments.rules import roles_of
from media4sec.assessments.views.checks import check_of
from media4sec.kit.forms import sent
from media4sec.kit.permissions import may, require
from media4sec.members.desk import Desk, carry_out
from media4sec.members.returning import survives_sign_in


@login_required
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """What is sent, to whom, and what is missing. Nothing is answered from then on."""
    check = check_of(request, pk)
    if check.state == Check.State.SUBMITTED:
        messages.info(request, _("It is in review already."))
        return redirect(check)
    require(request.user, "assessments.submit", check)
    form = forms.Form(sent(request))
    if request.method == "POST" and carry_out(
        form, lambda: services.submit(check, by=request.user)
    ):
        messages.success(request, _("Sent. Its reviewers and approvers get a notice."))
        return redirect(check)
    standing = standing_of(check)
    context = {
        "check": check,
        "form": form,
        "standing": standing,
        "page": result_page(standing),
        "missing": services.missing_of(standing),
        "agreement": people.agreement(request.user, standing),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "assessments/review_send.html", context, status=status)


@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of its own: reviewers stop reading, and what they signed stays with this version."""
    check = check_of(request, pk)
    require(request.user, "assessments.take_back", check)
    form = forms.Form(sent(request))
    if request.method == "POST" and carry_out(
        form, lambda: services.take_back(check, by=request.user)
    ):
        messages.success(request, _("You can change your answers now, and send it again."))
        return redirect("assessments:questions", pk)
    status = 422 if request.method == "POST" else 200
    context = {"check": check, "form": form}
    return render(request, "assessments/review_take_back.html", context, status=status)


@login_required
@require_safe
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """As it was sent, whatever became of it."""
    check = check_of(request, pk)
    found = versions.version_at(check, number)
    if found is None:
        raise Http404
    found.check_of = check
    page = versions.version_page(request.user, found)
    return render(request, "assessments/review_version.html", {"check": check, "page": page})


@survives_sign_in
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """What was sent, and what a reviewer says of it."""
    check = check_of(request, pk)
    found = versions.version_at(check, versions.newest_number(check))
    if found is None:
        messages.info(request, _("This check was not sent to reviewers yet."))
        return redirect(check)
    found.check_of = check
    roles = _roles_to_say(request, check, found)
    desk = _desk(request, check, found, roles) if roles else None
    if desk and request.method == "POST":
        answer = desk.work(lambda: _sign(request, check, desk))
        if answer:
            return answer
        _shows(desk.form, found)
    context = {
        "check": check,
        "page": versions.version_page(request.user, found),
        "desk": desk,
        "may_send_back": may(request.user, "assessments.send_back", check)
        and check.state == Check.State.SUBMITTED,
        "post_text": _("Sign this opinion"),
    }
    return render(request, "assessments/review.html", context, status=desk.status if desk else 200)


def _roles_to_say(request: HttpRequest, check: Check, found: Version) -> list[str]:
    """In which parts something is still to be said of this version. What is sent although it is
    too late comes back with the reason: no words are lost."""
    mine = roles_of(request.user, check)
    if request.method == "POST":
        require(request.user, "assessments.advise", check)
    elif check.state != Check.State.SUBMITTED:
        return []
    else:
        mine -= {*found.opinions.filter(by=request.user).values_list("role", flat=True)}
    return [str(role) for role in ADVISERS if role in mine]


def _shows(form: forms.Form, found: Version) -> None:
    """What is on the page now is what is signed when the form is sent again."""
    form.data = form.data.copy()
    form.data["seen"] = found.sha256


def _desk(request: HttpRequest, check: Check, found: Version, roles: list[str]) -> Desk:
    # A draft belongs to the version it is about.
    desk = Desk(request, place=f"advice:{check.pk}:{found.number}", action=request.path, lists=())
    desk.lay_out()
    initial = {**desk.initial, "seen": found.sha256}
    desk.form = OpinionForm(request.POST or None, initial=initial, roles=roles)
    return desk


def _sign(request: HttpRequest, check: Check, desk: Desk) -> Any:
    services.advise(check, by=request.user, **desk.form.cleaned_data)
    return check


@login_required
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of its own: a signed reason, and it is being answered again."""
    check = check_of(request, pk)
    require(request.user, "assessments.send_back", check)
    found = versions.version_at(check, versions.newest_number(check))
    if found is None:
        raise Http404
    form = SendBackForm(sent(request), initial={"seen": found.sha256})
    if request.method == "POST" and carry_out(
        form, lambda: services.send_back(check, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("It is sent back. Whoever works on it gets a notice."))
        return redirect(check)
    if request.method == "POST":
        _shows(form, found)
    status = 422 if request.method == "POST" else 200
    context = {"check": check, "form": form, "version": found}
    return render(request, "assessments/review_back.html", context, status=status)
