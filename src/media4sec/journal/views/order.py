"""The writing desk, and the steps from draft to published and out again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from media4sec.journal import queries, services, times
from media4sec.journal.forms import NoteForm, ReasonForm, ScheduleForm
from media4sec.journal.models import Article, Preview
from media4sec.journal.views.writing import article_of
from media4sec.kit import ical, typed
from media4sec.kit.components.times import in_full
from media4sec.kit.permissions import require
from media4sec.members.desk import carry_out


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for whom. An author who is no editor finds their own articles here."""
    page = queries.desk_page(request.user, request.GET.get("month", ""))
    if page.is_bare:
        require(request.user, "journal.write")
    return render(request, "journal/desk.html", {"desk": page})


@login_required
@require_safe
def desk_calendar(request: HttpRequest) -> HttpResponse:
    """What is scheduled, for one's own calendar."""
    dates = queries.scheduled_dates(request.user)
    return ical.download(_("Writing desk"), dates, "writing-desk")


def _do(
    request: HttpRequest, article: Article, service: Callable[..., Any], done: str
) -> HttpResponse:
    """A step without questions; a refusal becomes a message."""
    try:
        service(article, by=request.user)
    except ValidationError as reason:
        messages.error(request, reason.messages[0])
    else:
        messages.success(request, done)
    return redirect(article)


@require_POST
@login_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("It is in review. Another editor reads it now.")
    return _do(request, article_of(request, pk), services.submit, done)


@require_POST
@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, article_of(request, pk), services.take_back, _("It is a draft again."))


# Review


@login_required
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Read it, then publish, schedule or send back: three forms on one page."""
    article = article_of(request, pk)
    require(request.user, "journal.review", article)
    step = request.POST.get("step", "")
    note = NoteForm(request.POST if step == "send_back" else None, auto_id="note_%s")
    when = ScheduleForm(
        request.POST if step == "schedule" else None, zone=times.zone_name(), auto_id="when_%s"
    )
    answer = None
    if step == "publish":
        answer = _publish(request, article)
    elif step == "schedule":
        answer = _schedule(request, article, when)
    elif step == "send_back":
        answer = _send_back(request, article, note)
    context = {"page": queries.article_page(request.user, article), "note": note, "when": when}
    return answer or render(request, "journal/review.html", context, status=422 if step else 200)


def _version(request: HttpRequest) -> int:
    return typed.number(request.POST.get("version", "")) or 0


def _publish(request: HttpRequest, article: Article) -> HttpResponse:
    try:
        services.publish(article, by=request.user, version=_version(request))
    except ValidationError as reason:
        messages.error(request, reason.messages[0])
        return redirect("journal:review", article.pk)
    messages.success(request, _("It is published."))
    return redirect(article)


def _schedule(request: HttpRequest, article: Article, form: ScheduleForm) -> HttpResponse | None:
    def at_that_time() -> None:
        at = times.moment_of(form.cleaned_data["day"], form.cleaned_data["hour"])
        services.schedule(article, by=request.user, version=_version(request), at=at)

    if not carry_out(form, at_that_time):
        return None
    local = timezone.localtime(article.publish_at)
    said = _("It appears on %(day)s at %(hour)s.") % {
        "day": in_full(local),
        "hour": f"{local:%H:%M}",
    }
    if article.publish_at and times.comes_twice(article.publish_at):
        said += " " + _("This hour comes twice that night: we take the first.")
    messages.success(request, said)
    return redirect("journal:desk")


def _send_back(request: HttpRequest, article: Article, form: NoteForm) -> HttpResponse | None:
    if not carry_out(
        form, lambda: services.send_back(article, by=request.user, **form.cleaned_data)
    ):
        return None
    messages.success(request, _("It is a draft again, with your note."))
    return redirect("journal:desk")


# Out again


@login_required
def retract(request: HttpRequest, pk: int) -> HttpResponse:
    article = article_of(request, pk)
    require(request.user, "journal.order", article)
    form = ReasonForm(request.POST or None)
    if carry_out(form, lambda: services.retract(article, by=request.user, **form.cleaned_data)):
        messages.success(request, _("It is retracted. Its address says why."))
        return redirect(article)
    words = {
        "title": _("Retract this article"),
        "sentence": _(
            "%(title)s. The text leaves lists, search and feeds for good; the reason stays."
        )
        % {"title": article.title},
        "button": _("Retract it"),
        "back": article.get_absolute_url(),
    }
    return render(request, "journal/step.html", {"form": form, **words})


@login_required
def throw_away(request: HttpRequest, pk: int) -> HttpResponse:
    article = article_of(request, pk)
    require(request.user, "journal.order", article)
    if request.method == "POST":
        services.throw_away(article, by=request.user)
        messages.success(request, _("The draft is gone."))
        return redirect("journal:desk")
    words = {
        "title": _("Throw this draft away"),
        "sentence": _("%(title)s. Its text, pictures and history go for good.")
        % {"title": article.title},
        "button": _("Throw it away"),
        "back": article.get_absolute_url(),
    }
    return render(request, "journal/step.html", {"form": None, **words})


# Secret links


@login_required
def previews(request: HttpRequest, pk: int) -> HttpResponse:
    """Open links, and a new one: its address is shown once."""
    article = article_of(request, pk)
    require(request.user, "journal.edit_article", article)
    made = ""
    if request.method == "POST":
        try:
            token = services.open_preview(article, by=request.user)
        except ValidationError as reason:
            messages.error(request, reason.messages[0])
        else:
            made = request.build_absolute_uri(reverse("journal:preview", args=[token]))
    context = {"article": article, "made": made, "links": list(article.previews.open())}
    return render(request, "journal/previews.html", context)


@require_POST
@login_required
def revoke_preview(request: HttpRequest, pk: int) -> HttpResponse:
    preview = get_object_or_404(Preview.objects.open().select_related("article"), pk=pk)
    article = article_of(request, preview.article_id)
    services.revoke_preview(preview, by=request.user)
    messages.success(request, _("The link is closed."))
    return redirect("journal:previews", article.pk)
