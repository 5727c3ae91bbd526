"""One's checks: the list, beginning one, and taking it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from media4sec.assessments import services
from media4sec.assessments.forms.answering import BeginForm
from media4sec.assessments.models import Check
from media4sec.assessments.packs.shelf import rulebook
from media4sec.assessments.queries import checks as queries
from media4sec.assessments.queries import people
from media4sec.assessments.queries.reviewing import to_review
from media4sec.kit.entry import Entry
from media4sec.kit.permissions import require
from media4sec.members.desk import Desk
from media4sec.members.returning import survives_sign_in

#: What a link to a new check may say, and for how long we listen.
_ASKED, _LONGEST = ("activity", "country", "from"), 80


def check_of(request: HttpRequest, pk: int) -> Check:
    found = queries.check_at(request.user, pk)
    if found is None:
        raise Http404
    return found


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    context = {"rows": queries.checks_of(request.user), "book": rulebook()}
    context["waiting"] = people.waiting_for(request.user)
    context["to_review"] = to_review(request.user)
    return render(request, "assessments/checks.html", context)


@survives_sign_in
def begin(request: HttpRequest) -> HttpResponse:
    """A new check: of an activity, from a pattern, or from nothing."""
    require(request.user, "assessments.begin", None)
    asked = {name: request.GET.get(name, "")[:_LONGEST] for name in _ASKED}
    origin = queries.thing_at(request.user, asked["from"])
    desk = _desk(request, asked)
    if request.method == "POST":
        answer = desk.work(lambda: _begin(request, desk, origin))
        if answer:
            return answer
    context = {"desk": desk, "origin": origin, "book": rulebook()}
    return render(request, "assessments/begin.html", context, status=desk.status)


def _desk(request: HttpRequest, asked: dict[str, str]) -> Desk:
    said = urlencode({name: value for name, value in asked.items() if value})
    action = reverse("assessments:begin") + (f"?{said}" if said else "")
    desk = Desk(request, place="check:", action=action)
    desk.lay_out()
    chosen = {name: asked[name] for name in ("activity", "country") if asked[name]}
    desk.form = BeginForm(
        request.POST or None,
        initial={**desk.initial, **chosen},
        circles=queries.circles_of(request.user),
    )
    return desk


def _begin(request: HttpRequest, desk: Desk, origin: Entry | None) -> Check:
    ref = origin.ref if origin else None
    return services.begin(by=request.user, origin=ref, **desk.form.facts)


@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of its own, because nothing brings the answers back."""
    check = check_of(request, pk)
    require(request.user, "assessments.withdraw", check)
    if request.method != "POST":
        return render(request, "assessments/withdraw.html", {"check": check})
    services.withdraw(check, by=request.user)
    messages.success(request, _("The check and its answers are deleted."))
    return redirect("assessments:checks")
