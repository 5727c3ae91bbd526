"""The library: finding, reading and citing documents, and keeping them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from media4sec.journal import queries, services
from media4sec.journal.forms import (
    DocumentForm,
    EditionForm,
    FileForm,
    ReasonForm,
    initial_of_document,
)
from media4sec.journal.models import Document, DocumentFile
from media4sec.journal.queries.library import source_of
from media4sec.journal.views.reading import public
from media4sec.kit import cite
from media4sec.kit.models import Theme
from media4sec.kit.permissions import require
from media4sec.kit.ratelimit import at_most
from media4sec.kit.views import shareable
from media4sec.members.desk import Desk, carry_out
from media4sec.members.returning import survives_sign_in


@require_safe
@at_most(60, seconds=60, methods=("GET", "HEAD"))
def library(request: HttpRequest) -> HttpResponse:
    """The shelves. A search is not kept: questions are as many as strangers."""
    shelves = queries.library_page(request.GET.dict())
    if shelves.question:
        return render(request, "journal/library.html", {"library": shelves})
    return public(request, "journal/library.html", {"library": shelves})


@require_safe
def document(request: HttpRequest, slug: str) -> HttpResponse:
    page = queries.document_page(request.user, slug)
    if page is None:
        raise Http404
    context = {"page": page, "document": page.document}
    if page.document.state in Document.PUBLIC:
        return public(request, "journal/document.html", context)
    return render(request, "journal/document.html", context)


@require_safe
def citation(request: HttpRequest, slug: str, style: str) -> HttpResponse:
    """A reference as a file, in a format that other software reads."""
    if style not in cite.FORMATS:
        raise Http404
    found = get_object_or_404(Document.objects.visible_to(request.user), slug=slug)
    write, media_type, ending = cite.FORMATS[style]
    source = source_of(found, list(found.editions.all()))
    response = HttpResponse(write(source), content_type=f"{media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}.{ending}"'
    return shareable(response) if found.is_published else response


# Keeping it


def _document_of(request: HttpRequest, pk: int) -> Document:
    documents = Document.objects.visible_to(request.user).select_related("theme", "other_theme")
    found = get_object_or_404(documents, pk=pk)
    require(request.user, "journal.keep_library", found)
    return found


def _form(**more: Any) -> DocumentForm:
    return DocumentForm(themes=list(Theme.objects.only("pk", "slug", "title")), **more)


@survives_sign_in
def add(request: HttpRequest) -> HttpResponse:
    require(request.user, "journal.keep_library")
    desk = Desk(request, place="document:new", action=request.path)
    desk.lay_out()
    initial = {"language": "en", "licence": Document.Licence.BY, **desk.draft}
    desk.form = _form(data=request.POST or None, initial=initial)
    if request.method == "POST":
        answer = desk.work(lambda: services.add_document(desk.form.sheet(), by=request.user))
        if answer:
            return answer
    return render(request, "journal/document_edit.html", {"desk": desk}, status=desk.status)


@survives_sign_in
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _document_of(request, pk)
    desk = Desk(request, place=f"document:{pk}:{found.version}", action=request.path)
    desk.lay_out()
    initial = {**initial_of_document(found), **desk.draft}
    desk.form = _form(data=request.POST or None, initial=initial)
    if request.method == "POST":
        try:
            answer = desk.work(lambda: _edit(request, found, desk))
        except services.EditedMeanwhile as reason:
            answer = _newer(request, desk, pk, reason)
        if answer:
            return answer
    context = {"desk": desk, "document": found}
    return render(request, "journal/document_edit.html", context, status=desk.status)


def _edit(request: HttpRequest, found: Document, desk: Desk) -> Document:
    version = desk.form.cleaned_data["version"] or 0
    return services.edit_document(found, desk.form.sheet(), by=request.user, base_version=version)


def _newer(
    request: HttpRequest, desk: Desk, pk: int, reason: services.EditedMeanwhile
) -> HttpResponse:
    """What was typed stays in the form; what is saved now stands beside it."""
    found = _document_of(request, pk)
    mine = {name: desk.form[name].value() for name in desk.form.fields}
    desk.form = _form(initial={**mine, "version": found.version})
    context = {"desk": desk, "document": found, "conflict": reason.sentence}
    return render(request, "journal/document_edit.html", context, status=409)


@login_required
def history(request: HttpRequest, pk: int) -> HttpResponse:
    found = _document_of(request, pk)
    return render(request, "journal/history.html", {"history": queries.history_page(found)})


@login_required
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """Its PDF files and its version sheet: each a small form."""
    found = _document_of(request, pk)
    step = request.POST.get("step", "")
    file = FileForm(
        request.POST if step == "file" else None, request.FILES or None, auto_id="file_%s"
    )
    edition = EditionForm(request.POST if step == "edition" else None, auto_id="edition_%s")
    if step == "file" and carry_out(
        file, lambda: services.add_file(found, by=request.user, **file.cleaned_data)
    ):
        messages.success(request, _("The file is there. We read it now; this takes a minute."))
        return redirect("journal:document_files", pk)
    if step == "edition" and carry_out(
        edition, lambda: services.add_edition(found, by=request.user, **edition.cleaned_data)
    ):
        messages.success(request, _("The version sheet has a new line."))
        return redirect("journal:document_files", pk)
    page = queries.document_page(request.user, found.slug)
    context = {"page": page, "document": found, "file": file, "edition": edition}
    status = 422 if step else 200
    return render(request, "journal/document_files.html", context, status=status)


@require_POST
@login_required
def remove_file(request: HttpRequest, pk: int) -> HttpResponse:
    file = get_object_or_404(
        DocumentFile.objects.select_related("document", "upload", "cover"), pk=pk
    )
    found = _document_of(request, file.document_id)
    services.remove_file(file, by=request.user)
    messages.success(request, _("The file is gone."))
    return redirect("journal:document_files", found.pk)


@require_POST
@login_required
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    found = _document_of(request, pk)
    try:
        services.publish_document(found, by=request.user)
    except ValidationError as reason:
        messages.error(request, reason.messages[0])
    else:
        messages.success(request, _("It is published."))
    return redirect(found)


@login_required
def retract(request: HttpRequest, pk: int) -> HttpResponse:
    found = _document_of(request, pk)
    form = ReasonForm(request.POST or None)
    if carry_out(
        form, lambda: services.retract_document(found, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("It is retracted. Its address says why."))
        return redirect(found)
    words = {
        "title": _("Retract this document"),
        "sentence": _("%(title)s. It leaves the library and search; the reason stays.")
        % {"title": found.title},
        "button": _("Retract it"),
        "back": found.get_absolute_url(),
    }
    return render(request, "journal/step.html", {"form": form, **words})
