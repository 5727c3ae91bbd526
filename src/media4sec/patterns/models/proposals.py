"""Proposals of members, and the reviews that decide how they are published."""

from __future__ import annotations

from datetime import date
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


class Proposal(models.Model):
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
    relations = models.JSONField(default=list)  # [{"to": slug, "how": "with", "because": ""}]
    evidence = models.PositiveSmallIntegerField(choices=Evidence, default=Evidence.NONE)
    emmie = models.JSONField(default=dict)  # as in Pattern
    language = models.CharField(max_length=8, default="en")

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    co_maintainers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    #: Members who worked on it and do no more: they do not review it either.
    formers = models.JSONField(default=list)
    is_blind = models.BooleanField(_("blind review"), default=False)
    licensed_at = models.DateTimeField(null=True)  # CC BY 4.0, chosen knowingly

    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    base_version = models.PositiveIntegerField(default=0)  # of the pattern; 0: a new one
    passed_version = models.PositiveIntegerField(default=0)  # which both reviews accepted
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
    def has_passed(self) -> bool:
        """Whether both reviews accepted the text as it is now."""
        return self.passed_version == self.version

    @property
    def is_sealed(self) -> bool:
        """Whether its names are kept from everybody but themselves."""
        return self.is_blind and self.state not in {self.State.PUBLISHED, self.State.SHARED}


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, visitor: Any) -> Self:
        """One's own; for editors and those who wrote the text, signed ones; with the reviewer's
        yes, everybody's once the pattern is published."""
        public = Q(is_public=True, proposal__state__in=["published", "shared"])
        signed = self.filter(signed_at__isnull=False)
        if not is_reader(visitor):
            return signed.filter(public)
        if visitor.is_editor:
            return self.all()
        own = Q(proposal__in=Proposal.objects.of(visitor).values("pk"), signed_at__isnull=False)
        return self.filter(Q(reviewer=visitor.pk) | own | (public & Q(signed_at__isnull=False)))

    def open(self) -> Self:
        """Asked or offered, not signed yet."""
        return self.filter(signed_at__isnull=True, out_at__isnull=True)

    def signed(self) -> Self:
        return self.filter(signed_at__isnull=False, out_at__isnull=True)


class Review(models.Model):
    """What a member without a conflict says about one version of a proposal, signed and dated."""

    class Kind(models.TextChoices):
        PEER = "peer", _("Peer review")
        ETHICS = "ethics", _("Ethics and legal review")

    class Verdict(models.TextChoices):
        ACCEPT = "accept", _("Accept")
        REVISE = "revise", _("Revise first")
        REJECT = "reject", _("Do not publish as reviewed")

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="reviews")
    kind = models.CharField(max_length=6, choices=Kind)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    begun_at = models.DateTimeField()
    declared_at = models.DateTimeField(null=True)  # that there is no conflict
    version = models.PositiveIntegerField(default=0)  # which was read; 0 until it is signed
    verdict = models.CharField(max_length=6, choices=Verdict, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    points = models.JSONField(default=list)  # what is to change, a line each
    is_public = models.BooleanField(default=False)
    signed_at = models.DateTimeField(null=True)
    #: They left, or became an author: it does not count.
    out_at = models.DateTimeField(null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "reviewer"],
                condition=Q(signed_at__isnull=True, out_at__isnull=True),
                name="one_open_review_a_member",
            ),
            models.UniqueConstraint(
                fields=["proposal", "reviewer", "version"],
                condition=Q(signed_at__isnull=False),
                name="one_signature_a_version",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True)
                | (Q(declared_at__isnull=False, version__gt=0) & ~Q(verdict="")),
                name="signed_with_verdict_and_declaration",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} review {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("patterns:review", args=[self.proposal_id])

    @property
    def is_open(self) -> bool:
        return self.signed_at is None and self.out_at is None


def years_from(day: date, years: int) -> date:
    """The same day so many years later; the 28th for the 29th of February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
