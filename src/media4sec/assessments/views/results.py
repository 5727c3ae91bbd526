"""What follows from the answers: the page, the short one, what another answer would change."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from media4sec.assessments.forms.answering import WhatIfForm
from media4sec.assessments.models import Check
from media4sec.assessments.queries import checks as queries
from media4sec.assessments.queries import people
from media4sec.assessments.queries.answers import Standing, standing_of
from media4sec.assessments.queries.decisions import doors_of, panel_of
from media4sec.assessments.queries.findings import LEVELS, result_page
from media4sec.assessments.queries.picture import picture_of
from media4sec.assessments.queries.proofs import on_table
from media4sec.assessments.queries.rechecks import recheck_of
from media4sec.assessments.queries.whatif import changeable, what_if
from media4sec.assessments.views.checks import check_of
from media4sec.kit.permissions import may, require


@login_required
@require_safe
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The result; before the first answer, the two ways to begin."""
    found = check_of(request, pk)
    standing = standing_of(found)
    context = _context(request, found, standing)
    context["origin"] = queries.thing_at(request.user, found.origin)
    if not standing.given:
        context["may_command"] = "command" in doors_of(found, request.user)
        return render(request, "assessments/start.html", context)
    table = on_table(standing)
    context |= {"page": result_page(standing, table), "table": table, "levels": LEVELS}
    context["may_prove"] = may(request.user, "assessments.prove", found)
    context["recheck"] = recheck_of(found)
    context["decided"] = panel_of(found, request.user)
    context["agreement"] = people.agreement(request.user, standing)
    context["steps"] = people.steps(request.user, found)
    context["versions"] = found.versions.defer("content")
    return render(request, "assessments/result.html", context)


@login_required
@require_safe
def quick_result(request: HttpRequest, pk: int) -> HttpResponse:
    """After two minutes: what is likely to stop it, and who is likely to have to agree."""
    found = check_of(request, pk)
    standing = standing_of(found)
    context = {**_context(request, found, standing), "page": result_page(standing)}
    return render(request, "assessments/quick_result.html", context)


@login_required
@require_safe
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """What if one answer were another one? It is worked out and forgotten."""
    found = check_of(request, pk)
    standing = standing_of(found)
    questions = changeable(standing)
    wanted = request.GET.get("question", "")
    question = next((each for each in questions if each.id == wanted), None)
    context = {**_context(request, found, standing), "questions": questions, "question": question}
    if question:
        said = request.GET if "answer" in request.GET else None
        form = WhatIfForm(said, question=question, before=standing.answers.get(question.id))
        context["form"] = form
        if form.is_valid():
            context["page"] = what_if(standing, question, form.value)
    return render(request, "assessments/what_if.html", context)


@login_required
@require_safe
def as_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The result as data, with its label, for who began the check."""
    found = check_of(request, pk)
    require(request.user, "assessments.take", found)
    said = json.dumps(_told(standing_of(found)), ensure_ascii=False, indent=1)
    response = HttpResponse(said, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="check-{found.pk}.json"'
    return response


@login_required
@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Both matrices as one picture, with its label, for who began the check."""
    found = check_of(request, pk)
    require(request.user, "assessments.take", found)
    drawn = picture_of(result_page(standing_of(found)))
    context = {"check": found, "picture": drawn, "visitor": request.user.shown_name}
    response = render(request, "assessments/risks.svg", context, content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="check-{found.pk}-risks.svg"'
    return response


def _told(standing: Standing) -> dict[str, Any]:
    check = standing.check
    return {
        "label": check.label,
        "notice": _("Information, not legal advice."),
        "rules_are_reviewed": standing.is_reviewed,
        "title": check.title,
        "description": check.description,
        "version": check.version,
        "answers": {
            key: {"answer": each.value, "words": each.words, "for_reviewers": each.comment}
            for key, each in standing.answers.items()
        },
        "result": json.loads(standing.result.as_bytes()),
    }


def _context(request: HttpRequest, found: Check, standing: Standing) -> dict[str, Any]:
    return {
        "check": found,
        "standing": standing,
        "may_answer": may(request.user, "assessments.answer", found),
        "may_take": may(request.user, "assessments.take", found),
        "may_delete": may(request.user, "assessments.withdraw", found),
        "may_tell": may(request.user, "assessments.tell", found),
    }
