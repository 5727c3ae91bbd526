"""How high a risk is held to be: one page a risk."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from media4sec.assessments import services
from media4sec.assessments.forms.proofs import GaugeForm
from media4sec.assessments.models import Check
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.queries.gauges import RiskPage, risk_page, risk_url, waiting_gauge
from media4sec.assessments.views.checks import check_of
from media4sec.kit.forms import sent
from media4sec.kit.permissions import may, require
from media4sec.members.desk import carry_out


@login_required
def risk(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Why it is as high as it is; for reviewers, another level."""
    check = check_of(request, pk)
    page = risk_page(standing_of(check), key, request.user)
    if page is None:
        raise Http404
    form = GaugeForm(sent(request), initial=_levels(page))
    if request.method == "POST":
        require(request.user, "assessments.gauge", check)
        if carry_out(form, lambda: _gauge(request, check, key, form)):
            return redirect(page.url)
    may_gauge = page.row is not None and may(request.user, "assessments.gauge", check)
    context = {"check": check, "page": page, "form": form, "may_gauge": may_gauge}
    status = 422 if form.errors else 200
    return render(request, "assessments/gauge.html", context, status=status)


@login_required
@require_POST
def second(request: HttpRequest, pk: int, key: str, gauge: int) -> HttpResponse:
    """The second reviewer agrees, or not; or who proposed it takes it back."""
    check = check_of(request, pk)
    found = waiting_gauge(check, key, gauge)
    if found is None:
        raise Http404
    require(request.user, "assessments.gauge", check)
    try:
        if request.POST.get("then") == "agree":
            services.agree_to_gauge(found, by=request.user)
            messages.success(request, _("The lower levels count from now on."))
        else:
            services.drop_gauge(found, by=request.user)
            messages.success(request, _("The lower levels do not count."))
    except ValidationError as reason:
        messages.error(request, reason.messages[0])
    return redirect(risk_url(check, key))


def _levels(page: RiskPage) -> dict[str, int]:
    gross = page.row.gross if page.row else (1, 1)
    return {"severity": gross[0], "likelihood": gross[1]}


def _gauge(request: HttpRequest, check: Check, key: str, form: GaugeForm) -> None:
    made = services.gauge(check, key, **form.cleaned_data, by=request.user)
    if made.lowers:
        messages.success(request, _("Proposed. It counts once a second reviewer agrees."))
    else:
        messages.success(request, _("Set. It counts from now on."))
