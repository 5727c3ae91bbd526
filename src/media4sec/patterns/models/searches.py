"""Searches of the catalogue that somebody keeps."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from media4sec.patterns.models.clock import Ticking


class SavedSearch(Ticking):
    """A choice in a catalogue, under a name. Only its owner knows of it."""

    class Of(models.TextChoices):
        PATTERNS = "patterns", _("Patterns")
        EXPERIENCES = "experiences", _("Experiences")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    of = models.CharField(max_length=12, choices=Of, default=Of.PATTERNS)
    title = models.CharField(_("name"), max_length=80)
    params = models.CharField(max_length=1000)  # as in the address
    kept_at = models.DateTimeField()
    #: What was published or told after this is new.
    seen_at = models.DateTimeField()
    #: Whether its owner is told of what is new in it.
    is_watched = models.BooleanField(default=True)

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "of", "params"], name="one_search_kept_once")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("patterns:searches")
