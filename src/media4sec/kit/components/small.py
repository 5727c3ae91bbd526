"""Icon, sharing label, face, arrow link."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from media4sec.kit import assets
from media4sec.kit.marking import Label
from media4sec.kit.models import Face

NOTHING = format_html("{}", "")
_FACE_ICONS = {Face.GOOD: "handshake", Face.BAD: "triangle-alert", Face.UGLY: "venetian-mask"}


@lru_cache(maxsize=512)
def icon(name: str) -> SafeString:
    """A Lucide icon from the sprite, for the eye only: words stand beside it."""
    return format_html(
        '<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>', assets.sprite(), name
    )


@lru_cache(maxsize=16)
def tlp(label: str) -> SafeString:
    """How far a thing may travel, written exactly as TLP 2.0 writes it."""
    if not label:
        return NOTHING
    known = Label(label)
    tone = f" tlp--{known.tone}" if known.tone else ""
    return format_html('<span class="tlp{}">{}</span>', tone, known.value)


def face(name: str) -> SafeString:
    """One of the three faces: colour, icon and word together."""
    return _face(name, get_language()) if name else NOTHING


@lru_cache(maxsize=16)
def _face(name: str, _language: str) -> SafeString:
    known = Face(name)
    return format_html(
        '<span class="face is-{}">{}{}</span>', known.value, icon(_FACE_ICONS[known]), known.label
    )


def more(url: str, text: str) -> SafeString:
    """The last line of a block: a link that says where it goes."""
    return format_html('<a class="more" href="{}">{} {}</a>', url, text, icon("arrow-right"))


def joined(parts: Iterable[Any]) -> SafeString:
    """These parts, one after the other; what is not safe yet is escaped."""
    return format_html_join("", "{}", ((part,) for part in parts))
