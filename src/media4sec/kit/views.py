"""Error pages that help, and the frame for pages of every room."""

import logging
import secrets
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from media4sec.kit import markdown, specimens, trouble
from media4sec.kit.errors import Refused
from media4sec.kit.ratelimit import TooMany, at_most


def shareable(response: HttpResponse) -> HttpResponse:
    """Mark a stranger's page of TLP:CLEAR things as fit for shared caches, always revalidated."""
    patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    response["Vary"] = "Accept-Encoding, Accept-Language, Cookie"
    return response


def _error(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    return render(request, "kit/error.html", {"status": status, **context}, status=status)


def not_found(request: HttpRequest, exception: Http404 | None = None) -> HttpResponse:
    """The same words for what never was and for what this visitor may not see."""
    return _error(
        request,
        404,
        heading=_("We cannot find this page."),
        sentence=_("The address may be mistyped, or the page is not open to you."),
        search=True,
    )


def forbidden(request: HttpRequest, exception: PermissionDenied | None = None) -> HttpResponse:
    sentence = str(exception) if exception and str(exception) else _("You may not do this.")
    return _error(request, 403, heading=_("This is not open to you."), sentence=sentence)


def refused(request: HttpRequest, reason: Refused) -> HttpResponse:
    return _error(request, 422, heading=_("This did not work."), sentence=reason.sentence)


def too_many(request: HttpRequest, reason: TooMany) -> HttpResponse:
    response = _error(
        request,
        429,
        heading=_("Please wait a moment."),
        sentence=_("You did this many times in a short while. Try again in %(seconds)d seconds.")
        % {"seconds": reason.seconds},
    )
    response["Retry-After"] = str(reason.seconds)
    return response


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or came from elsewhere (CSRF)."""
    return _error(
        request,
        403,
        heading=_("This form was open too long."),
        sentence=_("Go back, reload the page and send it again. Your draft is kept."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Our fault. Without database or session, in case those are what broke."""
    if trouble.is_under_way():
        return trouble.busy(request)
    reference = secrets.token_hex(4)
    # Beside the traceback, so that an operator who is told the number finds it.
    logging.getLogger("django.request").error("The page said reference %s", reference)
    return render(None, "kit/broken.html", {"reference": reference}, status=500)


@require_POST
@login_required
@at_most(60)
def preview(request: HttpRequest) -> HttpResponse:
    """What the editor's text will look like."""
    text = markdown.clean_text(request.POST.get("text", "")[: markdown.LONGEST])
    return HttpResponse(markdown.render(text))


def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component with its rule, living: made by the same tags as all pages."""
    return render(request, "kit/style_guide.html", specimens.page(request))
