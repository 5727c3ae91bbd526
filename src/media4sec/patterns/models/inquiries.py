"""Questions to whoever told an experience, passed on by the house: no address changes hands."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from media4sec.kit.models import Moderated
from media4sec.members.models import is_reader
from media4sec.patterns.models.experiences import Experience


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def visible_to(self, visitor: Any) -> Self:
        """For the two of them, as long as both may read what it is about."""
        if not is_reader(visitor):
            return self.none()
        readable = Experience.objects.visible_to(visitor).standing().order_by()
        theirs = Q(asker=visitor.pk) | Q(experience__author=visitor.pk)
        return self.filter(theirs, experience__in=readable.values("pk"))


class Inquiry(Moderated):
    """One question and its answer. Who told the experience stays sealed where that is."""

    WORDS = {"text": "", "html": "", "answer": "", "answer_html": ""}

    experience = models.ForeignKey(Experience, models.CASCADE, related_name="inquiries")
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("your question"))
    html = models.TextField()
    asked_at = models.DateTimeField()
    answer = models.TextField(_("your answer"), blank=True)
    answer_html = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "inquiries"
        constraints = [
            models.UniqueConstraint(
                fields=["experience", "asker"],
                condition=Q(answered_at__isnull=True),
                name="one_open_question_a_member",
            ),
        ]

    def __str__(self) -> str:
        return f"inquiry {self.pk}"

    def get_absolute_url(self) -> str:
        return f"/experiences/questions/{self.pk}/"
