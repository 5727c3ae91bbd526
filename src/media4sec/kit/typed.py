"""What people type and addresses carry, read without trust: numbers, titles and texts."""

from django.utils.translation import gettext as _

from media4sec.kit.errors import Refused
from media4sec.kit.markdown import LONGEST, clean_line, clean_text

SHORTEST_TITLE, LONGEST_TITLE = 4, 150
#: The largest key of a row.
LARGEST_KEY = 2**63 - 1


def number(text: str, *, most: int = LARGEST_KEY) -> int | None:
    """A whole number from 0 on; None for anything else, and for one beyond ``most``."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_KEY))):
        return None
    found = int(text)
    return found if found <= most else None


def clean_title(title: str, *, most: int = LONGEST_TITLE) -> str:
    """A title in one line, or Refused with the sentence that says what to change."""
    title = clean_line(title)
    if len(title) < SHORTEST_TITLE:
        raise Refused(_("Enter a title of four letters or more."))
    if len(title) > most:
        raise Refused(_("Shorten the title to %(most)d letters or fewer.") % {"most": most})
    return title


def clean_body(body: str, *, most: int = LONGEST) -> str:
    """A Markdown text that is there and not too long."""
    return clean_words(body, most=most, least=1, ask=_("Write a text first."))


def clean_words(text: str, *, most: int, least: int = 0, ask: str = "") -> str:
    """A Markdown text of some length; ``ask`` is the sentence for one that is too short."""
    # Cleaning takes time in proportion: what is far too long is not even cleaned.
    text = clean_text(text) if len(text) <= 2 * most else text
    if len(text) < least:
        raise Refused(ask)
    if len(text) > most:
        raise Refused(
            _("Your text has %(length)d characters. Shorten it to %(most)d or fewer.")
            % {"length": len(text), "most": most}
        )
    return text
