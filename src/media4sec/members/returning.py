"""A text that was sent after the session had ended is there again after signing in.

It waits in the stranger's new session, an hour at most, and only for the account
that the form was made for: on a shared computer nobody else finds it.
"""

import functools
import hmac
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from media4sec.kit import drafts, ratelimit
from media4sec.kit.errors import Refused

_KEPT = "sent_without_session"
_SECONDS = 60 * 60
#: As many letters as one draft may hold, with a title.
_LONGEST = drafts.LONGEST + 1000
#: Fields of a form that are nobody's words.
_NOT_WORDS = {"csrfmiddlewaretoken", "attempt", "then", "upload", "writer", "place"}


def writer_mark(member: Any) -> str:
    """A hidden field that says for whom a form was made, and says it to nobody else."""
    return salted_hmac("members.writer", str(member.pk)).hexdigest()[:24]


def words_of(post: Mapping[str, Any]) -> dict[str, str]:
    """What somebody wrote and chose, as a draft keeps it."""
    lists = post.lists() if hasattr(post, "lists") else ((k, [v]) for k, v in post.items())
    return {name: ",".join(values) for name, values in lists if name not in _NOT_WORDS}


def survives_sign_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For views where one writes: strangers sign in first, and find there what they sent."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            ratelimit.check("sent_without_session", ratelimit.address(request), most=10)
            _keep(request)
        return redirect_to_login(request.get_full_path())

    return wrapped


def _keep(request: HttpRequest) -> None:
    words = words_of(request.POST)
    if sum(map(len, words.values())) > _LONGEST:
        return
    request.session[_KEPT] = {
        "path": request.path,
        "writer": request.POST.get("writer", ""),
        "words": words,
        "until": int(time.time()) + _SECONDS,
    }
    request.session.set_expiry(_SECONDS)


def come_back(request: HttpRequest, place: str) -> None:
    """After signing in: what was sent without a session becomes the draft of this place."""
    kept = request.session.get(_KEPT)
    if not kept or kept["path"] != request.path:
        return
    del request.session[_KEPT]
    is_theirs = hmac.compare_digest(kept["writer"], writer_mark(request.user))
    if is_theirs and kept["until"] > time.time():
        try:
            drafts.keep(request.user, place, kept["words"])
        except Refused:
            # More fields than our forms have: it was none of ours.
            return
