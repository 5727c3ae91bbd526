"""Reports and cases, decisions with their reasons, and openings of the seal."""

from __future__ import annotations

from datetime import datetime, timedelta
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


class Case(models.Model):
    """All reports about one thing, until a moderator decides."""

    class State(models.TextChoices):
        OPEN = "open", _("To decide")
        DECIDED = "decided", _("Decided")

    #: What we promise: a decision within three days.
    PROMISE = timedelta(days=3)
    flow = Flow({State.OPEN: {State.DECIDED}})

    thing_kind = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "opened_at", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["thing_kind", "thing_id"],
                condition=Q(state="open"),
                name="one_open_case_a_thing",
            )
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:case", args=[self.pk])

    @property
    def ref(self) -> Ref:
        return Ref(self.thing_kind, self.thing_id)

    @property
    def due_at(self) -> datetime:
        return self.opened_at + self.PROMISE


class Report(models.Model):
    """Somebody says that a thing breaks the law or the house rules. No account is needed."""

    class State(models.TextChoices):
        OPEN = "open", _("To decide")
        CLOSED = "closed", _("Closed")

    class Category(models.TextChoices):
        RULES = "rules", _("It breaks the house rules")
        PERSONAL = "personal", _("It shows or tells too much about a person")
        HATE = "hate", _("Hate, threats or a call for violence")
        LABEL = "label", _("It was shared further than its label allows")
        ADVERT = "advert", _("Advertising or spam")
        ILLEGAL = "illegal", _("It is against another law")
        CHILD = "child", _("Sexual abuse of a child")

    #: So long a reporter can still be written to.
    KEPT = timedelta(days=365)
    flow = Flow({State.OPEN: {State.CLOSED}})

    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="reports")
    thing_kind = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    url = models.CharField(_("exact address"), max_length=500, blank=True)
    category = models.CharField(
        _("what it is about"), max_length=10, choices=Category, default=Category.RULES
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    reporter_name = models.CharField(_("name"), max_length=80, blank=True)
    reporter_email = models.CharField(_("email"), max_length=254, blank=True)
    in_good_faith = models.BooleanField(default=False)
    words = models.TextField(_("what is wrong with it"), max_length=4000)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    conclusion = models.TextField(_("what you found"), max_length=2000, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"report {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:case", args=[self.case_id])

    @property
    def ref(self) -> Ref:
        return Ref(self.thing_kind, self.thing_id)


class Decision(models.Model):
    """What moderators did about a thing, and why. Written before it takes effect, never changed.

    A later decision about the same thing is a row of its own.
    """

    class Measure(models.TextChoices):
        KEEP = "keep", _("It stays")
        HIDE = "hide", _("Hidden")
        RELEASE = "release", _("Published")
        DECLINE = "decline", _("Not published")
        RESTORE = "restore", _("Shown again")

    class Ground(models.TextChoices):
        NONE = "", _("No ground for a measure")
        LAW = "law", _("Against the law")
        RULES = "rules", _("Against the house rules")

    class Source(models.TextChoices):
        REPORT = "report", _("reports")
        OWN = "own", _("our own reading")

    RESTRICTING = (Measure.HIDE, Measure.DECLINE)

    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="decisions")
    thing_kind = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    #: Whose thing it is; nobody for a guest's.
    concerned = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    measure = models.CharField(max_length=10, choices=Measure)
    ground = models.CharField(max_length=10, choices=Ground, blank=True)
    reference = models.CharField(max_length=80, blank=True)  # "rules@2026-1#names"
    facts = models.TextField(_("facts and circumstances"), max_length=5000, blank=True)
    reason = models.CharField(_("reason in a sentence"), max_length=300, blank=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.REPORT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["thing_kind", "thing_id", "id"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(measure__in=["hide", "decline"])
                | (~Q(ground="") & ~Q(reference="") & ~Q(facts="") & ~Q(reason="")),
                name="no_restriction_without_reasons",
            )
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("moderation:decision", args=[self.pk])

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
