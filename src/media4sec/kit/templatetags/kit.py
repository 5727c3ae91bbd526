"""Components of every page.

The small ones (icon, label, face, byline, time) stand on a page sixty times, so they are
strings kept ready, not templates. A misspelt argument is a TemplateSyntaxError.
"""

import re
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from media4sec.kit import assets, markdown
from media4sec.kit.clock import now
from media4sec.kit.context import Section, menu_of
from media4sec.kit.marking import Door, Extent, Label, extent
from media4sec.kit.models import Face
from media4sec.kit.paging import Page
from media4sec.kit.rooms import rooms

register = template.Library()
NOTHING = format_html("{}", "")
_FACE_ICONS = {Face.GOOD: "handshake", Face.BAD: "triangle-alert", Face.UGLY: "venetian-mask"}
_NOTICE_ICONS = {
    "info": "info",
    "ok": "circle-check",
    "warn": "triangle-alert",
    "stop": "octagon-alert",
}
_STARTS_A_BLOCK = re.compile(r"\s*<(p|ul|ol|dl|div|form|h[2-6]|blockquote|table|details|section)\b")


# Small parts


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str) -> SafeString:
    """A Lucide icon from the sprite, for the eye only: words stand beside it."""
    return format_html(
        '<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>', assets.sprite(), name
    )


@register.simple_tag
@lru_cache(maxsize=16)
def tlp(label: str) -> SafeString:
    """How far a thing may travel, written exactly as TLP 2.0 writes it."""
    if not label:
        return NOTHING
    known = Label(label)
    tone = f" tlp--{known.tone}" if known.tone else ""
    return format_html('<span class="tlp{}">{}</span>', tone, known.value)


@register.simple_tag
def face(name: str) -> SafeString:
    """One of the three faces: colour, icon and word together."""
    return _face(name, get_language()) if name else NOTHING


@lru_cache(maxsize=16)
def _face(name: str, _language: str) -> SafeString:
    known = Face(name)
    return format_html(
        '<span class="face is-{}">{}{}</span>', known.value, icon(_FACE_ICONS[known]), known.label
    )


@register.simple_tag
def badge(byline: Any, *, small: bool = False) -> SafeString:
    """The stakeholder group of a byline as a square; name or role stand beside it."""
    return _badge(byline.icon, byline.tone, small)


@lru_cache(maxsize=64)
def _badge(icon_name: str, tone: str, small: bool) -> SafeString:
    classes = " ".join(filter(None, ["badge", "badge--sm" if small else "", tone]))
    return format_html('<span class="{}">{}</span>', classes, icon(icon_name))


@register.simple_tag(name="byline")
def byline_tag(
    byline: Any, *, time: datetime | None = None, verb: str = "", small: bool = False
) -> SafeString:
    """Who speaks, as this visitor may know it: group, name, role and country, when."""
    name = (
        format_html('<a href="{}">{}</a>', byline.url, byline.name) if byline.url else byline.name
    )
    return format_html(
        '<span class="byline">{}<span><b>{}{}</b><span class="sm muted">{}</span></span></span>',
        badge(byline, small=small),
        name,
        _name_notes(byline),
        _dotted([byline.role, byline.country, _when_said(time, verb)]),
    )


def _name_notes(byline: Any) -> SafeString:
    """The number of a sealed speaker, a confirmed group, and that it is the reader."""
    if not (byline.number or byline.is_verified or byline.is_me):
        return NOTHING
    number = (
        format_html(
            ' <span class="count"><span class="vh">{} </span>{}</span>',
            _("speaker"),
            byline.number,
        )
        if byline.number
        else ""
    )
    confirmed = (
        format_html(
            ' <span class="verified">{}<span class="vh">{}</span></span>',
            icon("badge-check"),
            _("confirmed"),
        )
        if byline.is_verified
        else ""
    )
    me = format_html(' <span class="tag">{}</span>', _("you")) if byline.is_me else ""
    return format_html("{}{}{}", number, confirmed, me)


def _when_said(time: datetime | None, verb: str) -> Any:
    if time is None:
        return verb
    return format_html("{} {}", verb, when(time)) if verb else when(time)


def _dotted(parts: Iterable[Any]) -> SafeString:
    return format_html_join(" · ", "{}", ((part,) for part in parts if part))


@register.simple_tag(name="when")
def when(moment: datetime | None) -> SafeString:
    """A moment in words near enough to be useful, its full date one hover away."""
    if moment is None:
        return NOTHING
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}, {}:{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        in_full(local),
        local.hour,
        f"{local.minute:02}",
        _in_words(local, now() - moment),
    )


def in_full(local: datetime) -> str:
    """18 March 2027."""
    return _("%(day)d %(month)s %(year)d") % {
        "day": local.day,
        "month": MONTHS[local.month],
        "year": local.year,
    }


