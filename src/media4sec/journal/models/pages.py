"""Pages about this site."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class PageQuerySet(models.QuerySet["Page"]):
    def visible_to(self, visitor: Any) -> Self:
        """Pages are for everybody."""
        return self.all()


class Page(models.Model):
    """What this site says about itself, at an address that never changes."""

    slug = models.SlugField(unique=True, max_length=40)
    title = models.CharField(_("title"), max_length=100)
    summary = models.CharField(_("summary"), max_length=200)
    body = models.TextField(_("text"))
    language = models.CharField(max_length=8, default="en")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    #: Nobody: it reads as it came with the software.
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = PageQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("journal:page", args=[self.slug])
