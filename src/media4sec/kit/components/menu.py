"""The side menu, and the places where rooms put a panel on a neighbour's page."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from media4sec.kit.components import small
from media4sec.kit.components.small import NOTHING, joined
from media4sec.kit.context import Section, menu_addresses, menu_of
from media4sec.kit.rooms import rooms

#: A longer count says only that there is more.
_MOST = 99
CURRENT = format_html(' aria-current="{}"', "page")


def here(context: Context, url: str) -> SafeString:
    """``aria-current`` for a link of the menu, when it leads to where we are."""
    request = context.get("request")
    path = request.path if request else ""
    inside = path == url or (url != "/" and path.startswith(url))
    # Under the journal's address lies the writing desk, which has a line of its own.
    deeper = (each for each in menu_addresses() if each.startswith(url) and each != url)
    return CURRENT if inside and not any(map(path.startswith, deeper)) else NOTHING


def menu_link(context: Context, url: str, icon: str, title: Any, count: int = 0) -> SafeString:
    """A line of the side menu; it says when it leads to where we are, and how much waits there."""
    return _menu_link(url, icon, str(title), here(context, url), min(count, _MOST))


@lru_cache(maxsize=2048)
def _menu_link(url: str, icon: str, title: str, current: SafeString, count: int) -> SafeString:
    waiting = NOTHING
    if count:
        said = f"{count}+" if count == _MOST else str(count)
        waiting = format_html('<span class="count count--new push">{}</span>', said)
    line = '<li><a href="{}"{}>{}{}{}</a></li>'
    return format_html(line, url, current, small.icon(icon), title, waiting)


def menu(context: Context) -> list[Section]:
    """The rooms' menu for this member, by section."""
    return menu_of(context["request"])


def slot(context: Context, name: str, **about: Any) -> SafeString:
    """What other rooms put in this place of the page."""
    request: HttpRequest = context["request"]
    panels = (room.slots[name](request, **about) for room in rooms() if name in room.slots)
    return joined(panels)
