"""A guest's own pages: the reply that waits, and the page the letter leads to.

A GET changes nothing: mail scanners fetch every link. The token is the key, so that no
cookie and no CSRF token is needed.
"""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Label
from media4sec.kit.models import Withheld
from media4sec.kit.ratelimit import at_most
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of, kinds
from media4sec.replies import services
from media4sec.replies.addresses import read_own, read_waiting
from media4sec.replies.models import Guest, Remark

ACTS: dict[str, Callable[..., Any]] = {
    "confirm": services.confirm,
    "withdraw": services.withdraw,
    "quiet": services.want_no_letters,
}


def waiting(request: HttpRequest, token: str) -> HttpResponse:
    """Where the form leads: your reply waits, and for what."""
    known = read_waiting(token)
    if known is None:
        raise Http404
    return render(request, "replies/waiting.html", _about(*known))


@csrf_exempt
@at_most(30, seconds=600)
def own(request: HttpRequest, token: str) -> HttpResponse:
    """Where the letter leads: confirm, withdraw, want no more letters."""
    known = read_own(token)
    if known is None:
        raise Http404
    context = _about(*known)
    remark = context["remark"]
    if request.method == "POST" and remark is not None:
        if "List-Unsubscribe" in request.POST:
            services.want_no_letters(remark, by=request.user)
            return HttpResponse(status=204)
        act = next((ACTS[name] for name in ACTS if name in request.POST), None)
        try:
            if act:
                act(remark, by=request.user)
        except Refused as reason:
            return render(request, "replies/own.html", {**context, "refused": reason.sentence})
        return redirect("replies:own", token=token)
    return render(request, "replies/own.html", {**context, "token": token})


def _about(pk: int, ref: Ref) -> dict[str, Any]:
    """The remark as its writer sees it, its words also when moderators keep them."""
    remark = Remark.objects.filter(pk=pk, deleted_at__isnull=True).first()
    html = remark.body_html if remark else ""
    if remark and remark.standing in {Remark.Standing.DECLINED, Remark.Standing.HIDDEN}:
        kept = Withheld.objects.filter(thing_kind=Remark._meta.label_lower, thing_id=pk).last()
        html = kept.words.get("body_html", "") if kept else ""
    found = next(iter(kind_of(ref).fetch([ref.pk])), None) if ref.kind in kinds() else None
    entry = kind_of(ref).entry(found) if found is not None else None
    guest = Guest.objects.filter(remark=remark).first() if remark else None
    return {
        "remark": remark,
        "html": html,
        "entry": entry if entry and entry.label == Label.CLEAR else None,
        "wants_letters": bool(guest and guest.wants_letters and guest.email),
        "is_late": bool(remark and not remark.confirmed_at and _is_late(remark)),
    }


def _is_late(remark: Remark) -> bool:
    return now() > remark.posted_at + Guest.CONFIRM_WITHIN
