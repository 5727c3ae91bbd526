"""Anybody reports what they can see, with an account or without."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media4sec.kit import ratelimit
from media4sec.kit.ratelimit import TooMany
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of
from media4sec.moderation import queries, services
from media4sec.moderation.forms import ReportForm, StrangersReportForm


def report(request: HttpRequest, ref: str) -> HttpResponse:
    """A page of its own, never kept: its form has its token whoever asks."""
    try:
        thing = queries.visible_thing(Ref.parse(ref), visitor=request.user)
    except ValueError as error:
        raise Http404 from error
    if thing is None:
        raise Http404
    entry = kind_of(Ref.to(thing)).entry(thing)
    if entry.is_withheld:
        raise Http404
    shape = ReportForm if request.user.is_authenticated else StrangersReportForm
    form = shape(request.POST or None)
    if form.is_valid():
        try:
            _report(request, thing, entry, form)
        except ValidationError as reason:
            form.add_error(None, reason)
        except TooMany as reason:
            form.add_error(None, _patience(reason))
        else:
            return _thank(request, entry)
    return render(request, "moderation/report_form.html", {"form": form, "entry": entry})


def _report(request: HttpRequest, thing: Any, entry: Any, form: ReportForm) -> None:
    ratelimit.check("reports", ratelimit.who(request), most=10, seconds=600)
    said = form.cleaned_data
    if said.get("email"):
        # Receipts go wherever somebody says: nobody's mailbox is filled with them.
        ratelimit.check("receipts", said["email"].lower(), most=5, seconds=3600)
    if not request.user.is_authenticated:
        said = {**said, "in_good_faith": bool(said["in_good_faith"])}
    services.report(thing, by=request.user, url=f"{settings.SITE_URL}{entry.url}", **said)


def _patience(reason: TooMany) -> str:
    minutes = -(-reason.seconds // 60)
    said = ngettext(
        "You reported a lot. Your words are kept here: try again in %d minute.",
        "You reported a lot. Your words are kept here: try again in %d minutes.",
        minutes,
    )
    return said % minutes


def _thank(request: HttpRequest, entry: Any) -> HttpResponse:
    if request.user.is_authenticated:
        messages.success(request, _("Thank you. The moderators will look at it."))
        return redirect(entry.url)
    # No message, which would need a session: the page itself says thank you.
    return render(request, "moderation/reported.html", {"entry": entry})
