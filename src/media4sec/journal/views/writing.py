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
from media4sec.journal.views.paper import Paper, carry_out
from media4sec.kit import attempts, revisions
from media4sec.kit.models import Theme
from media4sec.kit.permissions import require
from media4sec.members.returning import survives_sign_in


def article_of(request: HttpRequest, pk: int) -> Article:
    return get_object_or_404(queries.article_by_number(request.user, pk))


def _form(request: HttpRequest, **more: Any) -> ArticleForm:
    themes = list(Theme.objects.only("pk", "slug", "title"))
    return ArticleForm(themes=themes, series=list(Series.objects.all()), **more)


@survives_sign_in
def new(request: HttpRequest) -> HttpResponse:
    require(request.user, "journal.write")
    paper = Paper(request, place="article:new")
    paper.lay_out()
    initial = {"language": "en", "members": request.user.name, **paper.draft}
    paper.form = _form(request, data=request.POST or None, initial=initial)
    if request.method == "POST":
        answer = paper.work(lambda: _draft(request, paper))
        if answer:
            return answer
    return render(request, "journal/write.html", {"paper": paper}, status=paper.status)


def _draft(request: HttpRequest, paper: Paper) -> Article:
    words = paper.form.words(by=request.user, uploads=paper.files)
    return services.draft(words, by=request.user)


@survives_sign_in
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    article = article_of(request, pk)
    require(request.user, "journal.edit_article", article)
    # A draft belongs to the version it changes: it never lands on a newer one.
    base = request.POST.get("version") or str(article.version)
    place = f"article:{pk}:{base if base.isdigit() else 0}"
    paper = Paper(request, place, shelf=f"article:{pk}")
    paper.lay_out()
    initial = {**initial_of(article), **paper.draft}
    paper.form = _form(request, data=request.POST or None, initial=initial)
    if request.method == "POST":
        try:
            answer = paper.work(lambda: _edit(request, article, paper))
        except services.EditedMeanwhile:
            return _conflict(request, article, paper)
        if answer:
            return answer
    context = {"paper": paper, "article": article}
    return render(request, "journal/write.html", context, status=paper.status)


def _edit(request: HttpRequest, article: Article, paper: Paper) -> Article:
    words = paper.form.words(by=request.user, uploads=paper.files, article=article)
    version = paper.form.cleaned_data["version"] or 0
    return services.edit(article, words, by=request.user, base_version=version)


def _conflict(request: HttpRequest, article: Article, paper: Paper) -> HttpResponse:
    """Both texts side by side; what is sent from here is based on the newer one."""
    paper.keep_draft()
    article = article_of(request, article.pk)
    mine = {name: paper.form[name].value() for name in paper.form.fields if name != "file"}
    paper.form = _form(request, initial={**mine, "version": article.version})
    paper.attempt = attempts.token()
    pieces = revisions.compare(article.body, str(mine["body"]))
    context = {
        "paper": paper,
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
    asked = request.POST.get("version", "")
    base = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0
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
