"""What of a check is told to others: a text of its own, with nothing in it that its people keep."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from media4sec.assessments.models.checks import Check
from media4sec.kit.marking import Label
from media4sec.kit.models import Moderated
from media4sec.members.audience import Shared, SharedQuerySet

LONGEST_SUMMARY = 3_000


class SummaryQuerySet(SharedQuerySet):
    def visible_to(self, visitor: Any) -> Self:
        """By its own label; what was taken back is nobody's."""
        return super().visible_to(visitor).filter(is_out=True)

    def shown(self) -> Self:
        """Those in lists: what moderators hid stands only at its own address, as a gap."""
        return self.filter(standing=Moderated.Standing.VISIBLE)


class Summary(Shared, Moderated):
    """A sanitised account: what was planned in general, what the check said, under which rules."""

    WORDS = {"title": "", "text": "", "html": ""}

    check_of = models.OneToOneField(Check, models.CASCADE, related_name="summary")
    title = models.CharField(_("title"), max_length=150)
    text = models.TextField(_("what others may learn"))
    html = models.TextField()
    activity = models.CharField(max_length=40)
    #: How it was decided: the state of its check on that day.
    outcome = models.CharField(max_length=12, choices=Check.State)
    #: The rules it was checked under: [{"id", "version"}]
    packs = models.JSONField(default=list)
    #: The pattern it is about, as a Ref writes it.
    about = models.CharField(max_length=80, blank=True, db_index=True)
    #: Taken back by who told it: it is nobody's then.
    is_out = models.BooleanField(default=True)
    published_at = models.DateTimeField()

    objects = SummaryQuerySet.as_manager()  # type: ignore[misc] # Shared has one of its own

    class Meta:
        ordering = ["-published_at", "-id"]
        verbose_name_plural = "summaries"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(label__in=[Label.CLEAR, Label.GREEN]), name="summary_for_many"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("assessments:summary", args=[self.pk])

    @property
    def holds(self) -> bool:
        """Whether one may still rely on it. Whoever reads a summary learns no more of its check."""
        return self.check_of.is_in_force and not self.check_of.is_stale
