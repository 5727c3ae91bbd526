"""Search results stand on a page by the twenty, so they are strings, not templates."""

from functools import lru_cache

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from media4sec.kit.components.small import face, icon, joined, tlp
from media4sec.kit.components.times import when
from media4sec.kit.rooms import kinds
from media4sec.site.search import Hit, Results

register = template.Library()


@register.simple_tag
def results_list(results: Results) -> SafeString:
    """The hits of a page; title and snippet are safe, their words marked."""
    return joined(_hit(hit) for hit in results.hits)


def _hit(hit: Hit) -> SafeString:
    # Safe plus safe stays safe, and costs a tenth of formatting; all that is not ours is escaped.
    kind, language = hit.kind, get_language()
    about = _NONE if hit.is_part else _span(_title(kind.name, language))
    return (
        _ITEM
        + icon(kind.icon)
        + _LINK
        + escape(hit.url)
        + _LINK_TEXT
        + hit.title
        + _LINK_END
        + (_title_only(language) if hit.title_only else hit.snippet and _snippet(hit.snippet))
        + _META
        + about
        + (_span(escape(hit.circle)) if hit.circle else _NONE)
        + _span(when(hit.at))
        + face(hit.face)
        + _META_END
        + tlp(hit.label)
        + _ITEM_END
    )


def _span(inside: SafeString) -> SafeString:
    return _SPAN + inside + _SPAN_END


def _snippet(snippet: SafeString) -> SafeString:
    return _SMALL + snippet + _SPAN_END


@lru_cache(maxsize=16)
def _title_only(_language: str | None) -> SafeString:
    words = _("Only the title can be searched: this text stays on its page.")
    return format_html('<span class="muted sm">{}</span>', words)


@lru_cache(maxsize=64)
def _title(kind: str, _language: str | None) -> SafeString:
    return escape(kinds()[kind].title)


def _ours(html: str) -> SafeString:
    return format_html(html + "{}", "")


_NONE = _ours("")
_ITEM, _ITEM_END = _ours("<li>"), _ours("</li>")
_LINK, _LINK_TEXT, _LINK_END = (
    _ours('<div class="list__main"><a href="'),
    _ours('">'),
    _ours("</a>"),
)
_META, _META_END = _ours('<span class="meta">'), _ours("</span></div>")
_SPAN, _SMALL, _SPAN_END = _ours("<span>"), _ours('<span class="sm">'), _ours("</span>")
