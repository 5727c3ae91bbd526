"""Writing: a new article, changing one, what it read like before."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from media4sec.journal import queries, services
from media4sec.journal.forms import ArticleForm, SeriesForm, initial_of
from media4sec.journal.models import Article, Series
from media4sec.kit import attempts, revisions, typed
from media4sec.kit.models import Theme
from media4sec.kit.permissions import require
from media4sec.members.desk import Desk, carry_out
from media4sec.members.returning import survives_sign_in


def article_of(request: HttpRequest, pk: int) -> Article:
    return get_object_or_404(queries.article_by_number(request.user, pk))


def _form(request: HttpRequest, **more: Any) -> ArticleForm:
    themes = list(Theme.objects.only("pk", "slug", "title"))
    return ArticleForm(themes=themes, series=list(Series.objects.all()), **more)


@survives_sign_in
def new(request: HttpRequest) -> HttpResponse:
    require(request.user, "journal.write")
    desk = Desk(request, place="article:new", action=request.path)
    desk.lay_out()
    initial = {"language": "en", "members": request.user.name, **desk.draft}
    desk.form = _form(request, data=request.POST or None, initial=initial)
    if request.method == "POST":
        answer = desk.work(lambda: _draft(request, desk))
        if answer:
            return answer
    return render(request, "journal/write.html", {"desk": desk}, status=desk.status)


def _draft(request: HttpRequest, desk: Desk) -> Article:
    words = desk.form.words(by=request.user, uploads=desk.files)
    return services.draft(words, by=request.user)


@survives_sign_in
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    article = article_of(request, pk)
    require(request.user, "journal.edit_article", article)
    # A draft belongs to the version it changes: it never lands on a newer one.
    base = request.POST.get("version") or str(article.version)
    place = f"article:{pk}:{typed.number(base) or 0}"
    desk = Desk(request, place, action=request.path, shelf=f"article:{pk}")
    desk.lay_out()
    initial = {**initial_of(article), **desk.draft}
    desk.form = _form(request, data=request.POST or None, initial=initial)
    if request.method == "POST":
        try:
            answer = desk.work(lambda: _edit(request, article, desk))
        except services.EditedMeanwhile:
            return _conflict(request, article, desk)
        if answer:
            return answer
    context = {"desk": desk, "article": article}
    return render(request, "journal/write.html", context, status=desk.status)


def _edit(request: HttpRequest, article: Article, desk: Desk) -> Article:
    words = desk.form.words(by=request.user, uploads=desk.files, article=article)
    version = desk.form.cleaned_data["version"] or 0
    return services.edit(article, words, by=request.user, base_version=version)


def _conflict(request: HttpRequest, article: Article, desk: Desk) -> HttpResponse:
    """Both texts side by side; what is sent from here is based on the newer one."""
    desk.keep_draft()
    article = article_of(request, article.pk)
    mine = {name: desk.form[name].value() for name in desk.form.fields if name != "file"}
    desk.form = _form(request, initial={**mine, "version": article.version})
    desk.attempt = attempts.token()
    pieces = revisions.compare(article.body, str(mine["body"]))
    context = {
        "desk": desk,
        "article": article,
        "theirs": revisions.marked(pieces, "del"),
        "mine": revisions.marked(pieces, "ins"),
        "action": request.path,
    }
    return render(request, "journal/conflict.html", context, status=409)


@login_required
def history(request: HttpRequest, pk: int) -> HttpResponse:
    article = article_of(request, pk)
    require(request.user, "journal.edit_article", article)
    return render(request, "journal/history.html", {"history": queries.history_page(article)})


@require_POST
@login_required
def restore(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    article = article_of(request, pk)
    base = typed.number(request.POST.get("version", "")) or 0
    try:
        services.restore(article, by=request.user, base_version=base, version=version)
    except ValidationError as reason:
        messages.error(request, reason.messages[0])
    else:
        messages.success(request, _("It reads as it did before. What it read like is kept, too."))
    return redirect("journal:history", pk)


@login_required
def new_series(request: HttpRequest) -> HttpResponse:
    require(request.user, "journal.write")
    form = SeriesForm(request.POST or None)
    if carry_out(form, lambda: services.start_series(by=request.user, **form.cleaned_data)):
        messages.success(request, _("The series is there. Choose it in an article."))
        return redirect("journal:desk")
    words = {
        "title": _("Start a series"),
        "sentence": _("Articles that belong together stand on one page, in their order."),
        "button": _("Start the series"),
    }
    return render(request, "journal/step.html", {"form": form, **words})


@login_required
def revise_series(request: HttpRequest, slug: str) -> HttpResponse:
    require(request.user, "journal.write")
    series = get_object_or_404(Series, slug=slug)
    initial = {"title": series.title, "summary": series.summary}
    form = SeriesForm(request.POST or None, initial=initial)
    if carry_out(
        form, lambda: services.revise_series(series, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("Saved."))
        return redirect(series)
    words = {
        "title": _("Change this series"),
        "sentence": _("Its address stays, whatever it is called."),
        "button": _("Save"),
        "back": series.get_absolute_url(),
    }
    return render(request, "journal/step.html", {"form": form, **words})
