"""What the moderators' room announces."""

from django.utils.translation import gettext_lazy as _

from media4sec.kit.permissions import may
from media4sec.kit.rooms import MenuItem, Room, open_room
from media4sec.moderation import rules  # noqa: F401 - an open room has its rules


def open() -> None:
    open_room(
        Room(
            name="moderation",
            title=_("Moderation"),
            menu=(
                MenuItem(
                    title=_("Reports"),
                    icon="gavel",
                    url="moderation:desk",
                    shown_to=lambda member: may(member, "moderation.desk"),
                    section=_("Moderation"),
                ),
            ),
        )
    )
