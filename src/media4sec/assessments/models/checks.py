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


class Stale(models.TextChoices):
    """Why a decision has to be looked at again."""

    STRICTER = "stricter", _("The rules became stricter")
    RED_LINE = "red_line", _("The rules draw a new red line")
    CHANGED = "changed", _("What is planned changed")
    INCIDENT = "incident", _("Something went wrong, or somebody complained")
    RULING = "ruling", _("A court or an authority decided")
    LAPSED = "lapsed", _("A proof lapsed")
    ASSEMBLY = "assembly", _("An assembly is announced in the area")


class CheckQuerySet(SharedQuerySet):
    def visible_to(self, visitor: Any) -> Self:
        """For its people alone; what was withdrawn is nobody's."""
        return super().visible_to(visitor).exclude(state=Check.State.WITHDRAWN)


class Check(Shared):
    """A plan, and the question whether it may be done. A plan can be as sensitive as what it is
    about: that is why a check is for its author and the people they name, and nobody else."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being answered")
        URGENT = "urgent", _("Begun before it was finished")
        SUBMITTED = "submitted", _("In review")
        RETURNED = "returned", _("Sent back")
        APPROVED = "approved", _("Approved")
        CONDITIONS = "conditions", _("Approved with conditions")
        REFUSED = "refused", _("Refused")
        SUSPENDED = "suspended", _("Suspended")
        REVOKED = "revoked", _("Approval withdrawn")
        EXPIRED = "expired", _("Expired")
        SUPERSEDED = "superseded", _("Replaced by a newer check")
        WITHDRAWN = "withdrawn", _("Deleted")

    #: In these its questions are answered.
    OPEN = frozenset({State.DRAFT, State.URGENT, State.RETURNED})
    #: In these somebody may act on it.
    IN_FORCE = frozenset({State.APPROVED, State.CONDITIONS, State.URGENT})
    #: What new rules are asked about again: what is in force, and what waits for a decision.
    LIVE = frozenset({State.APPROVED, State.CONDITIONS, State.SUBMITTED})
    _DECISIONS = frozenset({State.APPROVED, State.CONDITIONS, State.REFUSED})
    _ENDS = frozenset({State.SUSPENDED, State.REVOKED, State.EXPIRED, State.SUPERSEDED})

    flow = Flow(
        {
            State.DRAFT: {State.SUBMITTED, State.URGENT, State.WITHDRAWN},
            State.URGENT: {State.SUBMITTED, State.SUSPENDED},
            State.SUBMITTED: {State.RETURNED, *_DECISIONS},
            State.RETURNED: {State.SUBMITTED, State.WITHDRAWN},
            State.APPROVED: {*_ENDS, State.CONDITIONS},
            State.CONDITIONS: {*_ENDS, State.APPROVED},
            State.SUSPENDED: {State.APPROVED, State.CONDITIONS, State.REVOKED, State.SUPERSEDED},
            State.REFUSED: {State.SUPERSEDED},
            State.EXPIRED: {State.SUPERSEDED},
        }
    )
    AMONG_NAMED = True

    title = models.CharField(_("title"), max_length=150)
    description = models.TextField(_("what you plan"), blank=True)
    activity = models.CharField(_("activity"), max_length=40)
    #: The national layer; "" asks what all share.
    country = models.CharField(_("country"), max_length=3, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    #: The number of the version that is being answered, or was sent last.
    version = models.PositiveIntegerField(default=1)
    #: The rules it was last answered under: [{"id": …, "version": …}]
    packs = models.JSONField(default=list)
    #: Who is in charge of it; its author until somebody else is named.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", blank=True
    )
    #: The check it takes the place of once it is decided.
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="successors")
    #: Until when a decision holds.
    valid_until = models.DateField(null=True)
    #: Since when, why, and until when somebody has to look whether the decision still holds.
    stale_since = models.DateTimeField(null=True)
    stale_why = models.CharField(max_length=20, blank=True, choices=Stale)
    #: What somebody said of that.
    stale_words = models.TextField(blank=True)
    confirm_by = models.DateField(null=True)
    #: When it was begun in danger to life: until then it has to be sent to reviewers.
    finish_by = models.DateTimeField(null=True)
    #: The address of what it started from, as a Ref writes it.
    origin = models.CharField(max_length=80, blank=True)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = CheckQuerySet.as_manager()  # type: ignore[misc] # Shared has one of its own

    class Meta:
        ordering = ["-changed_at", "-id"]
        verbose_name = _("check")
        indexes = [
            models.Index(fields=["author", "-changed_at"]),
            models.Index(fields=["state", "id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(label=Label.RED, circle=None)
                | Q(label=Label.AMBER_STRICT, circle__isnull=False),
                name="check_among_its_people",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("assessments:check", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether its questions are answered, rather than its answers read."""
        return self.state in self.OPEN

    @property
    def is_in_force(self) -> bool:
        return self.state in self.IN_FORCE

    @property
    def is_stale(self) -> bool:
        return self.stale_since is not None


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
