"""Who speaks: a stakeholder group as a square, and the line that says who and when."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from media4sec.kit.components.small import NOTHING, icon
from media4sec.kit.components.times import when

_DOT = format_html("{}", " · ")


def badge(byline: Any, *, small: bool = False) -> SafeString:
    """The stakeholder group of a byline as a square; name or role stand beside it."""
    return _badge(byline.icon, byline.tone, small)


@lru_cache(maxsize=64)
def _badge(icon_name: str, tone: str, small: bool) -> SafeString:
    classes = " ".join(filter(None, ["badge", "badge--sm" if small else "", tone]))
    return format_html('<span class="{}">{}</span>', classes, icon(icon_name))


def byline(
    byline: Any, *, time: datetime | None = None, verb: str = "", small: bool = False
) -> SafeString:
    """Who speaks, as this visitor may know it: group, name, role and country, when."""
    start = _byline(byline, small, get_language())
    said = when(time)
    if verb and said:
        said = format_html("{} {}", verb, said)
    dot = _DOT if (said or verb) and (byline.role or byline.country) else NOTHING
    return format_html("{}{}{}</span></span></span>", start, dot, said or verb)


@lru_cache(maxsize=4096)
def _byline(byline: Any, small: bool, _language: str) -> SafeString:
    """All of it that stays the same, so that a page of sixty need not escape it sixty times."""
    name = byline.name
    if byline.url:
        name = format_html('<a href="{}">{}</a>', byline.url, name)
    known = format_html_join(_DOT, "{}", ((p,) for p in (byline.role, byline.country) if p))
    return format_html(
        '<span class="byline">{}<span><b>{}{}</b><span class="sm muted">{}',
        badge(byline, small=small),
        name,
        _name_notes(byline),
        known,
    )


def _name_notes(byline: Any) -> SafeString:
    """The number of a sealed speaker, a confirmed group, and that it is the reader."""
    notes = NOTHING
    if byline.number:
        number = '{} <span class="count"><span class="vh">{} </span>{}</span>'
        notes = format_html(number, notes, _("speaker"), byline.number)
    if byline.is_verified:
        confirmed = '{} <span class="verified">{}<span class="vh">{}</span></span>'
        notes = format_html(confirmed, notes, icon("badge-check"), _("confirmed"))
    if byline.is_me:
        notes = format_html('{} <span class="tag">{}</span>', notes, _("you"))
    return notes
