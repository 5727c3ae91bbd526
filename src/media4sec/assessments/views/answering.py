"""Answering: ten questions on one page, or one on each, and all of them at a glance."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from media4sec.assessments import services
from media4sec.assessments.forms.answering import AnswerForm, ScreenForm
from media4sec.assessments.models import Check
from media4sec.assessments.packs.schema import Question
from media4sec.assessments.queries import checks as queries
from media4sec.assessments.queries import people
from media4sec.assessments.queries.answers import Standing, standing_of
from media4sec.assessments.queries.proofs import evidence_of
from media4sec.assessments.views.checks import check_of
from media4sec.kit.errors import EditedMeanwhile
from media4sec.kit.forms import sent
from media4sec.kit.permissions import require
from media4sec.kit.ratelimit import at_most

SAVES_A_MINUTE = 60
_OVERTAKEN = gettext_lazy("Another answer was saved while you were here. Yours is not saved yet.")
_NOT_ASKED = gettext_lazy(
    "This question is not asked, after what you answered elsewhere."
    " An answer to it is kept, but does not count."
)


@login_required
@require_safe
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every question that is asked, and how it stands."""
    check = check_of(request, pk)
    standing = standing_of(check)
    context = {"check": check, "standing": standing, "page": queries.overview(standing)}
    context["at_work"] = people.at_work(check, request.user)
    return render(request, "assessments/questions.html", context)


@login_required
@at_most(SAVES_A_MINUTE)
def question(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """One question. Going on, going back and leaving all keep the answer first."""
    check = check_of(request, pk)
    require(request.user, "assessments.answer", check)
    standing = standing_of(check)
    asked = _asked(standing, key)
    if asked is None:
        messages.info(request, _NOT_ASKED)
        return redirect("assessments:questions", pk)
    form = AnswerForm(sent(request), question=asked, before=standing.answers.get(key))
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            if _is_kept(request, check, form):
                return _onward(request, check, asked)
        except EditedMeanwhile:
            form, context = _overtaken(check, form)
    context |= {"check": check, "form": form, "page": queries.question_page(standing, asked)}
    context |= {"standing": standing, "evidence": evidence_of(check, key)}
    context["answered_by"] = people.answered_by(standing.answers.get(key), request.user)
    status = 409 if "newer" in context else 422 if form.errors else 200
    return render(request, "assessments/question.html", context, status=status)


def _asked(standing: Standing, key: str) -> Question | None:
    if key not in standing.questions:
        raise Http404
    return standing.questions[key] if key in standing.result.asked else None


def _is_kept(request: HttpRequest, check: Check, form: AnswerForm) -> bool:
    """Whether one may go on: the answer is kept, or there was none and one wants to go back."""
    if not form.is_valid():
        return False
    if form.says_nothing and not form.said.seen:
        if request.POST.get("then") in {"back", "leave"}:
            return True
        form.add_error("answer", _("Answer the question. “I don’t know” is an answer, too."))
        return False
    try:
        services.answer(check, form.question.id, form.said, by=request.user)
    except EditedMeanwhile:
        raise
    except ValidationError as reason:
        form.add_error(None, reason)
        return False
    return True


def _overtaken(check: Check, form: AnswerForm) -> tuple[AnswerForm, dict[str, Any]]:
    """What is there now beside what was chosen here; sent again, it is based on the newer one."""
    newer = standing_of(check).answers.get(form.question.id)
    mine = {**form.cleaned_data, "seen": newer.pk if newer else 0}
    said = queries.in_words(form.question, newer.value if newer else None)
    context = {"newer": newer, "newer_words": said, "sentence": _OVERTAKEN}
    return AnswerForm(question=form.question, initial=mine), context


def _onward(request: HttpRequest, check: Check, asked: Question) -> HttpResponse:
    """To the next question, for answers open and close others."""
    then = request.POST.get("then", "")
    if then == "leave":
        messages.success(request, _("Saved. Go on whenever you like, on any device."))
        return redirect("assessments:checks")
    page = queries.question_page(standing_of(check), asked)
    following = page.before if then == "back" else page.after
    if following is None:
        return redirect(
            "assessments:questions" if then == "back" else "assessments:check", check.pk
        )
    return redirect("assessments:question", check.pk, following.id)


@login_required
@at_most(SAVES_A_MINUTE)
def quick(request: HttpRequest, pk: int) -> HttpResponse:
    """The short questions, all on one page."""
    check = check_of(request, pk)
    require(request.user, "assessments.answer", check)
    standing = standing_of(check)
    form = _screen(sent(request), standing)
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            if _are_kept(request, check, form):
                return redirect("assessments:quick_result", pk)
        except EditedMeanwhile:
            form, context = _overtaken_several(check, form)
    context |= {"check": check, "form": form, "standing": standing}
    status = 409 if "newer" in context else 422 if form.errors else 200
    return render(request, "assessments/quick.html", context, status=status)


def _screen(said: Any, standing: Standing, **more: Any) -> ScreenForm:
    questions = queries.screen_of(standing)
    return ScreenForm(said, questions=questions, before=standing.answers, **more)


def _are_kept(request: HttpRequest, check: Check, form: ScreenForm) -> bool:
    if not form.is_valid():
        return False
    if not form.several:
        form.add_error(None, _("Answer at least one question. “I don’t know” is an answer, too."))
        return False
    try:
        services.answer_several(check, form.several, by=request.user)
    except EditedMeanwhile:
        raise
    except ValidationError as reason:
        form.add_error(None, reason)
        return False
    return True


def _overtaken_several(check: Check, form: ScreenForm) -> tuple[ScreenForm, dict[str, Any]]:
    """The answers that came meanwhile, named beside those chosen here."""
    standing = standing_of(check)
    newer = [
        (each.text, queries.in_words(each, answer.value))
        for each in form.questions
        if (answer := standing.answers.get(each.id))
        and answer.pk != (form.cleaned_data[f"{each.id}-seen"] or 0)
    ]
    again = _screen(None, standing)
    again.initial |= {
        name: value for name, value in form.cleaned_data.items() if not name.endswith("-seen")
    }
    return again, {"newer": newer, "sentence": _OVERTAKEN}
