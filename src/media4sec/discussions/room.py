"""What the discussions' room announces."""

from django.utils.translation import gettext_lazy as _

from media4sec.kit.rooms import Room, open_room


def open() -> None:
    open_room(
        Room(
            name="discussions",
            title=_("Discussions"),
            menu=(),
        )
    )
