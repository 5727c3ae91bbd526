"""What is on the table: what shows that a safeguard is there, and levels that reviewers set."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from media4sec.assessments.models.checks import Check
from media4sec.members.models import is_reader


class ProofQuerySet(models.QuerySet["Proof"]):
    def visible_to(self, visitor: Any) -> Self:
        if not is_reader(visitor):
            return self.none()
        return self.filter(check_of__in=Check.objects.visible_to(visitor).order_by().values("pk"))


class Proof(models.Model):
    """What shows that something a check calls for is there. It counts once a reviewer accepts it.

    Several may be given for the same thing, one after the other: none is overwritten.
    """

    class Of(models.TextChoices):
        SAFEGUARD = "safeguard", _("Safeguard")
        DOCUMENT = "document", _("Document")
        AUTHORISATION = "authorisation", _("Authorisation")
        ANSWER = "answer", _("Answer")

    class State(models.TextChoices):
        GIVEN = "given", _("Waits for a reviewer")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Not accepted")
        TAKEN_BACK = "taken_back", _("Taken back")

    check_of = models.ForeignKey(Check, models.CASCADE, related_name="proofs")
    of = models.CharField(max_length=13, choices=Of)
    #: of the safeguard, document, authorisation or question
    key = models.CharField(max_length=40)
    words = models.TextField(_("what shows it"))
    #: What it carries, as ``uploads.attach`` says it.
    files = models.JSONField(default=list)
    #: Of an authorisation: the national provision, the office, the reference, from when to when.
    statute = models.CharField(_("provision"), max_length=200, blank=True)
    office = models.CharField(_("office that gave it"), max_length=200, blank=True)
    reference = models.CharField(_("reference number"), max_length=80, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    #: When it lapses, whatever it is of.
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.GIVEN)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    judged_at = models.DateTimeField(null=True)
    judged_why = models.TextField(blank=True)

    objects = ProofQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["check_of", "of", "key"]),
            models.Index(fields=["valid_until"], condition=Q(state="accepted"), name="lapses"),
        ]

    def __str__(self) -> str:
        return f"{self.check_of_id}: {self.key}"

    def get_absolute_url(self) -> str:
        return f"{self.check_of.get_absolute_url()}proofs/{self.of}/{self.key}/"

    @property
    def is_judged(self) -> bool:
        """Evidence to an answer is read; the rest is accepted, or not."""
        return self.of != Proof.Of.ANSWER

    def has_lapsed(self, day: date) -> bool:
        return self.valid_until is not None and self.valid_until < day


class Gauge(models.Model):
    """How high a reviewer holds a risk to be. The newest that counts stands; none is overwritten.

    Raising counts at once. Lowering counts when a second reviewer agrees.
    """

    check_of = models.ForeignKey(Check, models.CASCADE, related_name="gauges")
    risk = models.CharField(max_length=40)
    severity = models.PositiveSmallIntegerField()
    likelihood = models.PositiveSmallIntegerField()
    reason = models.TextField()
    lowers = models.BooleanField()
    #: What the rules asked for when it was set: it lies under no floor that rose since.
    floor_severity = models.PositiveSmallIntegerField(default=1)
    floor_likelihood = models.PositiveSmallIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    second_at = models.DateTimeField(null=True)
    #: Taken back, or not agreed to.
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=4, likelihood__gte=1, likelihood__lte=4),
                name="levels_from_1_to_4",
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_of_id}: {self.risk} {self.severity}/{self.likelihood}"

    def get_absolute_url(self) -> str:
        return f"{self.check_of.get_absolute_url()}risks/{self.risk}/"

    @property
    def levels(self) -> tuple[int, int]:
        return self.severity, self.likelihood

    @property
    def floor(self) -> tuple[int, int]:
        return self.floor_severity, self.floor_likelihood

    @property
    def waits(self) -> bool:
        """For a second reviewer."""
        return self.lowers and self.second_id is None and self.dropped_at is None

    @property
    def counts(self) -> bool:
        return self.dropped_at is None and (not self.lowers or self.second_id is not None)
