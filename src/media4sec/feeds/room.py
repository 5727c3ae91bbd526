"""What the room announces."""

from django.utils.translation import gettext_lazy as _

from media4sec.feeds import (
    demo,
    panels,
    queries,
    rules,  # noqa: F401 - an open room has its rules
    tasks,
)
from media4sec.feeds.models import Echo
from media4sec.kit.permissions import may
from media4sec.kit.rooms import Kind, MenuItem, Room, open_room


def open() -> None:
    open_room(
        Room(
            name="feeds",
            title=_("Feeds"),
            kinds=(
                Kind(
                    model=Echo,
                    title=_("Answer from elsewhere"),
                    plural=_("Answers from elsewhere"),
                    icon="globe",
                    entry=queries.echo_entry,
                    fetch=queries.fetch_echoes,
                    searchable=False,
                    held=queries.held_echoes,
                    whole=lambda echo: echo.ref,
                    begins=frozenset({"released"}),
                ),
            ),
            menu=(
                MenuItem(
                    title=_("Other servers"),
                    icon="globe",
                    url="feeds:peers",
                    shown_to=lambda member: may(member, "feeds.keep_peers"),
                    section=_("Administration"),
                ),
            ),
            slots={
                "every_page": panels.every_page,
                "head": panels.head,
                "share": panels.share,
                "echoes": panels.echoes,
                "feeds": panels.fediverse,
            },
            furnish=demo.furnish,
            hourly=(tasks.keep_house,),
            minutely=(tasks.speak,),
        )
    )
