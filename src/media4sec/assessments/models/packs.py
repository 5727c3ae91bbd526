"""Which rules were in force since when, and what new ones mean for checks that were decided."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from media4sec.assessments.models.checks import Check
from media4sec.assessments.models.versions import Version


class ReleaseQuerySet(models.QuerySet["Release"]):
    def visible_to(self, _visitor: Any) -> Self:
        """What the rules are is no secret."""
        return self.all()


class Release(models.Model):
    """A version of a pack that was in force here, from its first day on. One that was withdrawn
    can come back: that is a release of its own."""

    pack = models.CharField(max_length=60)
    number = models.CharField(max_length=20)
    #: SHA-256 of its canonical JSON.
    sha256 = models.CharField(max_length=64)
    #: The pack and its sources as they were sealed: for comparing with the next one.
    content = models.JSONField()
    #: Its place and what changed since the release before it: [["softened", "rules.X01"], …]
    changes = models.JSONField(default=list)
    since = models.DateTimeField()
    #: None while it is in force.
    until = models.DateTimeField(null=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pack"], condition=Q(until=None), name="one_release_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pack} {self.number}"

    def get_absolute_url(self) -> str:
        return f"{reverse('assessments:pack', args=[self.pack])}#r{self.pk}"

    @property
    def title(self) -> str:
        """Of the pack, as it called itself then."""
        return str(self.content["pack"]["pack"]["title"])


class Rerun(models.Model):
    """Live checks of one country asked again under new rules. It goes on where it was stopped."""

    country = models.CharField(max_length=3, blank=True)
    #: The rules by which is asked: [{"id", "version", "sha256"}]
    packs = models.JSONField()
    #: A hash of them all.
    sha256 = models.CharField(max_length=64)
    #: The last check that was asked.
    reached = models.BigIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    stale = models.PositiveIntegerField(default=0)
    suspended = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["country"], condition=Q(finished_at=None), name="one_rerun_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.country or 'all'} {self.sha256[:8]}"


class Recheck(models.Model):
    """What new rules say of a version: the difference, and what it means."""

    class Meaning(models.TextChoices):
        NOTHING = "nothing", _("Nothing changed")
        WORDING = "wording", _("Only the wording changed")
        MILDER = "milder", _("Less is asked for")
        STRICTER = "stricter", _("More is asked for")
        RED_LINE = "red_line", _("A new red line is crossed")

    rerun = models.ForeignKey(Rerun, models.CASCADE, related_name="rechecks")
    check_of = models.ForeignKey(Check, models.CASCADE, related_name="rechecks")
    version = models.ForeignKey(Version, models.CASCADE, related_name="rechecks")
    meaning = models.CharField(max_length=10, choices=Meaning)
    #: kind of finding → {"more": [title, …], "gone": [title, …]}
    difference = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["rerun", "check_of"], name="one_recheck_a_rerun")
        ]

    def __str__(self) -> str:
        return f"{self.check_of_id}: {self.meaning}"