def _in_words(local: datetime, ago: timedelta) -> str:
    seconds = ago.total_seconds()
    if not 0 <= seconds < 7 * 86_400:
        return in_full(local)
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        count = int(seconds // 60)
        return ngettext("%d minute ago", "%d minutes ago", count) % count
    days = (timezone.localdate() - local.date()).days
    if seconds < 86_400 and days == 0:
        count = int(seconds // 3600)
        return ngettext("%d hour ago", "%d hours ago", count) % count
    if days <= 1:
        return _("yesterday")
    return ngettext("%d day ago", "%d days ago", days) % days


@register.filter
def trusted(html: str) -> SafeString:
    """Rendered Markdown that the database kept."""
    return markdown.trusted(html)


# Boxes


@register.simple_block_tag
def panel(
    content: SafeString,
    *,
    title: str,
    flush: bool = False,
    more_url: str = "",
    more_text: str = "",
    heading: str = "h2",
) -> SafeString:
    """A titled box for tools and facts; flush when it holds a list."""
    key = f"p{zlib.crc32(str(title).encode()):x}"
    head = format_html('<{} id="{}">{}</{}>', heading, key, title, heading)
    if more_url:
        head = format_html("<header>{}{}</header>", head, more(more_url, more_text or _("All")))
    return format_html(
        '<section class="panel{}" aria-labelledby="{}">{}{}</section>',
        " panel--flush" if flush else "",
        key,
        head,
        content,
    )


@register.simple_tag
def more(url: str, text: str) -> SafeString:
    """The last line of a block: a link that says where it goes."""
    return format_html('<a class="more" href="{}">{} {}</a>', url, text, icon("arrow-right"))


@register.simple_block_tag
def notice(content: SafeString, *, title: str = "", tone: str = "info") -> SafeString:
    """A message beside what it is about; its first words, in bold, carry it."""
    bold = format_html("<b>{}</b> ", title) if title else NOTHING
    if _STARTS_A_BLOCK.match(content):
        inner = format_html("<p>{}</p>{}", bold, content) if title else content
    else:
        inner = format_html("<p>{}{}</p>", bold, content)
    return format_html(
        '<div class="notice notice--{}">{}<div>{}</div></div>',
        tone,
        icon(_NOTICE_ICONS[tone]),
        inner,
    )


@register.simple_block_tag
def empty(
    content: SafeString,
    *,
    title: str,
    icon: str = "messages-square",
    action_url: str = "",
    action_text: str = "",
    heading: str = "h2",
) -> SafeString:
    """What will be here, and how to start: one button at most."""
    words = content if _STARTS_A_BLOCK.match(content) else format_html("<p>{}</p>", content)
    action = (
        format_html('<a class="btn btn--line" href="{}">{}</a>', action_url, action_text)
        if action_url
        else NOTHING
    )
    return format_html(
        '<div class="empty">{}<{}>{}</{}>{}{}</div>',
        _icon(icon),
        heading,
        title,
        heading,
        words,
        action,
    )


_icon = icon  # ``empty`` has an argument of that name


@register.simple_block_tag
def aside(content: SafeString) -> SafeString:
    """The side column of a shell, when the page has something to put there."""
    if not content.strip():
        return NOTHING
    return format_html(
        '<aside class="stack stack--5" aria-label="{}">{}</aside>', _("About this page"), content
    )


@register.simple_tag(takes_context=True)
def print_mark(context: Context, label: str) -> SafeString:
    """On paper: the label at head and foot, the reader's name below; or a no, where it says no."""
    if not label or label == Label.CLEAR:
        return NOTHING
    if extent(label, Door.EXPORT) is not Extent.FULL:
        never = _("%(label)s: this may be read on this page only, and not be printed.")
        return format_html(
            '<p class="print-mark print-mark--never">{}</p>', never % {"label": label}
        )
    return format_html(
        '<p class="print-mark print-mark--head" aria-hidden="true">{}</p>'
        '<p class="print-mark print-mark--foot" aria-hidden="true">{} · {}</p>',
        label,
        label,
        context.get("visitor") or "",
    )


# Finding one's way


def _address_with(query: QueryDict, **changes: Any) -> str:
    changed = query.copy()
    for name, value in changes.items():
        if value in (None, ""):
            changed.pop(name, None)
        else:
            changed[name] = str(value)
    return f"?{changed.urlencode()}"


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The current query string with a change; None takes a parameter away."""
    return _address_with(context["request"].GET, **changes)


@register.simple_tag(takes_context=True)
def pager(context: Context, page: Page[Any], *, label: str = "") -> SafeString:
    """Newer and older, for lists that are paged by their last row."""
    if not (page.newer or page.older):
        return NOTHING
    get = context["request"].GET
    newer = _turn(_address_with(get, after=page.newer, before=None), "prev", _("Newer"))
    older = _turn(_address_with(get, before=page.older, after=None), "next", _("Older"))
    return format_html(
        '<nav class="pages" aria-label="{}"><ul>{}{}</ul></nav>',
        label or _("Pages"),
        newer if page.newer else NOTHING,
        older if page.older else NOTHING,
    )


def _turn(url: str, rel: str, text: str) -> SafeString:
    before = icon("chevron-left") if rel == "prev" else NOTHING
    after = icon("chevron-right") if rel == "next" else NOTHING
    return format_html('<li><a href="{}" rel="{}">{}{}{}</a></li>', url, rel, before, text, after)


@register.simple_tag(takes_context=True)
def pages(context: Context, *, current: int, last: int, label: str = "") -> SafeString:
    """Numbered pages: the first, the last, and those around the current one."""
    if last <= 1:
        return NOTHING
    get = context["request"].GET
    url = {number: _address_with(get, page=number) for number in _around(current, last)}
    items = []
    previous = 0
    for number in sorted(url):
        if number > previous + 1:
            items.append(format_html("<li><span>{}</span></li>", "…"))
        items.append(_numbered(number, url[number], is_current=number == current))
        previous = number
    if current > 1:
        items.insert(0, _turn(_address_with(get, page=current - 1), "prev", _("Previous")))
    if current < last:
        items.append(_turn(_address_with(get, page=current + 1), "next", _("Next")))
    return format_html(
        '<nav class="pages" aria-label="{}"><ul>{}</ul></nav>', label or _("Pages"), _joined(items)
    )


def _around(current: int, last: int) -> set[int]:
    return {n for n in (1, current - 1, current, current + 1, last) if 1 <= n <= last}


def _numbered(number: int, url: str, *, is_current: bool) -> SafeString:
    if is_current:
        return format_html('<li><span aria-current="page">{}</span></li>', number)
    label = _("Page %d") % number
    return format_html('<li><a href="{}" aria-label="{}">{}</a></li>', url, label, number)


def _joined(parts: Iterable[Any]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


@register.simple_tag
def tabs(
    items: Iterable[tuple[str, Any, str, int | None]], *, current: str = "", label: str = ""
) -> SafeString:
    """Links to pages of their own; the current one says so."""
    links = [
        format_html(
            '<li><a href="{}"{}>{}{}</a></li>',
            url,
            _CURRENT if key == current else NOTHING,
            text,
            NOTHING if count is None else format_html(' <span class="count">{}</span>', count),
        )
        for key, text, url, count in items
    ]
    return format_html(
        '<nav class="tabs" aria-label="{}"><ul>{}</ul></nav>', label or _("Views"), _joined(links)
    )


_CURRENT = format_html(' aria-current="{}"', "page")


@register.simple_tag(takes_context=True)
def here(context: Context, url: str) -> SafeString:
    """``aria-current`` for a link of the menu, when it leads to where we are."""
    request = context.get("request")
    path = request.path if request else ""
    inside = path == url or (url != "/" and path.startswith(url))
    return _CURRENT if inside else NOTHING


@register.simple_tag(takes_context=True)
def menu(context: Context) -> list[Section]:
    """The rooms' menu for this member, by section."""
    return menu_of(context["request"])


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, **about: Any) -> SafeString:
    """What other rooms put in this place of the page."""
    request: HttpRequest = context["request"]
    panels = (room.slots[name](request, **about) for room in rooms() if name in room.slots)
    return _joined(panels)


# Forms


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """Label, hint, error, input, in this order."""
    return bound.as_widget() if bound.is_hidden else bound.as_field_group()


@register.simple_tag
def errors(form: BaseForm, *, focus: bool = True) -> SafeString:
    """What is wrong, first in the form, with links to the fields. It takes focus."""
    if not form.errors:
        return NOTHING
    faults = [
        (f"#{bound.id_for_label or bound.auto_id + '_0'}", error)
        for bound in form
        for error in bound.errors
    ]
    words = {"faults": faults, "general": form.non_field_errors(), "focus": focus}
    return render_to_string("kit/forms/errors.html", words)


@register.simple_tag
def editor(bound: BoundField, *, mentions: str = "", rows: int = 7) -> SafeString:
    """A Markdown field with toolbar and preview; without script a plain text field."""
    attrs: dict[str, str | bool] = {"rows": str(rows)}
    if mentions:
        attrs |= {"data-mentions-url": mentions, "data-mentions-label": _("Names")}
    return render_to_string(
        "kit/forms/editor.html", {"field": bound, "control": bound.as_widget(attrs=attrs)}
    )
