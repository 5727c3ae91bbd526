"""What the moderators' room announces."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from media4sec.kit.permissions import may
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import MenuItem, Room, open_room
from media4sec.moderation import demo, queries, services
from media4sec.moderation import rules as rules  # an open room has its rules


def open() -> None:
    open_room(
        Room(
            name="moderation",
            title=_("Moderation"),
            menu=(
                MenuItem(
                    title=_("Queue"),
                    icon="gavel",
                    url="moderation:desk",
                    shown_to=lambda member: may(member, "moderation.desk"),
                    section=_("Moderation"),
                    count=queries.open_count,
                ),
            ),
            slots={"report": report},
            furnish=demo.furnish,
            hourly=(services.forget_reporters,),
        )
    )


def report(request: HttpRequest, *, thing: Any, **_about: Any) -> str:
    """On a thing's own page: the way to report it."""
    context = {"url": f"/report/{Ref.to(thing)}/"}
    return render_to_string("moderation/_report.html", context, request)
