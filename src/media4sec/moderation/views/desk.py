"""The moderators' desk: cases, held replies, decisions."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from media4sec.kit.models import Moderated
from media4sec.kit.permissions import may, require
from media4sec.kit.refs import Ref
from media4sec.moderation import queries, services
from media4sec.moderation.forms import (
    ConclusionForm,
    DecisionForm,
    OpeningForm,
    ReasonsForm,
    RestoreForm,
)
from media4sec.moderation.models import Case, Decision

TABS = {"open", "held", "decided"}
#: So many held replies are decided at once.
MOST = 50


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    require(request.user, "moderation.desk")
    tab = request.GET.get("tab", "open")
    found = queries.desk_page(
        request.user,
        tab=tab if tab in TABS else "open",
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    return render(request, "moderation/desk.html", {"desk": found})


@login_required
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: what was reported, and the decision."""
    require(request.user, "moderation.desk")
    found = get_object_or_404(Case, pk=pk)
    require(request.user, "moderation.handle", found)
    forms = _forms(request)
    try:
        answer = _act(request, found, forms)
    except ValidationError as reason:
        forms[_asked(request)].add_error(None, reason)
    else:
        if answer:
            return answer
    context = queries.case_page(found, moderator=request.user)
    return render(request, "moderation/case.html", {**context, **forms})


def _asked(request: HttpRequest) -> str:
    buttons = {"open": "opening", "close": "conclusion"}
    return next((form for name, form in buttons.items() if name in request.POST), "decision")


def _forms(request: HttpRequest) -> dict[str, Any]:
    asked = _asked(request) if request.method == "POST" else ""
    kinds = {"decision": DecisionForm, "opening": OpeningForm, "conclusion": ConclusionForm}
    return {name: kind(request.POST if asked == name else None) for name, kind in kinds.items()}


def _act(request: HttpRequest, found: Case, forms: dict[str, Any]) -> HttpResponse | None:
    asked = _asked(request)
    form = forms[asked]
    if not form.is_valid():
        return None
    if asked == "decision":
        _decide(found, form.cleaned_data, by=request.user)
        messages.success(request, _("Your decision is made. Everybody concerned is told."))
        return redirect("moderation:desk")
    report = found.reports.order_by("state", "pk").last()
    if asked == "opening":
        services.ask_to_open(report, by=request.user, **form.cleaned_data)
        return redirect(found)
    for each in found.reports.filter(state="open"):
        services.close(each, by=request.user, **form.cleaned_data)
    return redirect("moderation:desk")


def _decide(found: Case, said: dict[str, Any], *, by: Any) -> Decision:
    measure = said.pop("measure")
    if measure == Decision.Measure.KEEP:
        return services.keep(found, by=by, reason=said["reason"])
    return services.hide(found, by=by, **said)


@login_required
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened when."""
    require(request.user, "moderation.desk")
    found = get_object_or_404(Case, pk=pk)
    require(request.user, "moderation.handle", found)
    context = {"case": found, "deeds": queries.log_page(found)}
    return render(request, "moderation/log.html", context)


@login_required
@require_POST
def decide_held(request: HttpRequest) -> HttpResponse:
    """Release or decline what was chosen: first a page that asks, then the deed."""
    require(request.user, "moderation.desk")
    refs = _chosen(request)
    declines = "decline" in request.POST
    is_sure = "sure" in request.POST
    form = ReasonsForm(request.POST if is_sure and declines else None)
    if refs and is_sure and (form.is_valid() or not declines):
        try:
            done = _decide_all(refs, form.cleaned_data if declines else None, by=request.user)
        except ValidationError as reason:
            form.add_error(None, reason)
        else:
            _tell(request, done, len(refs), declines=declines)
            return redirect("/moderation/?tab=held")
    rows = queries.held_rows(request.user, refs)
    if not rows:
        messages.warning(request, _("Nothing was chosen that still waits."))
        return redirect("/moderation/?tab=held")
    context = {"rows": rows, "declines": declines, "form": form}
    return render(request, "moderation/decide_held.html", context)


def _chosen(request: HttpRequest) -> list[Ref]:
    found = []
    for text in request.POST.getlist("thing")[:MOST]:
        try:
            ref = Ref.parse(text)
        except ValueError:
            continue
        if ref.pk < 2**63:
            found.append(ref)
    return found


def _decide_all(refs: list[Ref], said: dict[str, str] | None, *, by: Any) -> int:
    """Each is a decision of its own; what a colleague decided meanwhile stays as it is."""
    done = 0
    for thing in queries.held_things(refs):
        if thing.standing != Moderated.Standing.HELD or not may(by, "moderation.decide", thing):
            continue
        try:
            if said is None:
                services.release(thing, by=by)
            else:
                services.decline(thing, by=by, **said)
        except services.DecidedMeanwhile:
            continue
        done += 1
    return done


def _tell(request: HttpRequest, done: int, asked: int, *, declines: bool) -> None:
    said = (
        ngettext("%d reply is not published.", "%d replies are not published.", done)
        if declines
        else ngettext("%d reply is published.", "%d replies are published.", done)
    )
    messages.success(request, said % done)
    if done < asked:
        messages.warning(request, _("The others were decided by somebody else in the meantime."))


@login_required
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement of reasons, for whom it concerns and for moderators."""
    found = get_object_or_404(Decision, pk=pk)
    if not may(request.user, "moderation.view_decision", found):
        # Whose decision it is, nobody else learns: not even that there is one.
        raise Http404
    form = RestoreForm(request.POST or None)
    if request.method == "POST":
        require(request.user, "moderation.desk")
        if form.is_valid():
            try:
                again = services.restore(found, by=request.user, **form.cleaned_data)
            except ValidationError as reason:
                form.add_error(None, reason)
            else:
                return redirect(again)
    context = queries.decision_page(found, visitor=request.user)
    may_restore = context["stands"] and may(request.user, "moderation.desk")
    return render(
        request,
        "moderation/decision.html",
        {**context, "form": form, "may_restore": may_restore and not context["is_author"]},
    )
