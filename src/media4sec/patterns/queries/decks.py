"""Decks: one's own and those of one's circles, and one deck with its cards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from media4sec.kit.entry import Entry
from media4sec.kit.markdown import plain
from media4sec.kit.marking import Attribution, Door, Extent, Label, extent
from media4sec.kit.permissions import may
from media4sec.kit.refs import Ref
from media4sec.members.models import is_reader
from media4sec.members.speakers import Byline, Names, sealed, speakers_of
from media4sec.patterns.models import MOST_CARDS, Deck, DeckCard, Pattern
from media4sec.patterns.queries.compare import address

_MOST_SHOWN = 100


@dataclass(frozen=True)
class DeckRow:
    """A deck in a list."""

    title: str
    url: str
    label: str
    size: int
    where: str
    who: Byline
    pk: int
    is_full: bool


@dataclass(frozen=True)
class DecksPage:
    mine: list[DeckRow]
    of_circles: list[DeckRow]
    of_others: list[DeckRow]


@dataclass(frozen=True)
class CardRow:
    pk: int
    number: int
    pattern: Pattern
    remark: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class DeckPage:
    ref: Ref
    who: Byline
    cards: list[CardRow]
    may_edit: bool
    may_delete: bool
    may_print: bool
    is_full: bool
    compare_url: str  # of the first three


def deck_at(visitor: Any, pk: int) -> Deck | None:
    """The deck, if this visitor may read it."""
    if pk >= 2**63:
        return None
    found = Deck.objects.visible_to(visitor).filter(pk=pk)
    return found.select_related("author", "circle").first()


def deck_page(visitor: Any, deck: Deck) -> DeckPage:
    """The deck with its cards: what is hidden shows none."""
    cards = cards_of(deck)
    return DeckPage(
        ref=Ref.to(deck),
        who=_who(visitor, [deck])[deck.pk],
        cards=[
            CardRow(
                pk=card.pk,
                number=number,
                pattern=card.pattern,
                remark=card.remark,
                is_first=number == 1,
                is_last=number == len(cards),
            )
            for number, card in enumerate(cards, start=1)
        ],
        may_edit=may(visitor, "patterns.edit_deck", deck),
        may_delete=may(visitor, "patterns.delete_deck", deck),
        may_print=bool(cards) and may_leave(deck),
        is_full=len(cards) >= MOST_CARDS,
        compare_url=address([card.pattern.slug for card in cards[:3]]),
    )


def cards_of(deck: Deck) -> list[DeckCard]:
    """In their order, each with its pattern; one query, and none of what a moderator hid."""
    if deck.is_withheld:
        return []
    return list(deck.cards.select_related("pattern", "pattern__theme").order_by("position", "id"))


def may_leave(deck: Deck) -> bool:
    """Whether it may be printed: see the table of doors."""
    return not deck.is_withheld and extent(deck.label, Door.EXPORT) is Extent.FULL


def decks_page(visitor: Any) -> DecksPage:
    """Mine, those of my circles, and what others share with everybody."""
    found = Deck.objects.visible_to(visitor).select_related("author", "circle")
    found = found.annotate(count=Count("cards"))
    own = list(found.filter(author=visitor.pk)[:_MOST_SHOWN]) if visitor.pk else []
    decks = [*own, *found.exclude(author=visitor.pk)[:_MOST_SHOWN]]
    circles = set(visitor.circle_ids) if is_reader(visitor) else set()
    rows = _rows(visitor, decks)
    page = DecksPage([], [], [])
    for deck, row in zip(decks, rows, strict=True):
        if visitor.pk and deck.author_id == visitor.pk:
            page.mine.append(row)
        elif deck.circle_id in circles or deck.is_red:
            page.of_circles.append(row)
        else:
            page.of_others.append(row)
    return page


def decks_to_fill(member: Any) -> list[DeckRow]:
    """The member's own, to put a card into."""
    mine = Deck.objects.visible_to(member).filter(author=member.pk, standing=Deck.Standing.VISIBLE)
    decks = mine.select_related("author", "circle").annotate(count=Count("cards"))
    return _rows(member, list(decks[:_MOST_SHOWN]))


def _rows(visitor: Any, decks: list[Deck]) -> list[DeckRow]:
    who = _who(visitor, decks)
    return [
        DeckRow(
            title=_("A deck for named readers") if deck.is_red else deck.title,
            url=deck.get_absolute_url(),
            label=deck.label,
            size=deck.count,  # type: ignore[attr-defined]
            where=deck.circle.title if deck.circle and not deck.is_red else "",
            who=who[deck.pk],
            pk=deck.pk,
            is_full=deck.count >= MOST_CARDS,  # type: ignore[attr-defined]
        )
        for deck in decks
    ]


def _who(visitor: Any, decks: list[Deck]) -> dict[int, Byline]:
    """Bylines by deck, sealed where Chatham holds."""
    names = Names(visitor, [deck.author for deck in decks if not deck.is_chatham])
    speakers = speakers_of([deck for deck in decks if deck.is_chatham])
    return {
        deck.pk: sealed(speakers.get((Ref.to(deck), deck.author_id)), visitor=visitor)
        if deck.is_chatham
        else names.named(deck.author)
        for deck in decks
    }


# How a deck leaves the house


def fetch_decks(pks: Iterable[int]) -> list[Deck]:
    """These decks with all their entries need; the sealed speakers in one query."""
    found = list(
        Deck.objects.filter(pk__in=list(pks), deleted_at__isnull=True)
        .select_related("author")
        .prefetch_related("readers", "cards")
    )
    speakers = speakers_of([each for each in found if each.is_chatham])
    for each in found:
        each.speaker = speakers.get((Ref.to(each), each.author_id))  # type: ignore[attr-defined]
    return found


def deck_entry(deck: Deck) -> Entry:
    """Title, note and remarks, as far as label and attribution let them go."""
    remarks = [] if deck.is_withheld else [card.remark for card in deck.cards.all() if card.remark]
    return Entry(
        ref=Ref.to(deck),
        title=deck.title,
        text="\n".join([plain(deck.note_html), *remarks]),
        html=deck.note_html,
        url=deck.get_absolute_url(),
        label=Label(deck.label),
        attribution=Attribution(deck.attribution),
        author=(
            sealed(getattr(deck, "speaker", None)).name
            if deck.is_chatham
            else deck.author.shown_name
        ),
        author_id=None if deck.is_chatham else deck.author_id,
        at=deck.made_at,
        circle_id=deck.circle_id,
        reader_ids=tuple(sorted(reader.pk for reader in deck.readers.all())),
        changed_at=deck.edited_at,
        is_withheld=deck.is_withheld,
    )
