"""What the patterns' room announces."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from media4sec.kit.rooms import Kind, MenuItem, Room, open_room
from media4sec.patterns import content, queries
from media4sec.patterns import rules as rules  # an open room has its rules
from media4sec.patterns.models import Pattern


def open() -> None:
    open_room(
        Room(
            name="patterns",
            title=_("Practice patterns"),
            kinds=KINDS,
            menu=(MenuItem(title=_("Practice patterns"), icon="network", url="patterns:index"),),
            slots={"theme": theme},
            load_content=content.load_content,
        )
    )


KINDS = (
    Kind(
        model=Pattern,
        title=_("Pattern"),
        plural=_("Patterns"),
        icon="network",
        entry=queries.pattern_entry,
        fetch=queries.fetch_patterns,
        silent=frozenset({"judged"}),
        begins=frozenset({"published"}),
        syndicated=True,
        takes_replies=True,
    ),
)


def theme(request: HttpRequest, *, theme: Any, **_about: Any) -> str:
    """The way to a theme's patterns; where scripts run, some of them follow."""
    return render_to_string("patterns/_panel_theme.html", {"theme": theme}, request)
