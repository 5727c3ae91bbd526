"""What the corridors keep: themes, what happened, what belongs together, drafts."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from media4sec.kit.refs import Ref


class Face(models.TextChoices):
    """A lens on a phenomenon: how social media touches public security here."""

    GOOD = "good", _("The good")
    BAD = "bad", _("The bad")
    UGLY = "ugly", _("The ugly")


class Theme(models.Model):
    """One of the fields the community learns about."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=80)
    icon = models.CharField(max_length=40)
    summary = models.CharField(max_length=200)
    body = models.TextField()
    body_html = models.TextField()
    questions = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/themes/{self.slug}/"


class ActivityQuerySet(models.QuerySet["Activity"]):
    def about(self, ref: Ref) -> Self:
        return self.filter(subject_kind=ref.kind, subject_id=ref.pk)

    def within(self, ref: Ref) -> Self:
        return self.filter(within_kind=ref.kind, within_id=ref.pk)


class Activity(models.Model):
    """What happened: who did what to which thing, written in the same transaction.

    ``actor`` is the truth for the audit; pages that show it ask the seal first.
    """

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    verb = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    within_kind = models.CharField(max_length=60, blank=True)
    within_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"]),
            models.Index(fields=["within_kind", "within_id", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_kind, self.subject_id)


class Link(models.Model):
    """Two things that belong together, and how."""

    class Relation(models.TextChoices):
        DISCUSSES = "discusses", _("discusses")
        ANSWERS = "answers", _("answers")
        AROSE_FROM = "arose_from", _("arose from")
        SEE_ALSO = "see_also", _("see also")

    source_kind = models.CharField(max_length=60)
    source_id = models.BigIntegerField()
    relation = models.CharField(max_length=20, choices=Relation)
    target_kind = models.CharField(max_length=60)
    target_id = models.BigIntegerField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["target_kind", "target_id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source_id", "relation", "target_kind", "target_id"],
                name="linked_once",
                violation_error_message=_("These two are linked already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.relation} {self.target}"

    @property
    def source(self) -> Ref:
        return Ref(self.source_kind, self.source_id)

    @property
    def target(self) -> Ref:
        return Ref(self.target_kind, self.target_id)


class Draft(models.Model):
    """What somebody was writing, kept until it is sent: nobody else ever reads it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    place = models.CharField(max_length=120)  # which form: "reply:42", "topic:everyday-security"
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "place"], name="one_draft_a_place")]

    def __str__(self) -> str:
        return self.place


class Attempt(models.Model):
    """Used tokens of forms: a double click sends one thing, not two."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token = models.CharField(max_length=40)
    result = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "token"], name="sent_once")]

    def __str__(self) -> str:
        return self.token


class Stamp(models.Model):
    """A number that grows with every change: kept pages older than it are not shown."""

    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.value)


class Revision(models.Model):
    """How a thing read before an edit. Whoever may read the thing may read its history."""

    thing_kind = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    reason = models.CharField(max_length=200, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(
                fields=["thing_kind", "thing_id", "version"], name="one_revision_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.thing_kind}:{self.thing_id} v{self.version}"


class Upload(models.Model):
    """A picture or PDF somebody brought; nobody but its owner sees it until a thing carries it."""

    class Type(models.TextChoices):
        PICTURE = "picture", _("Picture")
        PDF = "pdf", _("PDF")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    type = models.CharField(max_length=10, choices=Type)
    file = models.FileField(upload_to="%Y/%m/")
    name = models.CharField(max_length=120)
    alt = models.CharField(max_length=300, blank=True)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    place = models.CharField(max_length=120, blank=True)  # the draft it waits in
    thing_kind = models.CharField(max_length=60, blank=True)  # what carries it
    thing_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["thing_kind", "thing_id"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/files/{self.pk}/"
