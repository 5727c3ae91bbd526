"""Reviews: what a member without a conflict says about one version of a text."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from media4sec.members.models import is_reader
from media4sec.patterns.models.experiences import Experience
from media4sec.patterns.models.proposals import Proposal


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, visitor: Any) -> Self:
        """One's own; for editors and those who wrote the text, signed ones; with the reviewer's
        yes, whoever may read the text reads them once it has passed, or is published.

        A review quotes: of an experience, nobody reads one who may not read the experience.
        """
        signed = Q(signed_at__isnull=False)
        there = Experience.objects.visible_to(visitor).standing().order_by()
        told = Q(experience__in=there.values("pk"))
        published = Q(proposal__state__in=["published", "shared"])
        accepted = told & Q(experience__passed_version=F("version"))
        public = signed & Q(is_public=True) & (published | accepted)
        if not is_reader(visitor):
            return self.filter(public)
        readable = Q(proposal__isnull=False) | told
        if visitor.is_editor:
            return self.filter(readable)
        written = Q(proposal__in=Proposal.objects.of(visitor).values("pk"))
        written |= Q(experience__author=visitor.pk)
        own = Q(reviewer=visitor.pk) | (signed & written)
        return self.filter(readable & (own | public))

    def open(self) -> Self:
        """Asked or offered, not signed yet."""
        return self.filter(signed_at__isnull=True, out_at__isnull=True)

    def signed(self) -> Self:
        return self.filter(signed_at__isnull=False, out_at__isnull=True)


class Review(models.Model):
    """What a member without a conflict says about one version of a text, signed and dated."""

    class Kind(models.TextChoices):
        PEER = "peer", _("Peer review")
        ETHICS = "ethics", _("Ethics and legal review")

    class Verdict(models.TextChoices):
        ACCEPT = "accept", _("Accept")
        REVISE = "revise", _("Revise first")
        REJECT = "reject", _("Do not call it reviewed")

    #: One of the two: see ``subject``.
    proposal = models.ForeignKey(
        Proposal, models.CASCADE, null=True, blank=True, related_name="reviews"
    )
    experience = models.ForeignKey(
        Experience, models.CASCADE, null=True, blank=True, related_name="reviews"
    )
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
            *(
                models.UniqueConstraint(
                    fields=[of, "reviewer"],
                    condition=Q(signed_at__isnull=True, out_at__isnull=True),
                    name=f"one_open_review_of_{of}",
                )
                for of in ("proposal", "experience")
            ),
            *(
                models.UniqueConstraint(
                    fields=[of, "reviewer", "version"],
                    condition=Q(signed_at__isnull=False),
                    name=f"one_signature_of_{of}",
                )
                for of in ("proposal", "experience")
            ),
            models.CheckConstraint(
                condition=Q(proposal__isnull=True, experience__isnull=False)
                | Q(proposal__isnull=False, experience__isnull=True),
                name="review_of_one_text",
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
        return self.subject.review_url

    @property
    def subject(self) -> Proposal | Experience:
        """What it is about."""
        return self.proposal or self.experience  # type: ignore[return-value]  # one is there

    @property
    def is_open(self) -> bool:
        return self.signed_at is None and self.out_at is None
