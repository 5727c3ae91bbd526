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
from media4sec.journal.views.reading import public
from media4sec.kit import attempts, revisions, typed
from media4sec.kit.permissions import require
from media4sec.members.desk import Desk
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
    desk = Desk(request, place=f"page:{page.pk}:{typed.number(base) or 0}", action=request.path)
    desk.lay_out()
    said = {name: getattr(page, name) for name in ("version", "title", "summary", "body")}
    desk.form = PageForm(request.POST or None, initial={**said, **desk.draft})
    if request.method == "POST":
        try:
            answer = desk.work(lambda: _edit(request, page, desk))
        except services.EditedMeanwhile:
            return _conflict(request, page, desk)
        if answer:
            return answer
    context = {"desk": desk, "page": page}
    return render(request, "journal/page_edit.html", context, status=desk.status)


def _edit(request: HttpRequest, page: Page, desk: Desk) -> Page:
    words = {**desk.form.cleaned_data}
    return services.edit_page(page, by=request.user, base_version=words.pop("version"), **words)


def _conflict(request: HttpRequest, page: Page, desk: Desk) -> HttpResponse:
    desk.keep_draft()
    page.refresh_from_db()
    mine = {**desk.form.cleaned_data, "version": page.version}
    desk.form = PageForm(initial=mine)
    desk.attempt = attempts.token()
    pieces = revisions.compare(page.body, mine["body"])
    context = {
        "desk": desk,
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
    base = typed.number(request.POST.get("version", "")) or 0
    try:
        services.restore_page(page, by=request.user, base_version=base, version=version)
    except ValidationError as reason:
        messages.error(request, reason.messages[0])
    else:
        messages.success(request, _("It reads as it did before. What it read like is kept, too."))
    return redirect("journal:page_history", slug)
