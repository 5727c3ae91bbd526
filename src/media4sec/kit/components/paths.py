"""From page to page: queries, newer and older, numbers, tabs."""

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from media4sec.kit.components.menu import CURRENT
from media4sec.kit.components.small import NOTHING, icon, joined
from media4sec.kit.paging import Page


def _address_with(query: QueryDict, **changes: Any) -> str:
    changed = query.copy()
    for name, value in changes.items():
        if value in (None, ""):
            changed.pop(name, None)
        else:
            changed[name] = str(value)
    return f"?{changed.urlencode()}"


def query(context: Context, **changes: Any) -> str:
    """The current query string with a change; None takes a parameter away."""
    return _address_with(context["request"].GET, **changes)


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
        '<nav class="pages" aria-label="{}"><ul>{}</ul></nav>', label or _("Pages"), joined(items)
    )


def _around(current: int, last: int) -> set[int]:
    return {n for n in (1, current - 1, current, current + 1, last) if 1 <= n <= last}


def _numbered(number: int, url: str, *, is_current: bool) -> SafeString:
    if is_current:
        return format_html('<li><span aria-current="page">{}</span></li>', number)
    label = _("Page %d") % number
    return format_html('<li><a href="{}" aria-label="{}">{}</a></li>', url, label, number)


def tabs(
    items: Iterable[tuple[str, Any, str, int | None]], *, current: str = "", label: str = ""
) -> SafeString:
    """Links to pages of their own; the current one says so."""
    links = [
        format_html(
            '<li><a href="{}"{}>{}{}</a></li>',
            url,
            CURRENT if key == current else NOTHING,
            text,
            NOTHING if count is None else format_html(' <span class="count">{}</span>', count),
        )
        for key, text, url, count in items
    ]
    return format_html(
        '<nav class="tabs" aria-label="{}"><ul>{}</ul></nav>', label or _("Views"), joined(links)
    )
