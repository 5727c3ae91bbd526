"""What others may learn of checks: for everybody to read, for a check's people to write."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from media4sec.assessments import services
from media4sec.assessments.forms.summaries import SummaryForm
from media4sec.assessments.models import Check, Summary
from media4sec.assessments.packs.shelf import rulebook
from media4sec.assessments.queries import checks as queries
from media4sec.assessments.queries import summaries
from media4sec.assessments.views.checks import check_of
from media4sec.assessments.views.guide import public
from media4sec.kit import watching
from media4sec.kit.permissions import require
from media4sec.kit.refs import Ref
from media4sec.members.desk import Desk
from media4sec.members.returning import survives_sign_in


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What others checked, the newest first."""
    asked = request.GET.get("activity", "")
    activity = asked if asked in rulebook().whole.activities else ""
    page = summaries.summaries_page(
        request.user,
        activity=activity,
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    title = rulebook().whole.activities[activity].title if activity else ""
    context = {"page": page, "activity": activity, "activity_title": title}
    return public(request, "summaries", context)


@require_safe
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    row = summaries.summary_at(request.user, pk)
    if row is None:
        raise Http404
    if request.user.is_authenticated:
        watching.opened(Ref.to(row.summary), by=request.user)
    about = queries.thing_at(request.user, row.summary.about)
    may_change = row.summary.author_id == getattr(request.user, "pk", None)
    context = {"row": row, "about": about, "may_change": may_change, "summary": row.summary}
    return render(request, "assessments/summary.html", context)


@survives_sign_in
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The account others may read. It asks about words that stand in the check, too."""
    check = check_of(request, pk)
    require(request.user, "assessments.tell", check)
    before = summaries.summary_of(check)
    desk = _desk(request, check, before)
    if request.method == "POST":
        answer = desk.work(lambda: services.tell(check, desk.form.telling, by=request.user))
        if answer:
            return answer
    context = {"desk": desk, "check": check, "before": before}
    return render(request, "assessments/summary_write.html", context, status=desk.status)


def _desk(request: HttpRequest, check: Check, before: Summary | None) -> Desk:
    action = reverse("assessments:tell", args=[check.pk])
    desk = Desk(request, place=f"summary:{check.pk}", action=action)
    desk.lay_out()
    desk.form = SummaryForm(
        request.POST or None,
        initial=desk.initial,
        before=before,
        about=_about(request, check),
        same=partial(summaries.kept_words, check),
    )
    return desk


def _about(request: HttpRequest, check: Check) -> tuple[Ref, str] | None:
    """The pattern it began from: the summary may stand beside it."""
    origin = queries.thing_at(request.user, check.origin)
    if origin is None or origin.ref.kind != "patterns.pattern":
        return None
    sentence = _("Show it beside the pattern “%(title)s”.")
    return origin.ref, sentence % {"title": origin.title}


@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of its own, for the words go."""
    check = check_of(request, pk)
    require(request.user, "assessments.untell", check)
    found: Any = summaries.summary_of(check)
    if found is None or not found.is_out:
        raise Http404
    if request.method != "POST":
        context = {"check": check, "summary": found}
        return render(request, "assessments/summary_take_back.html", context)
    services.take_back_summary(found, by=request.user)
    messages.success(request, _("The summary is taken back."))
    return redirect("assessments:check", pk)
