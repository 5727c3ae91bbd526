"""What every page knows: the site, the menu, where we are."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from media4sec.kit.rooms import rooms


def page(request: HttpRequest) -> dict[str, Any]:
    """Names for ``base.html``; no queries."""
    return {
        "site_name": settings.SITE_NAME,
        "contact": settings.CONTACT,
        "menu": [item for room in rooms() for item in room.menu],
        "visitor": getattr(request, "user", None),
    }
