"""What allauth leaves to us: ending one session, the code for an app, agreeing to an address."""

from typing import Any

from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from media4sec.kit import views as kit
from media4sec.kit.ratelimit import TooMany, at_most
from media4sec.members import adapters, sessions


class Sessions(ListUserSessionsView):
    """allauth's page, with a list that asks no question for each of its rows."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super(ListUserSessionsView, self).get_context_data(**kwargs)
        found = sessions.living(self.request.user)
        return {**context, "sessions": found, "session_count": len(found)}


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one browser; it may be this one."""
    session = get_object_or_404(request.user.usersession_set, pk=pk)
    if session.is_current():
        session.delete()
        logout(request)
        return redirect("account_login")
    session.end()
    messages.success(request, _("That session has ended."))
    return redirect("usersessions_list")


@login_required
def second_step(request: HttpRequest) -> HttpResponse:
    """The QR code as a picture of its own: our pages allow no pictures inside their text."""
    picture = adapters.pending_code(request)
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/svg+xml")


def half_confirmed(request: HttpRequest) -> HttpResponse:
    """The new address has confirmed; the old one has a letter now."""
    return render(request, "members/me_address_half.html")


@at_most(20, methods=("GET", "POST"))
def agree_to_address(request: HttpRequest, token: str) -> HttpResponse:
    """From the old address: yes, mine may change. The same page for every link that is no good."""
    change = adapters.find_change(token)
    if change is None:
        return render(request, "members/me_address_expired.html", status=410)
    if request.method == "POST":
        adapters.change_address(change, request)
        return redirect("account_email" if request.user.is_authenticated else "account_login")
    return render(request, "members/me_address_agree.html", {"new_address": change.email})


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """allauth's limits answer as ours do."""
    return kit.too_many(request, TooMany(60))
