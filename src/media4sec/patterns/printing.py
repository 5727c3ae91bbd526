"""What a printed deck says, ready for its layout. Pure, but for the words' language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media4sec.kit import typesetting
from media4sec.kit.clock import now
from media4sec.kit.marking import Label
from media4sec.kit.typesetting import breakable
from media4sec.patterns.card import Card
from media4sec.patterns.models import Deck, DeckCard, LawKind, Pattern

#: The ways to print a deck: name → what it is called in a file's name.
LAYOUTS = {"cards": "cards", "slides": "slides", "sheet": "facilitator"}
_LAYOUTS = Path(__file__).parent / "data" / "layouts"
_LANGUAGE = re.compile(r"[a-z]{2,3}")

#: How wide a letter of the text is, in parts of its height, on average.
_WIDTH = 0.46

Runs = list[dict[str, Any]]


def printed(deck: Deck, cards: Sequence[DeckCard], *, layout: str, reader: str, who: str) -> bytes:
    """The deck as a PDF. ``reader`` stands in the foot of what is not for everybody."""
    words = said(deck, cards, reader=reader, who=who)
    return typesetting.pdf(_LAYOUTS / f"{layout}.typ", words)


def said(deck: Deck, cards: Sequence[DeckCard], *, reader: str, who: str) -> dict[str, Any]:
    """All words of a printed deck."""
    label = Label(deck.label)
    return {
        "title": breakable(deck.title),
        "label": str(label),
        "tone": label.tone or "clear",
        "reader": "" if label == Label.CLEAR else reader,
        "who": who,
        "day": date_format(localtime(now()), "j F Y"),
        "site": settings.SITE_NAME,
        "note": paragraphs(deck.note_html),
        "words": _words(len(cards)),
        "cards": [_card(card, number) for number, card in enumerate(cards, start=1)],
    }


def _card(card: DeckCard, number: int) -> dict[str, Any]:
    pattern = card.pattern
    words, html = Card.read(pattern.content), pattern.html
    address = f"{settings.SITE_URL}{pattern.get_absolute_url()}"
    return {
        "number": str(number),
        "title": breakable(pattern.title),
        "theme": str(pattern.theme.title),
        "lang": pattern.language if _LANGUAGE.fullmatch(pattern.language) else "en",
        "summary": breakable(pattern.summary),
        "context": paragraphs(html.get("context", "")),
        "forces": [runs(each) for each in html.get("forces", ())],
        "therefore": runs(html.get("therefore", "")),
        "steps": [runs(each) for each in html.get("steps", ())],
        "limits": [runs(each) for each in html.get("limits", ())],
        "law": [
            {"kind": note.kind, "word": str(LawKind(note.kind).label), "says": runs(text)}
            for note, text in zip(words.law, html.get("law", ()), strict=False)
        ],
        "remark": breakable(card.remark),
        "questions": _questions(pattern, words),
        "address": breakable(address.partition("://")[2].rstrip("/").replace("/", "/\u200b")),
        "qr": typesetting.qr(address),
        "foot": _foot(pattern),
        "sizes": _sizes(card, words),
    }


def _sizes(card: DeckCard, words: Card) -> dict[str, float]:
    """With which letters the typesetter tries first: each further try costs it as much again."""
    pattern = card.pattern
    left = [(pattern.title, 2.2), (pattern.summary, 1.05), (words.therefore, 1.2)]
    right = [*words.steps, *words.limits]
    notes = [f"{note.kind} {note.text}" for note in words.law]
    whole = [words.context, *words.forces, *right, *notes, card.remark]
    return {
        "card": letters([*left, *((text, 1.0) for text in whole)], 355, 425, 9.6, headings=5),
        "left": letters([*left, (card.remark, 1.0)], 290, 232, 14, headings=2),
        "right": letters([(text, 1.0) for text in right], 320, 232, 13, headings=2),
    }


def letters(
    texts: Sequence[tuple[str, float]], wide: float, high: float, largest: float, *, headings: int
) -> float:
    """About the largest letters, in points, with which texts of these scales fill no more than
    an area. Set by comparing with what the typesetter found for the patterns of the house."""
    size = largest
    while size > largest * 0.5:
        need = headings * 2.1 * size
        for text, scale in texts:
            if text:
                lines = -(-len(text) * scale * size * _WIDTH // (wide - size * 1.5))
                need += lines * scale * size * 1.18 + size * 0.35
        if need <= high:
            break
        size -= 0.2
    return round(size, 1)


def _foot(pattern: Pattern) -> str:
    state = _("Starter text") if pattern.is_starter else str(pattern.get_state_display())
    version = _("Version %(number)d") % {"number": pattern.version}
    return f"{version} · {state} · CC BY 4.0"


def _questions(pattern: Pattern, words: Card) -> list[Runs]:
    """What to ask about a card: where it was met, what stands against it, who has to agree."""
    asked = [
        _("Where have we met this, and what did we do then?"),
        _("What would have to be different here for it to work?"),
    ]
    if words.limits:
        limit = _("What would we do about this:")
        asked.append(f"{limit} “{words.limits[0]}”")
    if words.law:
        asked.append(_("Who has to agree before we try it, and who could be harmed by it?"))
    return [runs(each.replace("**", "")) for each in asked]


def _words(count: int) -> dict[str, str]:
    """The words of the layouts themselves."""
    return {
        "problem": _("Context and problem"),
        "forces": _("Forces"),
        "steps": _("How to do it"),
        "limits": _("Limits and controversies"),
        "law": _("Legal and ethical notes"),
        "remark": _("Remark"),
        "more": _("There is more to this pattern: see its address."),
        "sheet": _("Facilitator’s sheet"),
        "before": _("Before you begin"),
        "order": _("The cards, in this order"),
        "after": _("At the end"),
        "by": _("Put together by"),
        "on": _("Printed on"),
        "for": _("printed for"),
        "goal": _("What shall be different after this meeting?"),
        "missing": _("Who is not in the room, and should be heard?"),
        "rules": _("How far may what is said here travel? Say it aloud before the first card."),
        "next": _("What do we try first, who does it, and until when?"),
        "tell": _("Who tells the community what happened? Failures are as welcome as successes."),
        "count": ngettext("%(count)d card", "%(count)d cards", count) % {"count": count},
    }


# Words as the layout takes them


def runs(html: str) -> Runs:
    """A line of HTML as pieces of text, each plain, strong or emphasised."""
    return [run for paragraph in paragraphs(html) for run in paragraph]


def paragraphs(html: str) -> list[Runs]:
    """HTML as paragraphs of such pieces; an item of a list is a paragraph with a dot."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [paragraph for paragraph in reader.paragraphs if paragraph]


class _Reader(HTMLParser):
    """Whatever is no text is left out; rendered Markdown has nothing else."""

    _BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "blockquote", "pre", "tr", "br", "hr"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[Runs] = [[]]
        self.strong = self.emphasised = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._weigh(tag, 1)
        if tag in self._BLOCKS:
            self.paragraphs.append([])
        if tag == "li":
            self.handle_data("• ")

    def handle_endtag(self, tag: str) -> None:
        self._weigh(tag, -1)
        if tag in self._BLOCKS:
            self.paragraphs.append([])

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data)
        if text.strip() or (text and self.paragraphs[-1]):
            piece = {"t": breakable(text), "b": self.strong > 0, "i": self.emphasised > 0}
            self.paragraphs[-1].append(piece)

    def _weigh(self, tag: str, change: int) -> None:
        if tag in {"strong", "b"}:
            self.strong += change
        elif tag in {"em", "i"}:
            self.emphasised += change
