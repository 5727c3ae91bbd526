"""Checks and their answers. What follows from them is worked out anew each time."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from media4sec.kit.flow import Flow
from media4sec.kit.marking import Label
from media4sec.members.audience import Shared, SharedQuerySet

LONGEST_DESCRIPTION = 2_000


class CheckQuerySet(SharedQuerySet):
    def visible_to(self, visitor: Any) -> Self:
        """For its people alone; what was withdrawn is nobody's."""
        return super().visible_to(visitor).exclude(state=Check.State.WITHDRAWN)


class Check(Shared):
    """A plan, and the question whether it may be done. A plan can be as sensitive as what it is
    about: that is why a check is TLP:RED, for its author and the readers they name."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being answered")
        SUBMITTED = "submitted", _("Sent to reviewers")
        RETURNED = "returned", _("Sent back")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")
        CONDITIONS = "conditions", _("Approved with conditions")
        REFUSED = "refused", _("Refused")
        URGENT = "urgent", _("Begun before it was finished")
        SUSPENDED = "suspended", _("Suspended")
        EXPIRED = "expired", _("Expired")
        SUPERSEDED = "superseded", _("Replaced by a newer version")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    #: The steps that somebody can take so far: a state without a step to it is reached by nobody.
    flow = Flow({State.DRAFT: {State.WITHDRAWN}})

    title = models.CharField(_("title"), max_length=150)
    description = models.TextField(_("what you plan"), blank=True)
    activity = models.CharField(_("activity"), max_length=40)
    #: The national layer; "" asks what all share.
    country = models.CharField(_("country"), max_length=3, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    #: The rules it was last answered under: [{"id": …, "version": …}]
    packs = models.JSONField(default=list)
    #: The address of what it started from, as a Ref writes it.
    origin = models.CharField(max_length=80, blank=True)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = CheckQuerySet.as_manager()  # type: ignore[misc] # Shared has one of its own

    class Meta:
        ordering = ["-changed_at", "-id"]
        verbose_name = _("check")
        indexes = [models.Index(fields=["author", "-changed_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(label=Label.RED), name="check_among_its_people")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("assessments:check", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class Answer(models.Model):
    """What somebody said to a question. The newest counts, and the older ones stay as they are."""

    check_of = models.ForeignKey(Check, models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40)
    #: An option, several, or words; None leaves the question open again.
    value = models.JSONField(null=True)
    words = models.TextField(blank=True)  # beside a choice, where the question asks for them
    comment = models.TextField(blank=True)  # for whoever reviews it
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["check_of", "question", "id"])]

    def __str__(self) -> str:
        return f"{self.check_of_id}: {self.question}"

    @property
    def chosen(self) -> str | tuple[str, ...] | None:
        """As the evaluation takes it."""
        return tuple(self.value) if isinstance(self.value, list) else self.value

    @property
    def said(self) -> tuple[Any, str, str]:
        """All of it, to compare two."""
        return self.value, self.words, self.comment
