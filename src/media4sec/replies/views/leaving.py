"""The form under a thing, on a page of its own; for guests without cookie or token.

A page for strangers is kept and the same for everybody, so it carries no CSRF token. A guest
has no session that a foreign page could abuse: their form is exempt, a member's is not.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from media4sec.kit import attempts, ratelimit
from media4sec.kit.permissions import require
from media4sec.kit.ratelimit import TooMany
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of
from media4sec.replies import queries, services
from media4sec.replies.addresses import waiting_token
from media4sec.replies.forms import GuestForm, RemarkForm
from media4sec.replies.models import Remark
from media4sec.replies.rules import reads_thing

#: Replies a network may send within ten minutes.
A_NETWORK, WITHIN = 8, 600


def thing_at(ref: str, *, visitor: Any) -> models.Model:
    """The thing behind an address, if replies stand under it and this visitor may open it."""
    try:
        here = Ref.parse(ref)
    except ValueError as error:
        raise Http404 from error
    if here.pk >= 2**63 or not reads_thing(visitor, here):
        raise Http404
    found = next(iter(kind_of(here).fetch([here.pk])), None)
    if found is None:
        raise Http404
    return found


@csrf_exempt
def leave(request: HttpRequest, ref: str) -> HttpResponse:
    """Who is signed in replies as themselves, behind the token; everybody else as a guest."""
    thing = thing_at(ref, visitor=request.user)
    if request.user.is_authenticated:
        return _as_member(request, thing)
    return _as_guest(request, thing)


@csrf_protect
def _as_member(request: HttpRequest, thing: models.Model) -> HttpResponse:
    form = RemarkForm(request.POST or None, initial={"answers": request.GET.get("answers", "")})
    if form.is_valid():

        def make() -> Remark:
            ratelimit.check("replies", f"m{request.user.pk}", most=20, seconds=WITHIN)
            return services.leave(
                thing,
                by=request.user,
                body=form.cleaned_data["body"],
                answers_to=_answered(request, thing, form),
            )

        try:
            return attempts.once(request, make)
        except ValidationError as reason:
            form.add_error(None, reason)
        except TooMany as reason:
            form.add_error(None, _patience(reason))
    return _page(request, thing, form)


def _as_guest(request: HttpRequest, thing: models.Model) -> HttpResponse:
    form = GuestForm(request.POST or None, initial={"answers": request.GET.get("answers", "")})
    if form.is_valid():
        try:
            ratelimit.check("replies", ratelimit.who(request), most=A_NETWORK, seconds=WITHIN)
            remark = _leave_as_guest(request, thing, form)
        except ValidationError as reason:
            form.add_error(None, reason)
        except TooMany as reason:
            form.add_error(None, _patience(reason))
        else:
            return redirect("replies:waiting", token=waiting_token(remark.pk, remark.ref))
    return _page(request, thing, form.anew() if form.is_bound else form)


def _leave_as_guest(request: HttpRequest, thing: models.Model, form: GuestForm) -> Remark:
    said = form.cleaned_data
    return services.leave_as_guest(
        thing,
        by=request.user,
        name=said["name"],
        email=said["email"],
        body=said["body"],
        wants_letters=said["wants_letters"],
        answers_to=_answered(request, thing, form),
    )


def _answered(request: HttpRequest, thing: models.Model, form: RemarkForm) -> Remark | None:
    if form.answered is None:
        return None
    remarks = Remark.objects.visible_to(request.user).under(Ref.to(thing))
    return remarks.filter(pk=form.answered).first()


def _patience(reason: TooMany) -> str:
    minutes = -(-reason.seconds // 60)
    said = ngettext(
        "Many replies came from your network. Your text is kept here: send it in %d minute.",
        "Many replies came from your network. Your text is kept here: send it in %d minutes.",
        minutes,
    )
    return said % minutes


def _page(request: HttpRequest, thing: models.Model, form: RemarkForm) -> HttpResponse:
    entry = kind_of(Ref.to(thing)).entry(thing)
    context = {
        "form": form,
        "entry": entry,
        "action": f"/replies/to/{Ref.to(thing)}/",
        "attempt": attempts.token(),
    }
    return render(request, "replies/leave.html", context, status=422 if form.is_bound else 200)


def remark_at(request: HttpRequest, pk: int) -> HttpResponse:
    """The address of a remark that stays, whatever page it moves to."""
    remark = get_object_or_404(Remark.objects.visible_to(request.user), pk=pk)
    thing = thing_at(str(remark.ref), visitor=request.user)
    number = queries.page_of(remark)
    query = f"?replies={number}" if number > 1 else ""
    return redirect(f"{kind_of(remark.ref).entry(thing).url}{query}#r{remark.pk}")


@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A member deletes their own remark, after being asked."""
    remark = get_object_or_404(Remark.objects.visible_to(request.user), pk=pk)
    require(request.user, "replies.take_back", remark)
    if request.method != "POST":
        return render(request, "replies/take_back.html", {"remark": remark})
    thing = thing_at(str(remark.ref), visitor=request.user)
    services.take_back(remark, by=request.user)
    messages.success(request, _("Your reply is deleted."))
    return redirect(kind_of(remark.ref).entry(thing).url)
