"""What the room announces."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from media4sec.kit import attempts
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Kind, Room, kind_of, open_room
from media4sec.members.models import is_reader
from media4sec.replies import demo, queries, services
from media4sec.replies.forms import GuestForm, RemarkForm
from media4sec.replies.models import Remark
from media4sec.replies.services import letters


def open() -> None:
    letters.announce()
    open_room(
        Room(
            name="replies",
            title=_("Replies"),
            kinds=(
                Kind(
                    model=Remark,
                    title=_("Reader's reply"),
                    plural=_("Readers' replies"),
                    icon="reply",
                    entry=queries.entry,
                    fetch=queries.fetch,
                    begins=frozenset({"left", "released"}),
                    speaks_to=queries.answered_by,
                    whole=lambda remark: remark.ref,
                    under=Remark.objects.under,
                    held=queries.held,
                    stood_anew=services.stood_anew,
                    write=services.write,
                ),
            ),
            slots={"replies": below, "export": export},
            furnish=demo.furnish,
            hourly=(services.forget_addresses,),
        )
    )


def below(request: HttpRequest, *, thing: Any, **_about: Any) -> str:
    """Under a thing: what was left there, and the form; nothing where its kind takes no replies."""
    ref = Ref.to(thing)
    if not kind_of(ref).takes_replies:
        return ""
    visitor = request.user
    context = {
        "below": queries.below(ref, visitor=visitor, page=request.GET.get("replies", "1")),
        "form": _form(visitor),
        "action": f"/replies/to/{ref}/",
        "attempt": attempts.token() if visitor.is_authenticated else "",
    }
    return render_to_string("replies/_below.html", context, request)


def _form(visitor: Any) -> RemarkForm | None:
    if visitor.is_authenticated:
        return RemarkForm() if is_reader(visitor) else None
    return GuestForm() if settings.GUEST_REPLIES != "off" else None


def export(request: HttpRequest, *, member: Any, **_about: Any) -> str:
    """A member's own replies, for the file they take along."""
    return json.dumps({"replies": queries.own_words(member)}, ensure_ascii=False, indent=1)
