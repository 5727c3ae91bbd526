"""Notices and when they become letters; the newsletter and who gets it."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from media4sec.kit.flow import Flow
from media4sec.kit.models import Activity, Theme
from media4sec.kit.refs import Ref


def new_key() -> str:
    """For an address nobody can guess."""
    return secrets.token_urlsafe(20)


class Bookmark(models.Model):
    """How far the log has been read; and within one activity, up to which member."""

    activity = models.BigIntegerField(default=0)
    member = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.activity}.{self.member}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, visitor: Any) -> Self:
        """Notices are for nobody but whom they tell."""
        return self.filter(member=visitor.pk) if visitor.is_authenticated else self.none()

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def due(self, moment: datetime) -> Self:
        """What belongs into a letter now, and is in none."""
        return self.unread().filter(letter__isnull=True, mail_at__lte=moment)


class Notice(models.Model):
    """Something happened that a member wants to know of."""

    class Reason(models.TextChoices):
        MENTIONED = "mentioned", _("You are mentioned")
        ANSWERED = "answered", _("You are answered")
        TOLD = "told", _("Something was done with your words")
        UNDER = "under", _("New in what you follow")
        FOUND = "found", _("Fits a search you keep")
        NEW = "new", _("New")

    #: What speaks to the member, whatever kind of thing it is.
    ADDRESSED = (Reason.MENTIONED, Reason.ANSWERED, Reason.TOLD)

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    searches = models.JSONField(default=list)  # the names of those of theirs that it fits
    thing_kind = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    # What it stands under, itself when under nothing: by this notices are grouped.
    place_kind = models.CharField(max_length=60)
    place_id = models.BigIntegerField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)  # None: in no letter
    letter = models.BigIntegerField(null=True, db_index=True)  # its number; the row goes earlier

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "activity"], name="told_once_a_member")
        ]
        indexes = [
            models.Index(fields=["member", "-id"]),
            models.Index(
                fields=["member"], condition=Q(read_at__isnull=True), name="unread_notices"
            ),
            models.Index(
                fields=["mail_at"],
                condition=Q(read_at__isnull=True, letter__isnull=True),
                name="notices_for_letters",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason}: {self.thing}"

    def get_absolute_url(self) -> str:
        return reverse("digests:notice", args=[self.pk])

    @property
    def thing(self) -> Ref:
        return Ref(self.thing_kind, self.thing_id)

    @property
    def place(self) -> Ref:
        return Ref(self.place_kind, self.place_id)

    @property
    def is_addressed(self) -> bool:
        return self.reason in self.ADDRESSED


class Rhythm(models.Model):
    """How often a member wants letters about a kind of thing, or about what speaks to them."""

    class Pace(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DAILY = "daily", _("Daily")
        WEEKLY = "weekly", _("Weekly")
        NEVER = "never", _("Never")

    #: Stands for a kind: mentions, answers, decisions about one's own words.
    ADDRESSED = "addressed"

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    pace = models.CharField(max_length=10, choices=Pace)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "kind"], name="one_rhythm_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.pace}"


class Mailbox(models.Model):
    """When a member likes letters, and whether they still arrive."""

    class Stop(models.TextChoices):
        WISH = "wish", _("You asked us to stop")
        BOUNCE = "bounce", _("They came back")

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    time_zone = models.CharField(_("your time zone"), max_length=60, blank=True)  # "": the site's
    quiet_from = models.PositiveSmallIntegerField(default=21)
    quiet_until = models.PositiveSmallIntegerField(default=7)
    hour = models.PositiveSmallIntegerField(default=7)
    weekday = models.PositiveSmallIntegerField(default=0)
    bounces = models.PositiveSmallIntegerField(default=0)
    bounced_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_because = models.CharField(max_length=10, choices=Stop, blank=True)

    def __str__(self) -> str:
        return f"mailbox of member {self.member_id}"


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def confirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=False)


class Subscriber(models.Model):
    """An address that gets the newsletter once its owner has said yes. Nobody is shown it."""

    email = models.EmailField(_("email address"))
    key = models.CharField(max_length=40, unique=True, default=new_key)  # in their letters' links
    language = models.CharField(_("language"), max_length=10)
    themes = models.ManyToManyField(Theme, verbose_name=_("themes"), blank=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    bounces = models.PositiveSmallIntegerField(default=0)
    bounced_at = models.DateTimeField(null=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_subscriber_an_address")]

    def __str__(self) -> str:
        # Never the address: this string turns up in logs and error pages.
        return f"subscriber {self.pk}"


class IssueQuerySet(models.QuerySet["Issue"]):
    def visible_to(self, visitor: Any) -> Self:
        """What was sent is for everybody. Drafts are read at the desk, by its own rule."""
        return self.exclude(state=Issue.State.DRAFT)


class Issue(models.Model):
    """One newsletter: a few words of the editors, and public things worth reading."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        LEAVING = "leaving", _("On its way")
        SENT = "sent", _("Sent")

    flow = Flow({State.DRAFT: {State.LEAVING}, State.LEAVING: {State.SENT}})

    title = models.CharField(_("title"), max_length=120)
    language = models.CharField(_("language"), max_length=10)
    body = models.TextField(_("what you want to say"), blank=True)
    body_html = models.TextField(blank=True)
    #: The lines as they were public when it was saved; each asks again before it is shown.
    things = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    reached = models.BigIntegerField(default=0)  # the last subscriber whose letter is written

    objects = IssueQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("digests:issue", args=[self.pk])
