"""The record of a check: a chain in which each line holds the hash of the one before."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from media4sec.assessments.models.checks import Check
from media4sec.assessments.models.versions import Version


class Event(models.Model):
    """One step in the life of a check. Written by ``services.chain`` alone, and never again."""

    check_of = models.ForeignKey(Check, models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    #: None: the house itself.
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=30)
    #: What it was done to: "answer:12", "version:3"; "" for the check.
    thing = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "seq"], name="one_event_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.check_of_id} #{self.seq}: {self.action}"

    def save(self, *args: Any, **more: Any) -> None:
        if self.pk:
            raise TypeError("an event is written once")
        super().save(*args, **more)


class Seal(models.Model):
    """The newest hash of a record on a day, signed by the house: nothing before it can be changed
    any more without the house's key."""

    check_of = models.ForeignKey(Check, models.CASCADE, related_name="seals")
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    at = models.DateTimeField()

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["check_of", "seq"], name="one_seal_a_head")]

    def __str__(self) -> str:
        return f"{self.check_of_id} #{self.seq}"


class Export(models.Model):
    """A document that left the house: of which version, what was blacked out, its hash."""

    class Redaction(models.TextChoices):
        INTERNAL = "internal", _("For its people")
        PARTNER = "partner", _("For partners")
        PUBLIC = "public", _("For everybody")

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        HTML = "html", "HTML"
        JSON = "json", "JSON"

    version = models.ForeignKey(Version, models.CASCADE, related_name="exports")
    redaction = models.CharField(max_length=10, choices=Redaction)
    format = models.CharField(max_length=5, choices=Format)
    #: What stands under its QR code.
    code = models.CharField(max_length=24, unique=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    #: The state of the check when it was made.
    state = models.CharField(max_length=12)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.code
