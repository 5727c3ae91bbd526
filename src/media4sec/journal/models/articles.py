"""Articles, who wrote them, the addresses they had, and the series they stand in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from media4sec.kit.clock import now
from media4sec.kit.flow import Flow
from media4sec.kit.models import Face, Theme
from media4sec.members.models import is_reader

#: Pages of the journal itself, so that no article is called like one.
RESERVED = {"desk", "feed", "new", "preview", "review", "series", "themes"}


class Series(models.Model):
    """Articles that belong together, in the order they appeared."""

    slug = models.SlugField(unique=True, max_length=80)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("what it is about"), max_length=300)
    begun_at = models.DateTimeField()

    class Meta:
        ordering = ["title"]
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("journal:series", args=[self.slug])


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> Self:
        """What everybody reads and every list shows."""
        return self.filter(state=Article.State.PUBLISHED)

    def visible_to(self, visitor: Any) -> Self:
        """What is published is for everybody; the rest for editors, and for who wrote it."""
        return self.filter(self._rule(visitor, Q(state=Article.State.PUBLISHED)))

    def shown_to(self, visitor: Any) -> Self:
        """Its page: what is visible, and the note that stands where one was retracted."""
        return self.filter(self._rule(visitor, Q(state__in=Article.PUBLIC)))

    def _rule(self, visitor: Any, public: Q) -> Q:
        if not is_reader(visitor):
            return public
        if visitor.is_editor:
            return Q()
        wrote = Authorship.objects.filter(article=OuterRef("pk"), member_id=visitor.pk)
        return public | Q(written_by=visitor.pk) | Q(Exists(wrote))

    def due(self) -> Self:
        return self.filter(state=Article.State.SCHEDULED, publish_at__lte=now())


class Article(models.Model):
    """A text for everybody, read by a second pair of eyes before it appears."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        SCHEDULED = "scheduled", _("Scheduled")
        PUBLISHED = "published", _("Published")
        RETRACTED = "retracted", _("Retracted")

    flow = Flow(
        {
            State.DRAFT: {State.IN_REVIEW},
            State.IN_REVIEW: {State.DRAFT, State.SCHEDULED, State.PUBLISHED},
            State.SCHEDULED: {State.PUBLISHED, State.IN_REVIEW, State.DRAFT},
            State.PUBLISHED: {State.RETRACTED},
        }
    )
    #: States in which its page is there for everybody.
    PUBLIC = (State.PUBLISHED, State.RETRACTED)

    slug = models.SlugField(_("address"), unique=True, max_length=80)
    title = models.CharField(_("title"), max_length=150)
    standfirst = models.CharField(_("standfirst"), max_length=300)
    body = models.TextField(_("text"))
    body_html = models.TextField()
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="+", verbose_name=_("theme"))
    other_theme = models.ForeignKey(
        Theme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second theme"),
    )
    face = models.CharField(_("face"), max_length=4, choices=Face, blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    series = models.ForeignKey(
        Series, models.SET_NULL, null=True, blank=True, related_name="articles"
    )
    minutes = models.PositiveSmallIntegerField(default=1)  # reading time
    attachments = models.JSONField(default=list)  # see kit.uploads.summary
    link_count = models.PositiveIntegerField(default=0)  # links that all its readers may open

    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)  # the last edit, in whatever state
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)
    review_note = models.TextField(blank=True)  # why it was sent back
    publish_at = models.DateTimeField(null=True)  # when it shall appear
    published_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)  # the last edit since it appeared
    retracted_at = models.DateTimeField(null=True)
    retraction = models.TextField(blank=True)  # the reason, for everybody

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-id"]
        indexes = [
            models.Index(fields=["state", "-published_at", "-id"]),
            models.Index(fields=["state", "publish_at"]),
            models.Index(fields=["theme", "-published_at"]),
            models.Index(fields=["other_theme", "-published_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reviewed_by=F("submitted_by")),
                name="reviewed_by_another_editor",
                violation_error_message=_("Nobody reviews what they have sent in themselves."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_review"]) | Q(reviewed_by__isnull=False),
                name="nothing_appears_unreviewed",
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(publish_at__isnull=False),
                name="scheduled_for_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "retracted"]) | Q(published_at__isnull=False),
                name="published_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("journal:article", args=[self.slug])

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def is_public(self) -> bool:
        return self.state in self.PUBLIC


class Authorship(models.Model):
    """Somebody who wrote an article: a member, or a guest by role."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="authorships")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    guest = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["article", "position"], name="one_author_a_position"),
            models.CheckConstraint(
                condition=Q(member__isnull=False, guest="") | (Q(member=None) & ~Q(guest="")),
                name="a_member_or_a_guest",
            ),
        ]

    def __str__(self) -> str:
        return self.guest or f"member {self.member_id}"


class Address(models.Model):
    """A slug an article has or had. Once taken it leads there for ever, and nowhere else."""

    slug = models.SlugField(unique=True, max_length=80)
    article = models.ForeignKey(Article, models.CASCADE, related_name="addresses")

    class Meta:
        verbose_name_plural = "addresses"

    def __str__(self) -> str:
        return self.slug


class PreviewQuerySet(models.QuerySet["Preview"]):
    def open(self) -> Self:
        return self.filter(expires_at__gt=now(), revoked_at__isnull=True)


class Preview(models.Model):
    """A secret link to an unpublished article. We keep its hash, so nobody can read it here."""

    LASTS = timedelta(days=7)
    #: Open links one article may have.
    MOST = 10

    article = models.ForeignKey(Article, models.CASCADE, related_name="previews")
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = PreviewQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"preview of article {self.article_id}"
