"""Making a deck: putting cards into it, in an order, for as many readers as one wants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.kit import markdown
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import EditedMeanwhile, Refused
from media4sec.kit.permissions import require
from media4sec.members import sharing
from media4sec.members.models import Circle, Member
from media4sec.members.speakers import let_speak
from media4sec.patterns import rules  # noqa: F401 - whoever comes in meets the rules
from media4sec.patterns.models import MOST_CARDS, Deck, DeckCard, Pattern

_LONGEST_TITLE, _LONGEST_NOTE, _LONGEST_REMARK = 100, 4_000, 500


@transaction.atomic
def make_deck(
    *,
    by: Member,
    title: str,
    note: str = "",
    circle: Circle | None = None,
    label: str | None = None,
    attribution: str | None = None,
    readers: Iterable[Member | int] = (),
    first: Pattern | None = None,
) -> Deck:
    """An empty deck, or one with its first card, shared as far as one wants."""
    require(by, "patterns.make_deck", circle)
    sharing.refuse_archived(circle)
    marking = sharing.marking_of(by, circle, label=label, attribution=attribution, readers=readers)
    deck = Deck(author=by, circle=circle, made_at=now())
    deck.label, deck.attribution = marking.label, marking.attribution
    _write(deck, title, note)
    deck.save(force_insert=True)
    deck.readers.set(marking.readers)
    if deck.is_chatham:
        let_speak(by, deck)
    if first:
        _put(deck, first)
    record(by, "made", deck, within=circle)
    return deck


@transaction.atomic
def edit_deck(deck: Deck, *, by: Member, base_version: int, title: str, note: str) -> Deck:
    """Another title or note, unless they were changed meanwhile."""
    _enter(deck, by, "patterns.edit_deck")
    if deck.version != base_version:
        raise EditedMeanwhile
    _write(deck, title, note)
    deck.version += 1
    deck.edited_at = now()
    deck.save(update_fields=["title", "note", "note_html", "version", "edited_at"])
    record(by, "edited", deck, within=deck.circle)
    return deck


@transaction.atomic
def share_deck(
    deck: Deck,
    *,
    by: Member,
    circle: Circle | None,
    label: str,
    readers: Iterable[Member | int] = (),
) -> Deck:
    """With other people from now on. All words in it are its author's, so it may also be more."""
    _enter(deck, by, "patterns.edit_deck")
    require(by, "patterns.make_deck", circle)
    sharing.refuse_archived(circle)
    if deck.is_chatham and (circle and circle.pk) != deck.circle_id:
        # What is said of a sealed author hides among the people of one circle.
        raise Refused(_("A deck in Chatham House mode stays in its circle. Make a new one there."))
    marking = sharing.marking_of(
        by, circle, label=label, attribution=deck.attribution, readers=readers
    )
    was = deck.label
    deck.circle, deck.label = circle, marking.label
    deck.save(update_fields=["circle", "label"])
    deck.readers.set(marking.readers)
    record(by, "shared", deck, within=circle, was=was, label=deck.label)
    return deck


@transaction.atomic
def delete_deck(deck: Deck, *, by: Member) -> None:
    """For good, with its words. The patterns stay."""
    _enter(deck, by, "patterns.delete_deck")
    deck.cards.all().delete()
    deck.readers.clear()
    deck.title, deck.note, deck.note_html = "", "", ""
    deck.deleted_at = now()
    deck.save(update_fields=["title", "note", "note_html", "deleted_at"])
    record(by, "deleted", deck, within=deck.circle)


# Cards


@transaction.atomic
def put_in(deck: Deck, pattern: Pattern, *, by: Member) -> DeckCard:
    """A card more, behind the others."""
    _enter(deck, by, "patterns.edit_deck")
    card = _put(deck, pattern)
    record(by, "arranged", deck, within=deck.circle, pattern=pattern.pk)
    return card


@transaction.atomic
def take_out(deck: Deck, card: int, *, by: Member) -> None:
    """Without this card; the others close up. What is out already stays out."""
    _enter(deck, by, "patterns.edit_deck")
    DeckCard.objects.filter(deck=deck, pk=card).delete()
    _number(list(deck.cards.all()))
    record(by, "arranged", deck, within=deck.circle)


@transaction.atomic
def move_up(deck: Deck, card: int, *, by: Member) -> None:
    """One place towards the beginning; the first stays first."""
    _enter(deck, by, "patterns.edit_deck")
    _move(deck, card, -1)
    record(by, "arranged", deck, within=deck.circle)


@transaction.atomic
def move_down(deck: Deck, card: int, *, by: Member) -> None:
    """One place towards the end; the last stays last."""
    _enter(deck, by, "patterns.edit_deck")
    _move(deck, card, 1)
    record(by, "arranged", deck, within=deck.circle)


@transaction.atomic
def remark(deck: Deck, card: int, *, by: Member, text: str) -> DeckCard:
    """What to say about a card; nothing takes the remark away."""
    _enter(deck, by, "patterns.edit_deck")
    found = _card(deck, card)
    text = markdown.clean_line(text)
    if len(text) > _LONGEST_REMARK:
        raise Refused(_("Shorten the remark to 500 letters or fewer."))
    found.remark = text
    found.save(update_fields=["remark"])
    record(by, "remarked", deck, within=deck.circle)
    return found


def _enter(deck: Deck, by: Any, permission: str) -> None:
    """Gate and lock. Who changes a card holds its deck, so that the order is one order."""
    require(by, permission, deck)
    locked = Deck.objects.select_for_update(of=("self",)).select_related("circle")
    deck.refresh_from_db(from_queryset=locked)
    require(by, permission, deck)


def _write(deck: Deck, title: str, note: str) -> None:
    title = markdown.clean_line(title)
    if len(title) < 4:
        raise Refused(_("Enter a title of four letters or more."))
    if len(title) > _LONGEST_TITLE:
        raise Refused(_("Shorten the title to 100 letters or fewer."))
    note = markdown.clean_text(note[: 2 * _LONGEST_NOTE])
    if len(note) > _LONGEST_NOTE:
        raise Refused(_("Shorten the note to 4,000 letters or fewer."))
    deck.title, deck.note, deck.note_html = title, note, markdown.render(note)


def _put(deck: Deck, pattern: Pattern) -> DeckCard:
    cards = list(deck.cards.all())
    if any(card.pattern_id == pattern.pk for card in cards):
        raise Refused(_("It is in this deck already."))
    if len(cards) >= MOST_CARDS:
        raise Refused(_("A deck has 60 cards at most. Make a second one."))
    return DeckCard.objects.create(deck=deck, pattern=pattern, position=len(cards) + 1)


def _card(deck: Deck, card: int) -> DeckCard:
    found = DeckCard.objects.filter(deck=deck, pk=card).first()
    if found is None:
        raise Refused(_("This card is not in the deck any more."))
    return found


def _move(deck: Deck, card: int, by_places: int) -> None:
    cards = list(deck.cards.all())
    place = cards.index(_card(deck, card))
    other = place + by_places
    if 0 <= other < len(cards):
        cards[place], cards[other] = cards[other], cards[place]
    _number(cards)


def _number(cards: list[DeckCard]) -> None:
    for position, card in enumerate(cards, start=1):
        card.position = position
    DeckCard.objects.bulk_update(cards, ["position"])
