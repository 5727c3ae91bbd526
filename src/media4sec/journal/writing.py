"""What a text of the journal may be, and how it reads as HTML."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

from media4sec.journal.models.articles import RESERVED
from media4sec.kit.errors import Refused
from media4sec.kit.markdown import clean_line, clean_text, render, trusted

LONGEST_SLUG = 70
WORDS_A_MINUTE = 220
#: A paragraph of its own, ``[picture 12: its caption]``, stands where picture 12 is to be.
_PICTURE = re.compile(r"<p>\[picture (\d{1,18})(?::\s*([^\n]*?))?\]</p>")
_WORD = re.compile(r"\w+")


def clean_sentence(text: str, *, missing: str, most: int) -> str:
    """One line that has to be there."""
    text = clean_line(text)
    if not text:
        raise Refused(missing)
    if len(text) > most:
        raise Refused(
            _("“%(start)s…” is too long. Shorten it to %(most)d letters or fewer.")
            % {"start": text[:30], "most": most}
        )
    return text


def clean_reason(reason: str) -> str:
    reason = clean_text(reason)
    if not reason:
        raise Refused(_("Give a reason."))
    if len(reason) > 1000:
        raise Refused(_("Shorten the reason to 1,000 letters or fewer."))
    return reason


def clean_slug(wish: str, *, fallback: str) -> str:
    """An address made of words; never a number, never a page of the journal."""
    slug = slugify(wish)[:LONGEST_SLUG].strip("-") or fallback
    return f"{fallback}-{slug}" if slug in RESERVED or slug.isdigit() else slug


def html_of(body: str, attachments: Iterable[Mapping[str, Any]]) -> SafeString:
    """Safe HTML with the pictures in their places; Refused when one of them is not there."""
    pictures = {each["id"]: each for each in attachments if each["type"] == "picture"}

    def figure(found: re.Match[str]) -> str:
        picture = pictures.get(int(found[1]))
        if picture is None:
            raise Refused(
                _("There is no picture %(number)s here. Add it, or take its line out of the text.")
                % {"number": found[1]}
            )
        return _figure(picture, trusted(found[2] or ""))

    # The page has the h1; a caption is inline HTML that render() has cleaned.
    return trusted(_PICTURE.sub(figure, render(body, heading_base=2)))


def _figure(picture: Mapping[str, Any], caption: SafeString) -> SafeString:
    below = format_html('<figcaption class="muted sm">{}</figcaption>', caption) if caption else ""
    return format_html(
        '<figure class="stack stack--2"><img src="/files/{}/" alt="{}" width="{}" height="{}"'
        ' loading="lazy">{}</figure>',
        picture["id"],
        picture["alt"],
        picture["width"],
        picture["height"],
        below,
    )


def minutes_of(body: str) -> int:
    """How long it takes to read, at least a minute."""
    return max(1, math.ceil(len(_WORD.findall(body)) / WORDS_A_MINUTE))


def joined(first_line: str, body: str) -> str:
    """A standfirst and a text as one, for the history: the first line is the standfirst."""
    return f"{first_line}\n\n{body}"


def parted(text: str) -> tuple[str, str]:
    """What ``joined`` put together."""
    first_line, _gap, body = text.partition("\n\n")
    return first_line, body
