"""A check as it was sent to reviewers: frozen, and named by its hash."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from media4sec.assessments.models.checks import Check


class Version(models.Model):
    """What opinions, signatures and decisions are about. Nobody writes it a second time."""

    check_of = models.ForeignKey(Check, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    #: Plan, answers, findings and every word they were shown with; see ``services.freezing``.
    content = models.JSONField()
    #: SHA-256 of the content as canonical JSON.
    sha256 = models.CharField(max_length=64)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "number"], name="one_version_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.check_of_id} v{self.number}"

    def get_absolute_url(self) -> str:
        return f"{self.check_of.get_absolute_url()}v{self.number}/"

    def save(self, *args: Any, **more: Any) -> None:
        if self.pk:
            raise TypeError("a version is written once")
        super().save(*args, **more)

    @property
    def packs(self) -> list[dict[str, str]]:
        """The rules it was made under: id, version, sha256."""
        found: list[dict[str, str]] = self.content["packs"]
        return found
