"""The tags every template has without asking. A misspelt argument is a TemplateSyntaxError."""

from collections.abc import Callable
from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from media4sec.kit import markdown
from media4sec.kit.components import boxes, inputs, menu, paths, people, small, times

register = template.Library()
register.filter(markdown.trusted)

_PLAIN: list[Callable[..., Any]] = [
    small.icon,
    small.tlp,
    small.face,
    small.more,
    people.badge,
    people.byline,
    times.when,
    paths.tabs,
    inputs.field,
    inputs.errors,
    inputs.editor,
]
_ON_A_PAGE: list[Callable[..., Any]] = [
    boxes.print_mark,
    paths.query,
    paths.pager,
    paths.pages,
    menu.here,
    menu.menu,
    menu.menu_link,
    menu.slot,
]
_AROUND: list[Callable[..., Any]] = [boxes.panel, boxes.notice, boxes.empty, boxes.aside]

for _tag in _PLAIN:
    register.simple_tag(_tag)
for _tag in _ON_A_PAGE:
    register.simple_tag(_tag, takes_context=True)
for _tag in _AROUND:
    register.simple_block_tag(_tag)


class Constant(template.Node):
    """The part of a template that is the same on every page, for everybody."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist
        self.kept: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if language not in self.kept:
            self.kept[language] = self.nodelist.render(context)
        return self.kept[language]


@register.tag
def constant(parser: Parser, token: Token) -> Constant:
    """Rendered once in each language: only for what knows no visitor and no page."""
    nodelist = parser.parse(("endconstant",))
    parser.delete_first_token()
    return Constant(nodelist)
