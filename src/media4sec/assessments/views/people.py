"""Who takes part in a check: asking, answering, removing."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from media4sec.assessments import services
from media4sec.assessments.forms.people import EXPECTED, AskForm, DeclineForm, PlaceForm
from media4sec.assessments.models import Part, Role
from media4sec.assessments.queries import checks as queries
from media4sec.assessments.queries import people as asked
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.views.checks import check_of
from media4sec.kit.forms import sent
from media4sec.kit.permissions import may, require
from media4sec.kit.ratelimit import at_most
from media4sec.members.desk import carry_out

ASKED_A_MINUTE = 20


@login_required
@at_most(ASKED_A_MINUTE)
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has which part, who must agree, and asking somebody else."""
    check = check_of(request, pk)
    may_ask = may(request.user, "assessments.ask", check)
    found = asked.candidates(check, request.user) if may_ask and check.circle else []
    initial = {"role": request.GET.get("role", "")}
    form = AskForm(sent(request), people=found, initial=initial) if found else None
    if request.method == "POST":
        require(request.user, "assessments.ask", check)
        if form and carry_out(form, lambda: services.ask(check, by=request.user, **form.facts)):
            messages.success(request, _("They get a notice, and read the check from now on."))
            return redirect("assessments:people", pk)
    standing, people = standing_of(check), asked.people_page(request.user, check)
    context = {
        "check": check,
        "form": form,
        "people": people,
        "has_past": any(each.is_over for each in people),
        "agreement": asked.agreement(request.user, standing),
        "authorisations": asked.authorisations(standing),
        "may_ask": may_ask,
        "may_place": may(request.user, "assessments.place", check),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "assessments/people.html", context, status=status)


@login_required
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Into a circle: from then on its members can be asked."""
    check = check_of(request, pk)
    require(request.user, "assessments.place", check)
    form = PlaceForm(sent(request), circles=queries.circles_of(request.user))
    if request.method == "POST" and carry_out(
        form, lambda: services.place(check, by=request.user, circle=form.chosen)
    ):
        messages.success(request, _("Now you can ask members of this circle."))
        return redirect("assessments:people", pk)
    status = 422 if request.method == "POST" else 200
    context = {"check": check, "form": form}
    return render(request, "assessments/people_place.html", context, status=status)


def _part_of(request: HttpRequest, pk: int) -> Part:
    found = asked.part_at(request.user, pk)
    if found is None:
        raise Http404
    return found


@login_required
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """What one is asked for, and yes or no. Who was removed learns that here, and no more."""
    found = _part_of(request, pk)
    if found.member_id != request.user.pk:
        return redirect("assessments:people", found.check_of_id)
    form = DeclineForm(sent(request))
    reads = may(request.user, "assessments.view_check", found.check_of)
    if request.method == "POST" and carry_out(form, lambda: _answer(request, found, form)):
        return redirect("assessments:checks" if not found.is_standing else found.check_of)
    context = {
        "part": found,
        "form": form,
        "expected": EXPECTED[Role(found.role)],
        "check": found.check_of if reads else None,
        "label": found.check_of.label,
        "circle": found.check_of.circle,
        "by": asked.byline(request.user, found.asked_by) if reads else None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "assessments/people_part.html", context, status=status)


def _answer(request: HttpRequest, found: Part, form: forms.Form) -> None:
    if request.POST.get("then") == "yes":
        services.accept(found, by=request.user)
        messages.success(request, _("Thank you. You take part now."))
        return
    services.decline(found, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("You do not take part, and do not read this check any more."))


@login_required
def remove(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """A page of its own: who is removed reads nothing of it from then on."""
    check = check_of(request, pk)
    require(request.user, "assessments.ask", check)
    found = get_object_or_404(check.parts.standing().select_related("member"), pk=part)
    form = forms.Form(sent(request))
    if request.method == "POST" and carry_out(
        form, lambda: services.remove(found, by=request.user)
    ):
        messages.success(request, _("They do not take part any more."))
        return redirect("assessments:people", pk)
    context = {"check": check, "part": found, "form": form}
    context["who"] = asked.byline(request.user, found.member)
    return render(request, "assessments/people_remove.html", context)
