"""Patterns, their published versions, how they relate, and who judges them how."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from media4sec.kit.models import Face, Moderated, Theme
from media4sec.kit.refs import Ref
from media4sec.members.models import Group, is_reader
from media4sec.patterns.models.clock import Ticking
from media4sec.patterns.models.words import Evidence, Relation

#: Pages of the catalogue itself, so that no pattern is called like one.
RESERVED = {"compare", "decks", "export", "import", "map", "new", "oai", "of-theme", "search"}
RESERVED |= {"desk", "proposals", "review", "reviews", "voices"}
RESERVED |= {"batches", "searches"}


class PatternQuerySet(models.QuerySet["Pattern"]):
    def visible_to(self, visitor: Any) -> Self:
        """Whatever was published is for everybody, what is archived included."""
        return self.all()

    def current(self) -> Self:
        """What the catalogue shows: everything but the archive."""
        return self.exclude(state=Pattern.State.ARCHIVED)


class Pattern(Ticking):
    """A practice with a name, as it was last published. How it read is kept in its versions."""

    class State(models.TextChoices):
        SHARED = "shared", _("Shared, not reviewed")
        REVIEWED = "reviewed", _("Reviewed")
        ARCHIVED = "archived", _("Archived")

    class Origin(models.TextChoices):
        PROJECT = "project", _("From the MEDI@4SEC pattern language")
        COMMUNITY = "community", _("A pattern of this community")

    slug = models.SlugField(_("address"), unique=True, max_length=80)
    title = models.CharField(_("name"), max_length=80, unique=True)
    summary = models.CharField(_("in one sentence"), max_length=200)
    content = models.JSONField(default=dict)  # see card.Card
    html = models.JSONField(default=dict)  # the same, rendered
    text = models.TextField(blank=True)  # the same, plain: for search
    state = models.CharField(max_length=10, choices=State, default=State.SHARED)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.COMMUNITY)
    #: Text that came with the software and waits for the experience of members.
    is_starter = models.BooleanField(default=False)

    group = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="members")
    is_group = models.BooleanField(default=False)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="+", verbose_name=_("theme"))
    other_theme = models.ForeignKey(
        Theme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("other theme"),
    )
    actors = models.JSONField(default=list)
    platforms = models.JSONField(default=list)
    phases = models.JSONField(default=list)
    language = models.CharField(max_length=8, default="en")

    evidence = models.PositiveSmallIntegerField(choices=Evidence, default=Evidence.NONE)
    emmie = models.JSONField(default=dict)  # {"effect": {"says": "", "quality": 0, "sources": []}}
    picture = models.JSONField(default=dict)  # see kit.uploads.summary

    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    review_by = models.DateField(null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="supersedes"
    )
    archive_reason = models.CharField(max_length=300, blank=True)
    link_count = models.PositiveIntegerField(default=0)  # links that all its readers may open
    #: What its page shows of other tables, kept here so that it needs no further query:
    #: judgements, related patterns, the cards of a group, versions. See services.summaries.
    beside = models.JSONField(default=dict)

    objects = PatternQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(group__isnull=True) | ~Q(group=F("id")),
                name="no_pattern_is_its_own_group",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("patterns:pattern", args=[self.slug])

    @property
    def is_reviewed(self) -> bool:
        return self.state == self.State.REVIEWED


class PatternVersion(models.Model):
    """A pattern as it was published once. It never changes: others cite it."""

    pattern = models.ForeignKey(Pattern, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=80)
    content = models.JSONField()
    html = models.JSONField()
    changes = models.CharField(_("summary of changes"), max_length=300)
    authors = models.JSONField(default=list)  # as they are cited
    #: How well it was known then: what is learnt later is said of a later version.
    evidence = models.PositiveSmallIntegerField(choices=Evidence, default=Evidence.NONE)
    emmie = models.JSONField(default=dict)  # as in Pattern
    picture = models.JSONField(default=dict)  # see kit.uploads.summary
    state = models.CharField(max_length=10, choices=Pattern.State)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["pattern", "number"], name="one_pattern_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("patterns:version", args=[self.pattern.slug, self.number])


class PatternRelation(models.Model):
    """How two patterns belong together. It is kept once and shown on both."""

    source = models.ForeignKey(Pattern, models.CASCADE, related_name="relations")
    how = models.CharField(max_length=12, choices=Relation)
    target = models.ForeignKey(Pattern, models.CASCADE, related_name="relations_back")
    because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["how", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="related_once"),
            models.CheckConstraint(
                condition=~Q(source=F("target")),
                name="not_related_to_itself",
                violation_error_message=_("A pattern cannot be related to itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.how} {self.target_id}"


class JudgementQuerySet(models.QuerySet["Judgement"]):
    def visible_to(self, visitor: Any) -> Self:
        """For everybody, as patterns are; what moderators hid only for who said it."""
        said = Q(standing=Moderated.Standing.VISIBLE)
        return self.filter(said | Q(author=visitor.pk) if is_reader(visitor) else said)

    def standing(self) -> Self:
        """Those that count."""
        return self.filter(standing=Moderated.Standing.VISIBLE)

    def under(self, ref: Ref) -> Self:
        """Those of a pattern."""
        return self.filter(pattern=ref.pk if ref.kind == Pattern._meta.label_lower else 0)


class Judgement(Moderated):
    """Good, bad or ugly: how a pattern looks from somewhere, and why. Several may stand."""

    WORDS = {"because": ""}

    pattern = models.ForeignKey(Pattern, models.CASCADE, related_name="judgements")
    face = models.CharField(max_length=4, choices=Face)
    #: "": a member who does not say.
    group = models.CharField(_("seen by"), max_length=20, choices=Group, blank=True)
    because = models.CharField(_("because"), max_length=300)
    #: None: one that came with the text.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    objects = JudgementQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pattern", "author"],
                condition=Q(author__isnull=False),
                name="one_judgement_a_member",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pattern_id} is {self.face}"

    def get_absolute_url(self) -> str:
        return f"/judgements/{self.pk}/"
