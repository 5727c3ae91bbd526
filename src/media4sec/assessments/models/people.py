"""Who has a part in a check."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from media4sec.assessments.models.checks import Check
from media4sec.members.models import is_reader


class Role(models.TextChoices):
    """What somebody does in a check. Its author is none of them."""

    WRITER = "writer", _("Answers with the author")
    OWNER = "owner", _("Owner")
    OFFICER = "officer", _("Data-protection officer")
    LEGAL = "legal", _("Legal reviewer")
    ETHICS = "ethics", _("Ethics reviewer")
    COMMUNITY = "community", _("Community reviewer")
    APPROVER = "approver", _("Approver")
    AUDITOR = "auditor", _("Auditor")


#: They say what they think of a version. The officer advises, and never decides (GDPR Art. 35(2),
#: Directive (EU) 2016/680 Art. 34).
ADVISERS = (Role.OFFICER, Role.LEGAL, Role.ETHICS, Role.COMMUNITY)
#: They change what is checked: none of them decides about it.
HANDS = (Role.WRITER, Role.OWNER)


class PartQuerySet(models.QuerySet["Part"]):
    def visible_to(self, visitor: Any) -> Self:
        """For whoever reads the check: its people know each other. That a part of one's own is
        over one learns too, in the circle: it names the check no more."""
        if not is_reader(visitor):
            return self.none()
        read = Check.objects.visible_to(visitor).order_by().values("pk")
        own = Q(member=visitor.pk, check_of__circle__in=visitor.circle_ids)
        return self.filter(Q(check_of__in=read) | own)

    def standing(self) -> Self:
        """Those who are asked or take part now."""
        return self.filter(state__in=Part.STANDING)


class Part(models.Model):
    """One role of one member in one check, from the day they were asked."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        TAKEN = "taken", _("Takes part")
        DECLINED = "declined", _("Declined")
        ENDED = "ended", _("Removed")

    STANDING = frozenset({State.ASKED, State.TAKEN})

    check_of = models.ForeignKey(Check, models.CASCADE, related_name="parts")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=Role)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    note = models.TextField(_("why them"), blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due = models.DateField(_("until when"), null=True, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)  # why they said no
    ended_at = models.DateTimeField(null=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_of", "member", "role"],
                condition=Q(state__in=["asked", "taken"]),
                name="one_part_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_of_id}: {self.role}"

    def get_absolute_url(self) -> str:
        return reverse("assessments:part", args=[self.pk])

    @property
    def is_standing(self) -> bool:
        return self.state in self.STANDING
