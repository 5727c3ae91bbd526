"""Remarks under things of other rooms, and how a guest can be reached."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from media4sec.kit.models import Moderated
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kinds
from media4sec.members.models import is_reader

#: So many remarks stand on one page of a thing.
PAGE = 50


def under_readable(visitor: Any) -> Q:
    """Remarks are for the readers of their thing: never more, never fewer."""
    rule = Q(pk__in=[])
    for kind in kinds().values():
        if kind.takes_replies:
            things = kind.visible_to(visitor).order_by().values("pk")
            rule |= Q(thing_kind=kind.name, thing_id__in=things)
    return rule


class RemarkQuerySet(models.QuerySet["Remark"]):
    def visible_to(self, visitor: Any) -> Self:
        """What may be read; what moderators hold or hid only by the member who wrote it."""
        said = Q(standing=Remark.Standing.VISIBLE)
        if is_reader(visitor):
            said |= Q(author=visitor.pk)
        return self.there().filter(said, under_readable(visitor))

    def there(self) -> Self:
        """Confirmed, and not withdrawn."""
        return self.filter(confirmed_at__isnull=False, deleted_at__isnull=True)

    def under(self, ref: Ref) -> Self:
        return self.filter(thing_kind=ref.kind, thing_id=ref.pk)

    def on_the_page(self, ref: Ref) -> Self:
        """What its page shows in order, marked gaps among them: threads, each with its answers."""
        shown = self.under(ref).filter(confirmed_at__isnull=False)
        shown = shown.exclude(standing=Remark.Standing.HELD)
        return shown.order_by(Coalesce("thread_id", "id"), "id")


class Remark(Moderated):
    """What a member or a guest left under a thing. It is shared as its thing is."""

    class Doubt(models.TextChoices):
        """Why a guest's remark waits for a moderator."""

        FIRST = "first", _("the first reply from this address")
        ALL = "all", _("every guest reply waits here")
        LINKS = "links", _("it has several links")
        REPEAT = "repeat", _("the same text was left before")
        EARLIER = "earlier", _("an earlier reply from this address was not published")

    WORDS = {"guest_name": "", "body": "", "body_html": ""}

    thing_kind = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    thread = models.ForeignKey("self", models.CASCADE, null=True, related_name="answers")
    answers_to = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    guest_name = models.CharField(_("name"), max_length=60, blank=True)
    body = models.TextField(_("reply"))
    body_html = models.TextField()
    doubt = models.CharField(max_length=10, choices=Doubt, blank=True)
    posted_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)  # a guest's: by the link in the letter
    deleted_at = models.DateTimeField(null=True)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["thing_kind", "thing_id", "id"]),
            models.Index(fields=["standing", "posted_at"]),
            models.Index(fields=["posted_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(author__isnull=True) | Q(confirmed_at__isnull=False),
                name="members_need_no_letter",
            )
        ]

    def __str__(self) -> str:
        return f"remark {self.pk}"

    def get_absolute_url(self) -> str:
        return f"/replies/{self.pk}/"

    @property
    def ref(self) -> Ref:
        """What it stands under."""
        return Ref(self.thing_kind, self.thing_id)

    @property
    def is_by_guest(self) -> bool:
        return self.author_id is None

    @property
    def root_id(self) -> int:
        return self.thread_id or self.pk


class Guest(models.Model):
    """How to reach who left a remark without an account. No page, list or export reads this.

    The address itself is here only while it is needed: until a moderator has decided, or as
    long as its owner wants letters. What stays is a keyed hash, and after a year nothing.
    """

    CONFIRM_WITHIN = timedelta(days=7)
    KEPT = timedelta(days=365)
    #: So long after a decision its letter may still be on its way.
    SETTLED = timedelta(days=2)

    remark = models.OneToOneField(Remark, models.CASCADE, related_name="guest")
    digest = models.CharField(max_length=64, db_index=True)
    email = models.CharField(max_length=254, blank=True)
    wants_letters = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["made_at"])]

    def __str__(self) -> str:
        return f"guest of remark {self.remark_id}"
