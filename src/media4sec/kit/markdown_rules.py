"""What our Markdown does beyond CommonMark: links, names, headings, tables."""

import re
from collections.abc import Sequence
from html import escape
from importlib import import_module
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

# Written here because the usual library takes 25 seconds for 100 kB of "http://a:1".
_BARE = re.compile(r"(?<![\w/])https?://\w[^\s<>\"`\[\]{}|\\^]*", re.IGNORECASE)
#: ``@[Name]`` mentions somebody; names have spaces, so brackets hold them.
MENTION = re.compile(r"@\[([^\[\]\n]{1,60})\]")
_TRAILING = ".,;:!?*_~'’”»"
_LOWEST_HEADING = 6
# A wide head and many short rows fill up with empty cells: 65,536 of them take seconds.
# (The module's name is taken by its function, hence the detour.)
vars(import_module("markdown_it.rules_block.table"))["MAX_AUTOCOMPLETED_CELLS"] = 4_096


def add_to(parser: MarkdownIt) -> MarkdownIt:
    """This parser with our rules."""
    parser.inline.ruler.before("link", "mentions", _mentions)
    parser.core.ruler.after("inline", "bare_links", _bare_links)
    parser.core.ruler.push("headings", _headings)
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    parser.add_render_rule("code_block", _code)
    parser.add_render_rule("fence", _code)
    return parser


def _mentions(state: StateInline, silent: bool) -> bool:
    """A name the page knows becomes a link; any other stays as it was typed."""
    found = state.src[state.pos] == "@" and MENTION.match(state.src, state.pos)
    if not found or state.linkLevel or found[1] not in state.env["people"]:
        return False
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": state.env["people"][found[1]]}
        state.push("text", "", 0).content = f"@{found[1]}"
        state.push("link_close", "a", -1)
    state.pos = found.end()
    return True


def _bare_links(state: StateCore) -> None:
    """An address somebody typed without any marks becomes a link."""
    for block in state.tokens:
        if block.type == "inline" and "://" in block.content:
            block.children = _linked(state.md, block.children or [])


def _linked(parser: MarkdownIt, tokens: Sequence[Token]) -> list[Token]:
    done: list[Token] = []
    inside = 0
    for token in tokens:
        inside += token.nesting if token.type in {"link_open", "link_close"} else 0
        done += [token] if inside or token.type != "text" else _split(parser, token)
    return done


def _split(parser: MarkdownIt, token: Token) -> list[Token]:
    pieces: list[Token] = []
    text, start = token.content, 0
    for match in _BARE.finditer(text):
        url = _without_trailing(match[0])
        href = parser.normalizeLink(url)
        if not parser.validateLink(href):
            continue
        pieces += [
            Token("text", "", 0, content=text[start : match.start()]),
            Token("link_open", "a", 1, attrs={"href": href}),
            Token("text", "", 0, content=url),
            Token("link_close", "a", -1),
        ]
        start = match.start() + len(url)
    return [*pieces, Token("text", "", 0, content=text[start:])]


def _without_trailing(url: str) -> str:
    """Without the punctuation of the sentence around it; brackets stay while they are balanced."""
    surplus = url.count(")") - url.count("(")
    end = len(url)
    while url[end - 1] in _TRAILING or (surplus > 0 and url[end - 1] == ")"):
        surplus -= url[end - 1] == ")"
        end -= 1
    return url[:end]


def _headings(state: StateCore) -> None:
    """The first heading at the page's level, each deeper one exactly one level deeper."""
    open_levels: list[int] = []
    for token in state.tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            while open_levels and open_levels[-1] >= level:
                open_levels.pop()
            open_levels.append(level)
        if token.type in {"heading_open", "heading_close"}:
            shown = state.env["heading_base"] + len(open_levels) - 1
            token.tag = f"h{min(_LOWEST_HEADING, shown)}"


def _table_open(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """A wide table scrolls inside its box, which takes keyboard focus and says what it is."""
    label = escape(env["table_label"])
    box = f'<div class="scroll" role="group" tabindex="0" aria-label="{label}">'
    return f'{box}<table class="table">\n'


def _table_close(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return "</table></div>\n"


def _code(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """Long lines of code scroll, too."""
    return f'<pre tabindex="0"><code>{escape(tokens[index].content)}</code></pre>\n'
