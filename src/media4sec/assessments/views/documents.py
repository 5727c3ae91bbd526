"""Documents of a check, its record, and the page where everybody checks a document."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from media4sec.assessments import services
from media4sec.assessments.forms.documents import ExportForm, VerifyForm
from media4sec.assessments.models import Check, Export
from media4sec.assessments.queries import documents as queries
from media4sec.assessments.queries.record import record_page
from media4sec.assessments.views.checks import check_of
from media4sec.assessments.views.guide import public
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import require
from media4sec.kit.ratelimit import at_most

TYPES = {
    Export.Format.PDF: "application/pdf",
    Export.Format.HTML: "text/html; charset=utf-8",
    Export.Format.JSON: "application/json",
}


@login_required
@require_safe
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    """What was made of it, and what can be made."""
    return _documents(request, check_of(request, pk))


def _documents(
    request: HttpRequest, found: Check, refused: ExportForm | None = None, number: int = 0
) -> HttpResponse:
    page = queries.documents_page(request.user, found)
    rows = [
        (
            row,
            refused
            if refused and row.version.number == number
            else ExportForm(copies=row.copies, auto_id=f"v{row.version.number}-%s"),
        )
        for row in page.versions
    ]
    context = {"check": found, "page": page, "rows": rows}
    status = 422 if refused else 200
    return render(request, "assessments/report_documents.html", context, status=status)


@login_required
@require_POST
@at_most(20)
def export(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Make a document, and hand it over."""
    found = check_of(request, pk)
    version = queries.version_at(found, number)
    if version is None:
        raise Http404
    copies = [(copy, copy) for copy in queries.copies_for(request.user, found)]
    form = ExportForm(request.POST, copies=copies, auto_id=f"v{number}-%s")
    if form.is_valid():
        copy, kind = form.cleaned_data["copy"], form.cleaned_data["form"]
        try:
            made = services.export(version, copy, kind, by=request.user)
            return _handed_over(made.content, TYPES[Export.Format(kind)], made.filename)
        except Refused as reason:
            form.add_error(None, reason)
    return _documents(request, found, form, number)


def _handed_over(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store, private"
    return response


# The record


@login_required
@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Every line of it, and whether it is whole."""
    found = check_of(request, pk)
    require(request.user, "assessments.view_record", found)
    key = services.public_key()
    context = {"check": found, "page": record_page(found, public=key), "public_key": key}
    return render(request, "assessments/report_record.html", context)


@login_required
@require_safe
@at_most(20, methods=("GET", "HEAD"))
def record_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The record as a file, for checking documents without this house."""
    found = check_of(request, pk)
    content = services.record_file(found, by=request.user)
    return _handed_over(content, "application/json", f"check-{found.pk}-record.json")


# For everybody


@csrf_exempt  # it changes nothing, and strangers have no cookie
@at_most(30, methods=("GET", "HEAD", "POST"))
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Is this document one of ours, and does its decision hold? Knows no file a moment later."""
    context: dict[str, Any] = {"public_key": services.public_key(), "code": code}
    if request.method != "POST":
        context["form"] = VerifyForm(initial={"code": queries.spelt(code)})
        if not code:
            return public(request, "verify", context)
        context["said"] = queries.verified(request.user, code=code)
        return render(request, "assessments/verify.html", context)
    form = VerifyForm(request.POST, request.FILES)
    context["form"] = form
    if not form.is_valid():
        return render(request, "assessments/verify.html", context, status=422)
    file = form.cleaned_data["file"]
    context["said"] = queries.verified(
        request.user, sha256=_hash(file) if file else "", code=form.cleaned_data["code"]
    )
    return render(request, "assessments/verify.html", context)


def _hash(file: Any) -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    return found.hexdigest()
