"""Mail and notices: how often, about what, when; and the one click that stops it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from media4sec.digests import services, writing
from media4sec.digests.forms import LettersForm
from media4sec.kit.ratelimit import at_most
from media4sec.kit.watching import everything_of
from media4sec.members.models import Member, is_reader

#: A minute, from one address: a mail service presses the button for all who read their mail there.
MOST_CLICKS = 3000


@login_required
@at_most(30)
def letters(request: HttpRequest) -> HttpResponse:
    form = LettersForm(request.POST or None, member=request.user)
    if form.is_valid():
        services.choose_letters(by=request.user, paces=form.paces, times=form.times)
        if is_reader(request.user):
            for kind, level in form.levels.items():
                services.watch(everything_of(kind), by=request.user, level=level)
        messages.success(request, _("Saved."))
        return redirect("digests:letters")
    return render(request, "digests/letters.html", {"form": form})


@require_POST
@login_required
def start(request: HttpRequest) -> HttpResponse:
    services.start_letters(by=request.user)
    messages.success(request, _("Letters come again."))
    return redirect("digests:letters")


@csrf_exempt  # a mail program presses the button: no cookie, no token but the one in the address
@require_http_methods(["GET", "HEAD", "POST"])
@at_most(MOST_CLICKS)
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, for scanners look at every link; pressing the button does."""
    pk = writing.member_of(token)
    member = Member.objects.filter(pk=pk, is_active=True).first() if pk else None
    if member is None:
        raise Http404
    if request.method == "POST":
        services.stop_letters(by=member)
    is_done = request.method == "POST"
    return render(request, "digests/stop.html", {"is_done": is_done, "shell": "kit/focus.html"})
