"""What is said of a version, and what is decided. Each is signed, and stays as it was said."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from media4sec.assessments.models.checks import Check
from media4sec.assessments.models.people import Role
from media4sec.assessments.models.versions import Version
from media4sec.members.models import is_reader


class Signed(models.Model):
    """Somebody's word on one version: the hash of the version is in what they sign."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="%(class)ss")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    #: What was signed, as canonical JSON, and the signature of the house over it.
    statement = models.TextField()
    signature = models.CharField(max_length=128)

    class Meta:
        abstract = True


class Opinion(Signed):
    """Advice on a version. Whoever decides accepts it, or overrules it with a reason."""

    class Advice(models.TextChoices):
        AGREES = "agrees", _("Agrees")
        AGREES_IF = "agrees_if", _("Agrees, if something changes")
        AGAINST = "against", _("Advises against it")

    class Taken(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        OVERRULED = "overruled", _("Overruled")

    role = models.CharField(max_length=10, choices=Role)
    advice = models.CharField(max_length=10, choices=Advice)
    words = models.TextField()
    #: How it was taken; "" while nobody said.
    taken = models.CharField(max_length=10, choices=Taken, blank=True)
    taken_why = models.TextField(blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "by", "role"], name="one_opinion_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.role} {self.advice}"


class Decision(Signed):
    """What an approver decided, and what they attested when they did."""

    class Kind(models.TextChoices):
        APPROVE = "approve", _("Approved")
        CONDITIONS = "conditions", _("Approved with conditions")
        REFUSE = "refuse", _("Refused")
        RETURN = "return", _("Sent back")
        SUSPEND = "suspend", _("Suspended")
        CONFIRM = "confirm", _("Confirmed")
        REVOKE = "revoke", _("Approval withdrawn")
        COMMAND = "command", _("Begun, for a life was in danger")

    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField()
    #: What the rules came to that day; "" where nobody asked them.
    outcome = models.CharField(max_length=12, blank=True)
    #: The sentences that were attested, word for word.
    attested = models.JSONField(default=list)
    #: What was on the table: accepted proofs and opinions, by key and hash.
    evidence = models.JSONField(default=dict)
    valid_until = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["approve", "conditions", "confirm"])
                | Q(outcome__in=["consult", "conditions", "clear"], valid_until__isnull=False),
                name="no_yes_across_a_red_line",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.kind}"


class ConditionQuerySet(models.QuerySet["Condition"]):
    def visible_to(self, visitor: Any) -> Self:
        if not is_reader(visitor):
            return self.none()
        return self.filter(check_of__in=Check.objects.visible_to(visitor).order_by().values("pk"))


class Condition(models.Model):
    """What has to be done for an approval to hold: by whom, until when, shown by what."""

    check_of = models.ForeignKey(Check, models.CASCADE, related_name="conditions")
    decision = models.ForeignKey(Decision, models.CASCADE, related_name="conditions")
    text = models.TextField(_("what has to be done"))
    #: Of the safeguard, document or authorisation it stands for; "" where it is of another kind.
    key = models.CharField(max_length=40, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due = models.DateField(_("until when"))
    done_at = models.DateTimeField(null=True)
    shown = models.TextField(_("what shows it"), blank=True)
    reminded_at = models.DateTimeField(null=True)

    objects = ConditionQuerySet.as_manager()

    class Meta:
        ordering = ["due", "id"]

    def __str__(self) -> str:
        return f"condition {self.pk}"

    def get_absolute_url(self) -> str:
        return f"{self.check_of.get_absolute_url()}conditions/#c{self.pk}"
