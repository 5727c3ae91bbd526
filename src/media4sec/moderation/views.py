"""Reporting, the desk, and the glass."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from media4sec.kit.permissions import require
from media4sec.kit.ratelimit import at_most
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of
from media4sec.moderation import queries, services
from media4sec.moderation.forms import AnswerForm, ConclusionForm, OpeningForm, ReportForm
from media4sec.moderation.models import Opening, Report


@at_most(10, seconds=600)
def report(request: HttpRequest, ref: str) -> HttpResponse:
    """Anybody reports what they can see."""
    try:
        thing = queries.visible_thing(Ref.parse(ref), visitor=request.user)
    except ValueError as error:
        raise Http404 from error
    if thing is None:
        raise Http404
    form = ReportForm(request.POST or None)
    if form.is_valid():
        try:
            services.report(thing, by=request.user, words=form.cleaned_data["words"])
        except ValidationError as reason:
            form.add_error(None, reason)
        else:
            messages.success(request, _("Thank you. The moderators will look at it."))
            return redirect(thing)
    entry = kind_of(Ref.to(thing)).entry(thing)
    return render(request, "moderation/report_form.html", {"form": form, "entry": entry})


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    require(request.user, "moderation.desk")
    state = Report.State.CLOSED if request.GET.get("state") == "closed" else Report.State.OPEN
    found = queries.desk_page(
        request.user,
        state=state,
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    tabs = [
        ("open", _("To decide"), "?state=open", None),
        ("closed", _("Closed"), "?state=closed", None),
    ]
    return render(
        request, "moderation/desk.html", {"desk": found, "state": str(state), "tabs": tabs}
    )


@login_required
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, "moderation.desk")
    found = get_object_or_404(Report, pk=pk)
    conclusion, opening = _report_forms(request)
    try:
        if "close" in request.POST and conclusion.is_valid():
            services.close(found, by=request.user, **conclusion.cleaned_data)
            return redirect("moderation:desk")
        if "open" in request.POST and opening.is_valid():
            services.ask_to_open(found, by=request.user, **opening.cleaned_data)
            return redirect(found)
    except ValidationError as reason:
        (conclusion if "close" in request.POST else opening).add_error(None, reason)
    context = queries.report_page(found, moderator=request.user)
    forms = {"conclusion": conclusion, "opening_form": opening}
    return render(request, "moderation/report.html", {**context, **forms})


def _report_forms(request: HttpRequest) -> tuple[ConclusionForm, OpeningForm]:
    posted = request.POST or None
    return (
        ConclusionForm(posted if posted and "close" in posted else None),
        OpeningForm(posted if posted and "open" in posted else None),
    )


@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The second key: consent or refuse."""
    opening = get_object_or_404(Opening.objects.select_related("report"), pk=pk)
    require(request.user, "moderation.answer_opening", opening)
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        verb = services.consent if "consent" in request.POST else services.refuse
        try:
            verb(opening, by=request.user, **form.cleaned_data)
        except ValidationError as reason:
            form.add_error(None, reason)
        else:
            return redirect(opening.report)
    thing = queries.report_page(opening.report, moderator=request.user)["thing"]
    context = {"opening": opening, "form": form, "thing": thing}
    return render(request, "moderation/answer.html", context)


@login_required
@require_POST
def read_sealed(request: HttpRequest, pk: int) -> HttpResponse:
    """Every look is a POST, because every look is written down."""
    opening = get_object_or_404(Opening.objects.select_related("report"), pk=pk)
    sealed = services.read_sealed(opening, by=request.user)
    return render(request, "moderation/sealed.html", {"sealed": sealed, "opening": opening})
