"""What every page knows: the site, the visitor, the shell, the menu."""

from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from media4sec.kit.rooms import MenuItem, rooms


def page(request: HttpRequest) -> dict[str, Any]:
    """Names for every template; no queries of its own."""
    visitor = getattr(request, "user", None)
    is_member = bool(visitor and visitor.is_authenticated)
    return {
        "site_name": settings.SITE_NAME,
        "contact": settings.CONTACT,
        "visitor": visitor,
        "shell": "kit/app.html" if is_member else "kit/public.html",
    }


@dataclass(frozen=True)
class Section:
    """Links of the side menu under one heading."""

    title: str
    links: list[tuple[MenuItem, str, int]]  # address, how many things wait there


def menu_of(request: HttpRequest) -> list[Section]:
    """What the rooms announce for this member, by place and room; headless first."""
    sections: dict[str, list[tuple[MenuItem, str, int]]] = {"": []}
    for item in sorted((item for room in rooms() for item in room.menu), key=attrgetter("place")):
        if item.shown_to(request.user):
            count = item.count(request.user) if item.count else 0
            link = (item, _address(item.url), count)
            sections.setdefault(str(item.section), []).append(link)
    return [Section(title, links) for title, links in sections.items()]


@cache
def _address(name: str) -> str:
    return reverse(name)


@cache
def menu_addresses() -> tuple[str, ...]:
    """Where the lines of all menus lead."""
    return tuple(_address(item.url) for room in rooms() for item in room.menu)
