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
    links: list[tuple[MenuItem, str]]


def menu_of(request: HttpRequest) -> list[Section]:
    """What the rooms announce for this member, by place and room; headless first."""
    sections: dict[str, list[tuple[MenuItem, str]]] = {"": []}
    for item in sorted((item for room in rooms() for item in room.menu), key=attrgetter("place")):
        if item.shown_to(request.user):
            sections.setdefault(str(item.section), []).append((item, _address(item.url)))
    return [Section(title, links) for title, links in sections.items()]


@cache
def _address(name: str) -> str:
    return reverse(name)
