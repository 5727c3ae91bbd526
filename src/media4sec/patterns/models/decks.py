"""Decks: patterns somebody put together for a meeting, in an order, with a remark each."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from media4sec.kit.marking import Label
from media4sec.kit.models import Moderated
from media4sec.members.audience import CIRCLE_LABELS, Shared, SharedQuerySet
from media4sec.patterns.models.patterns import Pattern

#: A deck of more cards is no deck but a catalogue; and it is printed while one waits.
MOST_CARDS = 60


class DeckQuerySet(SharedQuerySet):
    def visible_to(self, visitor: Any) -> Self:
        """What this visitor may read; what was deleted is nobody's."""
        return super().visible_to(visitor).filter(deleted_at__isnull=True)


class Deck(Shared, Moderated):
    """Cards for a meeting, and a note for whoever leads it."""

    WORDS = {"title": _("Hidden by a moderator"), "note": "", "note_html": ""}

    title = models.CharField(_("title"), max_length=100)
    note = models.TextField(_("note for the facilitator"), blank=True)
    note_html = models.TextField(blank=True)
    made_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    #: Of title and note: two who edit at once are told.
    version = models.PositiveIntegerField(default=1)
    link_count = models.PositiveIntegerField(default=0)

    objects = DeckQuerySet.as_manager()  # type: ignore[misc] # Shared has one of its own

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(fields=["author", "-made_at"]),
            models.Index(fields=["circle", "-made_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(circle__isnull=False) | ~Q(label__in=CIRCLE_LABELS),
                name="amber_deck_needs_a_circle",
                violation_error_message=_("AMBER is for the members of a circle: choose one."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("patterns:deck", args=[self.pk])

    @property
    def is_red(self) -> bool:
        """Its title stands on its own page alone, and in no list."""
        return self.label == Label.RED


class DeckCard(models.Model):
    """A pattern's place in a deck, and what to say about it there."""

    deck = models.ForeignKey(Deck, models.CASCADE, related_name="cards")
    pattern = models.ForeignKey(Pattern, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    remark = models.CharField(_("remark"), max_length=500, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["deck", "pattern"], name="a_pattern_once_in_a_deck")
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.pattern_id}"
