"""The newsletter: asking for it, saying yes, leaving, reading what was sent."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from media4sec.digests.forms_newsletter import SubscribeForm
from media4sec.digests.models import Issue
from media4sec.digests.queries import newsletter as queries
from media4sec.digests.services import newsletter as services
from media4sec.digests.views.letters import MOST_CLICKS
from media4sec.kit import ratelimit
from media4sec.kit.ratelimit import at_most
from media4sec.kit.views import shareable

#: Letters to one address an hour, whoever asks for them.
MOST_LETTERS = 3


@at_most(10, seconds=600)
@require_http_methods(["GET", "HEAD", "POST"])
def newsletter(request: HttpRequest) -> HttpResponse:
    """What was sent, and a form that says the same to everybody who uses it."""
    form = SubscribeForm(request.POST or None)
    if form.is_valid():
        if not form.is_by_a_program:
            _ask_in(form)
        return redirect("digests:asked")
    marks = {name: request.GET.get(name, "") for name in ("before", "after")}
    page = queries.sent_issues(**marks)
    return render(request, "digests/newsletter.html", {"form": form, "page": page})


def _ask_in(form: SubscribeForm) -> None:
    asked = form.cleaned_data
    # No address stands in the cache, not even there.
    who = hashlib.sha256(asked["email"].encode()).hexdigest()[:32]
    ratelimit.check("newsletter", who, most=MOST_LETTERS, seconds=3600)
    services.ask_in(asked["email"], language=asked["language"], themes=asked["themes"])


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    return render(request, "digests/newsletter_asked.html")


@at_most(30)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Looking confirms nothing, for scanners look at every link; the button does."""
    subscriber = services.waiting_for(key)
    if subscriber and request.method == "POST":
        services.say_yes(subscriber)
    context = {
        "is_known": subscriber is not None,
        "is_done": bool(subscriber and request.method == "POST"),
        "leave": services.leave_url(subscriber) if subscriber else "",
        "shell": "kit/focus.html",
    }
    status = 200 if subscriber else 404
    return render(request, "digests/newsletter_confirm.html", context, status=status)


@csrf_exempt  # a mail program presses the button: no cookie, no token but the one in the address
@at_most(MOST_CLICKS)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, key: str) -> HttpResponse:
    """One click and the address is gone; the same words whether it was there or not."""
    is_done = request.method == "POST"
    if is_done:
        services.leave(key)
    context = {"is_done": is_done, "shell": "kit/focus.html"}
    return render(request, "digests/newsletter_leave.html", context)


@require_safe
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """What was sent, for everybody, without what is public no longer."""
    found = get_object_or_404(Issue.objects.visible_to(request.user), pk=pk)
    if found.sent_at is None:
        raise Http404
    context = {"issue": found, "items": queries.items_of(found)}
    response = render(request, "digests/issue.html", context)
    return response if request.user.is_authenticated else shareable(response)
