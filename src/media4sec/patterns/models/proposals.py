"""Proposals of members: patterns in the making."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from media4sec.kit.flow import Flow
from media4sec.kit.models import Theme
from media4sec.members.models import is_reader
from media4sec.patterns.models.patterns import Pattern
from media4sec.patterns.models.reviewing import UnderReview
from media4sec.patterns.models.words import Evidence


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, visitor: Any) -> Self:
        """A draft is for those who work on it; what was sent in, for the community."""
        if not is_reader(visitor):
            return self.none()
        return self.filter(Q(state__in=Proposal.OPEN) | self.team(visitor))

    def of(self, member: Any) -> Self:
        """Those they work on."""
        return self.filter(self.team(member))

    def waiting(self) -> Self:
        return self.filter(state=Proposal.State.IN_REVIEW)

    @staticmethod
    def team(member: Any) -> Q:
        """Its author and co-maintainers."""
        helps = Proposal.co_maintainers.through.objects.filter(member_id=member.pk)
        return Q(author=member.pk) | Q(pk__in=helps.values("proposal_id"))


class Proposal(UnderReview):
    """A working copy of a new pattern, or of a change to one, until it is published."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        PUBLISHED = "published", _("Published as reviewed")
        SHARED = "shared", _("Published, not reviewed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    flow = Flow(
        {
            State.DRAFT: {State.IN_REVIEW, State.WITHDRAWN},
            State.IN_REVIEW: {State.DRAFT, State.PUBLISHED, State.SHARED, State.WITHDRAWN},
        }
    )
    #: States in which the community may read it.
    OPEN = (State.IN_REVIEW, State.PUBLISHED, State.SHARED)

    #: None: a new one, until it is published.
    pattern = models.ForeignKey(
        Pattern, models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    title = models.CharField(_("name"), max_length=80)
    summary = models.CharField(_("in one sentence"), max_length=200, blank=True)
    content = models.JSONField(default=dict)  # see card.Card
    html = models.JSONField(default=dict)  # the same, rendered
    changes = models.CharField(_("summary of changes"), max_length=300, blank=True)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="+", verbose_name=_("theme"))
    other_theme = models.ForeignKey(
        Theme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second theme"),
    )
    actors = models.JSONField(default=list)
    platforms = models.JSONField(default=list)
    phases = models.JSONField(default=list)
    group = models.ForeignKey(Pattern, models.SET_NULL, null=True, blank=True, related_name="+")
    #: As its authors would have it, and as they saw it: rows, see relating.
    relations = models.JSONField(default=list)
    related_before = models.JSONField(default=list)
    evidence = models.PositiveSmallIntegerField(choices=Evidence, default=Evidence.NONE)
    emmie = models.JSONField(default=dict)  # as in Pattern
    picture = models.JSONField(default=dict)  # see kit.uploads.summary
    language = models.CharField(max_length=8, default="en")

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    co_maintainers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    #: Members who worked on it and do no more: they do not review it either.
    formers = models.JSONField(default=list)
    is_blind = models.BooleanField(_("blind review"), default=False)
    licensed_at = models.DateTimeField(null=True)  # CC BY 4.0, chosen knowingly

    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    base_version = models.PositiveIntegerField(default=0)  # of the pattern; 0: a new one
    begun_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-edited_at", "-id"]
        indexes = [models.Index(fields=["state", "submitted_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(licensed_at__isnull=False),
                name="nothing_sent_in_without_a_licence",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "shared"])
                | Q(decided_by__isnull=False) & ~Q(decided_by=models.F("author")),
                name="nobody_publishes_their_own_pattern",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("patterns:proposal", args=[self.pk])

    @property
    def is_in_review(self) -> bool:
        return self.state == self.State.IN_REVIEW

    @property
    def review_url(self) -> str:
        return reverse("patterns:review", args=[self.pk])

    @property
    def is_sealed(self) -> bool:
        """Whether its names are kept from everybody but themselves."""
        return self.is_blind and self.state not in {self.State.PUBLISHED, self.State.SHARED}
