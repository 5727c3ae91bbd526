"""What the corridors keep: themes, what happened, what belongs together, drafts, letters."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from media4sec.kit.clock import now
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


class Watch(models.Model):
    """How closely somebody follows a thing, a circle, a theme or a kind: their own affair."""

    class Level(models.TextChoices):
        MUTED = "muted", _("Muted")
        NORMAL = "normal", _("Normal")
        EVERYTHING = "everything", _("Everything")

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watches")
    thing_kind = models.CharField(max_length=60)
    thing_id = models.BigIntegerField(default=0)  # 0: all things of the kind
    level = models.CharField(max_length=10, choices=Level)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "thing_kind", "thing_id"], name="one_watch_a_thing"
            )
        ]
        indexes = [models.Index(fields=["thing_kind", "thing_id", "level"])]

    def __str__(self) -> str:
        return f"{self.thing_kind}:{self.thing_id} {self.level}"


class LetterQuerySet(models.QuerySet["Letter"]):
    def under_way(self) -> Self:
        return self.filter(state__in=[Letter.State.WAITING, Letter.State.CLAIMED])

    def due(self) -> Self:
        """What waits for the mail server, and what a worker took and never came back with."""
        return self.under_way().filter(next_try__lte=now())


class Letter(models.Model):
    """One letter on its way. It is a row before it is mail, so that no kill can lose it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CLAIMED = "claimed", _("A worker hands it over")
        SENT = "sent", _("Sent")
        DROPPED = "dropped", _("Nothing left to say")
        GIVEN_UP = "given_up", _("Given up")

    composer = models.CharField(max_length=60, blank=True)  # who words it when it is sent
    key = models.CharField(max_length=120, unique=True, null=True)  # the same letter only once
    to = models.EmailField(blank=True)
    content = models.JSONField(default=dict)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField()
    claimed_by = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try"],
                condition=Q(state__in=["waiting", "claimed"]),
                name="letters_under_way",
            ),
            models.Index(fields=["state", "done_at"]),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk}"


class Moderated(models.Model):
    """What moderators decide about: there for its readers, held back, or a marked gap.

    Only ``kit.standing`` changes these three, and only with a decision.
    """

    class Standing(models.TextChoices):
        VISIBLE = "visible", _("Visible")
        HELD = "held", _("Held")
        DECLINED = "declined", _("Not published")
        HIDDEN = "hidden", _("Hidden")

    #: The fields that say something, and what they say in the gap.
    WORDS: dict[str, Any] = {}

    standing = models.CharField(max_length=10, choices=Standing, default=Standing.VISIBLE)
    standing_reason = models.CharField(max_length=300, blank=True)  # what readers of the gap hear
    decision_id = models.BigIntegerField(null=True)

    class Meta:
        abstract = True

    @property
    def is_withheld(self) -> bool:
        return self.standing != self.Standing.VISIBLE


class Withheld(models.Model):
    """The words of a thing that a moderator hid or declined: for its author, and to restore it."""

    thing_kind = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    words = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "withheld"
        indexes = [models.Index(fields=["thing_kind", "thing_id"])]

    def __str__(self) -> str:
        return f"words of {self.thing_kind}:{self.thing_id}"
