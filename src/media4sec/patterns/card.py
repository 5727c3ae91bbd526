"""What a pattern says, in the shape it is kept, checked and rendered. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from media4sec.kit import law, markdown
from media4sec.kit.errors import Refused
from media4sec.patterns.models.words import LawKind

#: So many forces, steps, limits and notes at most; so long each.
_MOST, _LONGEST = 12, 1_000
_LONGEST_CONTEXT = 5_000


@dataclass(frozen=True)
class Note:
    """A legal or ethical note: its kind, its words, and the provisions it rests on."""

    kind: str
    text: str
    provisions: tuple[str, ...] = ()

    @property
    def laws(self) -> list[law.Provision]:
        return [found for key in self.provisions if (found := law.provision(key))]


@dataclass(frozen=True)
class Source:
    text: str
    url: str = ""


@dataclass(frozen=True)
class Card:
    """The words of a pattern."""

    context: str  # Markdown: where one meets it, and what is hard
    therefore: str
    forces: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    law: tuple[Note, ...] = ()
    sources: tuple[Source, ...] = field(default=())

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Card:
        """From JSON or the head of a file."""
        return cls(
            context=said.get("context", ""),
            therefore=said.get("therefore", ""),
            forces=tuple(said.get("forces", ())),
            steps=tuple(said.get("steps", ())),
            limits=tuple(said.get("limits", ())),
            law=tuple(
                Note(each["kind"], each["text"], tuple(each.get("provisions", ())))
                for each in said.get("law", ())
            ),
            sources=tuple(
                Source(each["text"], each.get("url", "")) for each in said.get("sources", ())
            ),
        )

    def kept(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)

    def texts(self) -> Iterator[str]:
        """Every text of it, in the order of the page."""
        yield self.context
        yield from self.forces
        yield self.therefore
        yield from self.steps
        yield from self.limits
        yield from (note.text for note in self.law)

    @property
    def search_text(self) -> str:
        """All its words, without marks."""
        return "\n".join(markdown.plain(markdown.render(text)) for text in self.texts())

    def html(self) -> dict[str, Any]:
        """Rendered once, when it is published."""
        return {
            "context": markdown.render(self.context),
            "therefore": inline(self.therefore),
            "forces": [inline(each) for each in self.forces],
            "steps": [inline(each) for each in self.steps],
            "limits": [inline(each) for each in self.limits],
            "law": [inline(note.text) for note in self.law],
        }


def inline(text: str) -> str:
    """One line of Markdown, without the paragraph around it."""
    html = markdown.render(text).strip()
    return html[3:-4] if html.startswith("<p>") and html.count("<p>") == 1 else html


def tidy(card: Card) -> Card:
    """Clean, complete or not: as a draft is kept."""
    return Card(
        context=_short(markdown.clean_text(card.context), _LONGEST_CONTEXT),
        therefore=_line(card.therefore),
        forces=_lines(card.forces, _("forces")),
        steps=_lines(card.steps, _("steps")),
        limits=_lines(card.limits, _("limits")),
        law=tuple(_note(note) for note in card.law),
        sources=tuple(Source(_line(each.text), _address(each.url)) for each in card.sources),
    )


def lines_of(summary: str, content: Mapping[str, Any], picture: Mapping[str, Any]) -> str:
    """All words of a pattern, a line each: to compare it with how it was."""
    card = Card.read(content)
    shown = _line_of_picture(picture)
    lines = [summary, shown, *card.texts(), *(each.text for each in card.sources)]
    return "\n".join(line for line in lines if line)


def _line_of_picture(picture: Mapping[str, Any]) -> str:
    """Its number tells it from another one that is described with the same words."""
    return f"[picture {picture['id']}: {picture['alt']}]" if picture else ""


def check(card: Card) -> Card:
    """Clean and complete, or Refused with the sentence that says what is missing."""
    clean = tidy(card)
    if len(clean.context) < 40:
        raise Refused(_("Say in two or three sentences where one meets this, and what is hard."))
    if len(clean.therefore) < 20:
        raise Refused(_("Say in one sentence what to do."))
    if not clean.steps:
        raise Refused(_("Say how to do it, in one step at least."))
    return clean


def _line(text: str) -> str:
    return _short(markdown.clean_line(text), _LONGEST)


def _short(text: str, most: int) -> str:
    """Nothing is cut off without a word."""
    if len(text) > most:
        raise Refused(
            _("“%(start)s…” is too long. Shorten it to %(most)d letters or fewer.")
            % {"start": text[:30], "most": most}
        )
    return text


def _lines(texts: Iterable[str], what: str) -> tuple[str, ...]:
    lines = tuple(line for text in texts if (line := _line(text)))
    if len(lines) > _MOST:
        raise Refused(
            _("Keep it to %(most)d %(what)s: a card has two pages.") % {"most": _MOST, "what": what}
        )
    return lines


def _note(note: Note) -> Note:
    if note.kind not in LawKind:
        raise Refused(_("Choose for each legal note whether it is a never, a care or an allowed."))
    unknown = [key for key in note.provisions if law.provision(key) is None]
    if unknown:
        raise Refused(_("We do not know the provision %(key)s.") % {"key": unknown[0]})
    return Note(note.kind, _line(note.text), note.provisions)


def _address(url: str) -> str:
    if url and not (url.startswith(("https://", "http://")) and markdown.is_safe_link(url)):
        raise Refused(_("The address of a source begins with https://."))
    return url
