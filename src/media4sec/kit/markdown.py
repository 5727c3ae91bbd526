"""Markdown into safe HTML: the only place that calls text safe."""

import functools
import re
import unicodedata
from collections.abc import Mapping
from html import unescape
from urllib.parse import urlsplit

import nh3
from django.utils.safestring import SafeString, mark_safe  # noqa: TID251 - this is the place
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from media4sec.kit import markdown_rules
from media4sec.kit.markdown_rules import MENTION as MENTION

LONGEST = 100_000
#: The page owns h1 and h2; a member's first heading is an h3.
MEMBERS_HEADING = 3
_BLOCKS = {"p", "br", "hr", "pre", "blockquote", "ul", "ol", "li", "div"}
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_WORDS = {"a", "strong", "em", "s", "code"}
_TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "div": {"tabindex", "aria-label"},
}
_VALUES = {"div": {"class": {"scroll"}, "role": {"group"}}, "table": {"class": {"table"}}}
#: Nobody writes more stacked marks on one letter than this in any script we know.
_MOST_MARKS = 4
_TAG = re.compile(r"<[^>]*>")
_BLOCK_END = re.compile(r"</(?:p|li|h[2-6]|t[dhr]|blockquote|pre)>|<[bh]r ?/?>")


@functools.cache
def _parser() -> MarkdownIt:
    # What is nested deeper than the preset's twenty levels is dropped, so that depth costs nothing.
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
    parser.enable(["table", "strikethrough"]).disable(["image"])
    return markdown_rules.add_to(parser)


#: Soft hyphen, fillers, widthless spaces; joiners at an edge or beside Latin letters.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u2060-\u2064\u3164\uffa0]"
    "|(?<![^\x00-\u024f])[\u200c\u200d]|[\u200c\u200d](?=[\x00-\u024f]|$)"
)


def clean_text(text: str) -> str:
    """What people meant to write: NFC, no control or direction-override characters, no zalgo."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept, marks = [], 0
    for letter in text:
        category = unicodedata.category(letter)
        if category in {"Mn", "Me"}:
            marks += 1
            if marks > _MOST_MARKS:
                continue
        else:
            marks = 0
        if category in {"Cc", "Cs"} and letter not in "\n\t":
            continue
        if letter in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff":
            continue
        kept.append(letter)
    return "".join(kept).strip()


def clean_line(text: str) -> str:
    """``clean_text`` for a title or name: one line, single spaces, nothing that cannot be seen.

    Joiners stay where they join: some scripts are not written without them.
    """
    return re.sub(r"\s+", " ", _UNSEEN.sub("", clean_text(text))).strip()


def render(
    text: str,
    *,
    heading_base: int = MEMBERS_HEADING,
    people: Mapping[str, str] | None = None,
) -> SafeString:
    """Safe HTML of Markdown, its highest heading at ``heading_base``, no level skipped.

    ``people`` says where the names lead that the text mentions as ``@[Name]``.
    """
    words = {
        "heading_base": heading_base,
        "people": people or {},
        "table_label": _("Table, can be scrolled sideways"),
    }
    html = nh3.clean(
        _parser().render(text, words),
        tags=_BLOCKS | _HEADINGS | _WORDS | _TABLE,
        attributes=_ATTRIBUTES,
        tag_attribute_values=_VALUES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener ugc",
    )
    return mark_safe(html)  # noqa: S308 - cleaned by nh3 above


def trusted(html: str) -> SafeString:
    """HTML that ``render`` made earlier and the database kept."""
    return mark_safe(html)  # noqa: S308 - only stored output of render() comes here


def cleaned(html: str) -> str:
    """HTML that somebody else's software made, with nothing left in it but words and links."""
    return nh3.clean(
        html,
        tags={"p", "br", "blockquote", "ul", "ol", "li", "pre", *_WORDS},
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="nofollow noopener ugc",
    )


def plain(html: str) -> str:
    """The words of what ``render`` made, for search and mail. Not HTML: escape it like any text."""
    # In cleaned HTML every < and > that is no tag is escaped, in attributes too.
    words = _TAG.sub("", _BLOCK_END.sub(" ", html))
    return re.sub(r"\s+", " ", unescape(words)).strip()


def is_safe_link(url: str) -> bool:
    """Whether a link typed by a member may be followed at all."""
    try:
        return urlsplit(url.strip()).scheme in {"http", "https", "mailto"}
    except ValueError:
        return False
