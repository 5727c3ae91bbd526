"""The pages about this site: read by everybody, changed by editors."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from media4sec.journal import queries, services
from media4sec.journal.forms import PageForm
from media4sec.journal.models import Page
from media4sec.journal.views.paper import Paper
from media4sec.journal.views.reading import public
from media4sec.kit import attempts, revisions
from media4sec.kit.permissions import require
from media4sec.members.returning import survives_sign_in


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    shown = queries.shown_page(request.user, queries.page_at(slug))
    return public(request, "journal/page.html", {"shown": shown, "page": shown.page})


def _page_of(request: HttpRequest, slug: str) -> Page:
    page = get_object_or_404(Page, slug=slug)
    require(request.user, "journal.edit_page", page)
    return page


@survives_sign_in
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    page = _page_of(request, slug)
    base = request.POST.get("version") or str(page.version)
    paper = Paper(request, place=f"page:{page.pk}:{base if base.isdigit() else 0}")
    paper.lay_out()
    said = {name: getattr(page, name) for name in ("version", "title", "summary", "body")}
    paper.form = PageForm(request.POST or None, initial={**said, **paper.draft})
    if request.method == "POST":
        try:
            answer = paper.work(lambda: _edit(request, page, paper))
        except services.EditedMeanwhile:
            return _conflict(request, page, paper)
        if answer:
            return answer
    context = {"paper": paper, "page": page}
    return render(request, "journal/page_edit.html", context, status=paper.status)


def _edit(request: HttpRequest, page: Page, paper: Paper) -> Page:
    words = {**paper.form.cleaned_data}
    return services.edit_page(page, by=request.user, base_version=words.pop("version"), **words)


def _conflict(request: HttpRequest, page: Page, paper: Paper) -> HttpResponse:
    paper.keep_draft()
    page.refresh_from_db()
    mine = {**paper.form.cleaned_data, "version": page.version}
    paper.form = PageForm(initial=mine)
    paper.attempt = attempts.token()
    pieces = revisions.compare(page.body, mine["body"])
    context = {
        "paper": paper,
        "page": page,
        "theirs": revisions.marked(pieces, "del"),
        "mine": revisions.marked(pieces, "ins"),
        "action": request.path,
    }
    return render(request, "journal/conflict.html", context, status=409)


@login_required
def history(request: HttpRequest, slug: str) -> HttpResponse:
    page = _page_of(request, slug)
    return render(request, "journal/history.html", {"history": queries.history_page(page)})


@require_POST
@login_required
def restore(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    page = _page_of(request, slug)
    asked = request.POST.get("version", "")
    base = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0
    try:
        services.restore_page(page, by=request.user, base_version=base, version=version)
    except ValidationError as reason:
        messages.error(request, reason.messages[0])
    else:
        messages.success(request, _("It reads as it did before. What it read like is kept, too."))
    return redirect("journal:page_history", slug)
