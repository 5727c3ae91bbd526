"""The library: documents, their files, and the versions they went through."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from media4sec.kit.flow import Flow
from media4sec.kit.models import Theme, Upload
from media4sec.members.models import is_reader


class DocumentQuerySet(models.QuerySet["Document"]):
    def published(self) -> Self:
        return self.filter(state=Document.State.PUBLISHED)

    def visible_to(self, visitor: Any) -> Self:
        """What is published is for everybody; what is prepared or retracted, for editors."""
        is_editor = is_reader(visitor) and visitor.is_editor
        return self.all() if is_editor else self.published()

    def shown_to(self, visitor: Any) -> Self:
        """Its page: what is visible, and the note that stands where one was retracted."""
        is_editor = is_reader(visitor) and visitor.is_editor
        return self.all() if is_editor else self.filter(state__in=Document.PUBLIC)


class Document(models.Model):
    """A report, guide or paper that can be read, cited and taken along."""

    class Type(models.TextChoices):
        REPORT = "report", _("Report")
        GUIDE = "guide", _("Guide")
        BRIEF = "brief", _("Policy brief")
        PAPER = "paper", _("Paper")
        CHECKLIST = "checklist", _("Checklist")
        SLIDES = "slides", _("Slides")

    class Licence(models.TextChoices):
        BY = "CC-BY-4.0", _("Creative Commons Attribution 4.0")
        BY_SA = "CC-BY-SA-4.0", _("Creative Commons Attribution-ShareAlike 4.0")
        ZERO = "CC0-1.0", _("Creative Commons Zero: no rights reserved")
        RESERVED = "reserved", _("All rights reserved")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETRACTED = "retracted", _("Retracted")

    flow = Flow({State.DRAFT: {State.PUBLISHED}, State.PUBLISHED: {State.RETRACTED}})
    PUBLIC = (State.PUBLISHED, State.RETRACTED)

    slug = models.SlugField(unique=True, max_length=80)
    title = models.CharField(_("title"), max_length=200)
    type = models.CharField(_("type"), max_length=10, choices=Type)
    dated = models.DateField(_("date"))
    authors = models.JSONField(_("authors"), default=list)  # as they are cited
    publisher = models.CharField(_("publisher"), max_length=120, blank=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="+", verbose_name=_("theme"))
    other_theme = models.ForeignKey(
        Theme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second theme"),
    )
    language = models.CharField(_("language"), max_length=8, default="en")
    licence = models.CharField(_("licence"), max_length=12, choices=Licence)
    abstract = models.TextField(_("abstract"))
    abstract_html = models.TextField()
    link_count = models.PositiveIntegerField(default=0)  # links that all its readers may open

    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    retracted_at = models.DateTimeField(null=True)
    retraction = models.TextField(blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-dated", "-id"]
        indexes = [models.Index(fields=["state", "-dated", "-id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False),
                name="document_published_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("journal:document", args=[self.slug])

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED


class Edition(models.Model):
    """A line of the version sheet: what changed, who prepared it and who approved it."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="editions")
    number = models.CharField(_("version"), max_length=20)
    dated = models.DateField(_("date"))
    changes = models.CharField(_("summary of changes"), max_length=300)
    prepared_by = models.CharField(_("prepared by"), max_length=120)
    approved_by = models.CharField(_("approved by"), max_length=120, blank=True)

    class Meta:
        ordering = ["-dated", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "number"],
                name="one_edition_a_number",
                violation_error_message=_("The version sheet has this version already."),
            )
        ]

    def __str__(self) -> str:
        return self.number


class DocumentFile(models.Model):
    """A PDF of a document, and what the worker read in it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be read")
        READ = "read", _("Read")
        LOCKED = "locked", _("Locked with a password")
        DAMAGED = "damaged", _("Cannot be read")
        TOO_HEAVY = "too_heavy", _("Takes too long to read")

    document = models.ForeignKey(Document, models.CASCADE, related_name="files")
    upload = models.OneToOneField(Upload, models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    pages = models.PositiveIntegerField(null=True)
    pages_read = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    cover = models.ForeignKey(Upload, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"file {self.upload_id} of document {self.document_id}"
