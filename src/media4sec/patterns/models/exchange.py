"""What comes in as files, and what harvesters are told."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse


class Batch(models.Model):
    """The rows of a file somebody brought, until they say yes. Nobody else reads it."""

    class Table(models.TextChoices):
        PATTERNS = "patterns"
        EXPERIENCES = "experiences"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    table = models.CharField(max_length=12, choices=Table)
    rows = models.JSONField(default=list)  # as they stood in the file
    unknown = models.JSONField(default=list)  # columns nobody knows
    brought_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    taken = models.PositiveIntegerField(default=0)  # so many rows became things

    def __str__(self) -> str:
        return f"{self.table} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("patterns:batch", args=[self.pk])


class HarvestQuerySet(models.QuerySet["HarvestRecord"]):
    def in_set(self, name: str) -> Self:
        """Of a kind of thing, or of a theme."""
        if name in HarvestRecord.Kind:
            return self.filter(kind=name)
        return self.filter(models.Q(theme=name) | models.Q(other_theme=name))


class HarvestRecord(models.Model):
    """What harvesters were told of a public thing, and when. What is public no more stays as gone,
    so that they take it out, too; what never was public is not in here."""

    class Kind(models.TextChoices):
        PATTERN = "pattern"
        EXPERIENCE = "experience"

    kind = models.CharField(max_length=10, choices=Kind)
    thing_id = models.BigIntegerField()
    at = models.DateTimeField()
    is_gone = models.BooleanField(default=False)
    theme = models.CharField(max_length=50)  # slugs: themes are files, and stay
    other_theme = models.CharField(max_length=50, blank=True)
    #: A digest of what was told: a change that nobody outside reads is none.
    said = models.CharField(max_length=64)

    objects = HarvestQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["at", "id"])]
        constraints = [
            models.UniqueConstraint(fields=["kind", "thing_id"], name="one_harvest_record_a_thing")
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.thing_id}"

    @property
    def sets(self) -> list[str]:
        return [name for name in (self.kind, self.theme, self.other_theme) if name]
