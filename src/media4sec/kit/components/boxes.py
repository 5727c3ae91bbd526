"""Panel, notice, empty place, side column, and the marks on paper."""

import re
import zlib

from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from media4sec.kit.components import small
from media4sec.kit.components.small import NOTHING
from media4sec.kit.marking import Door, Extent, Label, extent

_NOTICE_ICONS = {
    "info": "info",
    "ok": "circle-check",
    "warn": "triangle-alert",
    "stop": "octagon-alert",
}
_STARTS_A_BLOCK = re.compile(r"\s*<(p|ul|ol|dl|div|form|h[2-6]|blockquote|table|details|section)\b")


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
        head = format_html(
            "<header>{}{}</header>", head, small.more(more_url, more_text or _("All"))
        )
    return format_html(
        '<section class="panel{}" aria-labelledby="{}">{}{}</section>',
        " panel--flush" if flush else "",
        key,
        head,
        content,
    )


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
        small.icon(_NOTICE_ICONS[tone]),
        inner,
    )


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
        small.icon(icon),
        heading,
        title,
        heading,
        words,
        action,
    )


def aside(content: SafeString) -> SafeString:
    """The side column of a shell, when the page has something to put there."""
    if not content.strip():
        return NOTHING
    return format_html(
        '<aside class="stack stack--5" aria-label="{}">{}</aside>', _("About this page"), content
    )


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
        '<div class="print-mark print-mark--head">{}</div>'
        '<div class="print-mark print-mark--foot">{} · {}</div>',
        label,
        label,
        context.get("visitor") or "",
    )
