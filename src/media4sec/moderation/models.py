"""Reports, and openings of the seal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from media4sec.kit.clock import now
from media4sec.kit.flow import Flow
from media4sec.kit.refs import Ref
from media4sec.members.models import is_reader


class Report(models.Model):
    """Somebody says that a thing breaks the law or the house rules."""

    class State(models.TextChoices):
        OPEN = "open", _("To decide")
        CLOSED = "closed", _("Closed")

    thing_kind = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    words = models.TextField(_("what is wrong with it"), max_length=4000)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    conclusion = models.TextField(_("what you found"), max_length=2000, blank=True)

    flow = Flow({State.OPEN: {State.CLOSED}})

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"report {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:report", args=[self.pk])

    @property
    def ref(self) -> Ref:
        return Ref(self.thing_kind, self.thing_id)


class OpeningQuerySet(models.QuerySet["Opening"]):
    def in_force(self) -> Self:
        return self.filter(state=Opening.State.CONSENTED, ends_at__gt=now())

    def of(self, moderator: Any) -> Self:
        return self.filter(asked_by=moderator.pk) if is_reader(moderator) else self.none()


class Opening(models.Model):
    """A moderator breaks the glass: for one report, with a second key, for one day."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for the second key")
        CONSENTED = "consented", _("Open")
        REFUSED = "refused", _("Refused")

    class Scope(models.TextChoices):
        WORDS = "words", _("The text only")
        NAME = "name", _("The text and who wrote it")

    LASTS = timedelta(hours=24)
    flow = Flow({State.ASKED: {State.CONSENTED, State.REFUSED}})

    report = models.ForeignKey(Report, models.PROTECT, related_name="openings")
    scope = models.CharField(_("what you need to see"), max_length=10, choices=Scope)
    reason = models.TextField(_("why this is necessary"), max_length=2000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(_("your reason"), max_length=2000, blank=True)
    ends_at = models.DateTimeField(null=True)

    objects = OpeningQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("asked_by")),
                name="two_keys_two_hands",
                violation_error_message=_("The second key belongs to somebody else."),
            )
        ]

    def __str__(self) -> str:
        return f"opening {self.pk}"

    @property
    def is_in_force(self) -> bool:
        return bool(self.state == self.State.CONSENTED and self.ends_at and self.ends_at > now())
