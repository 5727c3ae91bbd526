"""What the members' room announces."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from media4sec.kit.rooms import MenuItem, Room, open_room
from media4sec.members import content, demo, tasks
from media4sec.members.models import is_reader
from media4sec.members.queries import circles
from media4sec.members.rules import is_administrator
from media4sec.members.views.people import suspension_notice


def open() -> None:
    open_room(
        Room(
            name="members",
            title=_("Members"),
            menu=(
                MenuItem(title=_("Circles"), icon="users-round", url="members:circles", place=2),
                MenuItem(
                    title=_("People"),
                    icon="users",
                    url="members:directory",
                    shown_to=is_reader,
                    place=2,
                ),
                MenuItem(
                    title=_("Members and organisations"),
                    icon="settings",
                    url="members:administration",
                    shown_to=is_administrator,
                    section=_("Administration"),
                ),
            ),
            slots={"notice": suspension_notice},
            home=what_waits,
            furnish=demo.furnish,
            load_content=content.load_content,
            hourly=(tasks.ask_again, tasks.forget_unconfirmed),
        )
    )


def what_waits(request: HttpRequest) -> list[dict[str, Any]]:
    """On the home page: requests to circles I host, invitations for me."""
    duties = circles.duties(request.user)
    invitations = circles.waiting_invitations(request.user)
    if not duties and not invitations:
        return []
    return [
        {
            "template": "members/_circles_waiting.html",
            "duties": duties,
            "invitations": invitations,
            "aside": True,
        }
    ]
