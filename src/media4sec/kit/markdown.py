"""Markdown into safe HTML: the only place that calls text safe."""

import functools
import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import urlsplit

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe  # noqa: TID251 - this is the place
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

LONGEST = 100_000
_TAGS = {
    "p",
    "br",
    "hr",
    "strong",
    "em",
    "s",
    "del",
    "code",
    "pre",
    "blockquote",
    "cite",
    "ul",
    "ol",
    "li",
    "h2",
    "h3",
    "h4",
    "a",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"scope"}}
#: Nobody writes more stacked marks on one letter than this in any script we know.
_MOST_MARKS = 4


@functools.cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
    parser.inline.ruler.before("link", "mention", _mention)
    return parser.enable(["table", "strikethrough"]).disable(["image"])


#: ``@[Shown name]``, as the completion writes it.
MENTION = re.compile(r"@\[([^\[\]\n]{1,60})\]")


def _mention(state: StateInline, silent: bool) -> bool:
    """A name the caller knows becomes a link; every other stays the words it is."""
    found = MENTION.match(state.src, state.pos)
    url = state.env.get("people", {}).get(found[1]) if found else None
    if not found or not url or state.linkLevel:
        return False
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": url}
        state.push("text", "", 0).content = f"@{found[1]}"
        state.push("link_close", "a", -1)
    state.pos = found.end()
    return True


def clean_text(text: str) -> str:
    """What people meant to write: NFC, no control or direction-override characters, no zalgo."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept, marks = [], 0
    for letter in text:
        category = unicodedata.category(letter)
        if category == "Mn" or category == "Me":
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
    """``clean_text`` for a title or name: one line, single spaces."""
    return re.sub(r"\s+", " ", clean_text(text))


def render(text: str, *, people: Mapping[str, str] | None = None) -> SafeString:
    """Safe HTML of a member's Markdown. Headings start at h3: the page owns h1 and h2.

    ``people`` are the shown names that may be mentioned, and where their profiles are.
    """
    html = _parser().render(text, {"people": people or {}})
    html = re.sub(r"<(/?)h([1-6])>", lambda m: f"<{m[1]}h{min(4, int(m[2]) + 2)}>", html)
    html = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener ugc",
    )
    # A wide table scrolls inside its box, which takes keyboard focus.
    html = html.replace("<table>", '<div class="scroll" tabindex="0"><table class="table">')
    html = html.replace("</table>", "</table></div>")
    return mark_safe(html)  # noqa: S308 - cleaned by nh3 above


def trusted(html: str) -> SafeString:
    """HTML that ``render`` made earlier and the database kept."""
    return mark_safe(html)  # noqa: S308 - only stored output of render() comes here


def plain(html: str) -> str:
    """The words of rendered HTML, for search and mail."""
    return re.sub(r"\s+", " ", strip_tags(html.replace("</p>", "</p> "))).strip()


def is_safe_link(url: str) -> bool:
    """Whether a link typed by a member may be followed at all."""
    return urlsplit(url.strip()).scheme in {"http", "https", "mailto"}
