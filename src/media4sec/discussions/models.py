"""Topics, replies, and what readers do with them."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from media4sec.kit.marking import Attribution, Label, narrower
from media4sec.kit.models import Face, Moderated, Theme
from media4sec.kit.paging import PAGE_SIZE
from media4sec.members.audience import CIRCLE_LABELS, Shared, SharedQuerySet
from media4sec.members.models import is_reader

#: What may stand behind a topic's number in an address, so that no title is spelt like it.
PAGES_OF_A_TOPIC = {
    "delete",
    "edit",
    "follow",
    "history",
    "lock",
    "mentions",
    "move",
    "narrow",
    "pin",
    "propose-widening",
    "reply",
    "reveal",
    "seal",
    "take-back",
    "unlock",
    "unpin",
    "widen",
    "widening",
}


class TopicQuerySet(SharedQuerySet):
    def unanswered(self) -> Self:
        return self.filter(kind=Topic.Kind.QUESTION, accepted__isnull=True, reply_count=0)

    def standing(self) -> Self:
        """Neither deleted by its author nor hidden by moderators."""
        return self.filter(deleted_at__isnull=True, standing=Moderated.Standing.VISIBLE)


class Topic(Shared, Moderated):
    """A question or a discussion."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        DISCUSSION = "discussion", _("Discussion")

    WORDS = {
        "title": _("Hidden by a moderator"),
        "body": "",
        "body_html": "",
        "attachments": [],
    }

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.QUESTION)
    title = models.CharField(_("title"), max_length=150)
    body = models.TextField(_("text"))
    body_html = models.TextField()
    # At most two, as columns: a list or page needs no further query for them.
    theme = models.ForeignKey(
        Theme, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("theme")
    )
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
    started_at = models.DateTimeField()
    last_post_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    #: Replies that every reader of the topic may read; narrower ones are nobody's count.
    reply_count = models.PositiveIntegerField(default=0)
    #: The number the last reply got; it never goes back.
    last_number = models.PositiveIntegerField(default=0)
    accepted = models.OneToOneField(
        "Reply", models.SET_NULL, null=True, blank=True, related_name="answers"
    )
    # What a page shows of other tables, kept here so that it needs no further query.
    reactions = models.JSONField(default=dict)  # {"helpful": 3}
    attachments = models.JSONField(default=list)  # see kit.uploads.summary
    voices = models.JSONField(default=dict)  # shown group → people: {"research": 1, "": 2}
    link_count = models.PositiveIntegerField(default=0)
    pinned_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    lock_reason = models.CharField(max_length=200, blank=True)

    objects = TopicQuerySet.as_manager()  # type: ignore[misc] # Shared has one of its own

    class Meta:
        ordering = ["-last_post_at", "-id"]
        indexes = [
            models.Index(fields=["-last_post_at", "-id"]),
            models.Index(fields=["-started_at", "-id"]),
            models.Index(fields=["circle", "-last_post_at"]),
            models.Index(fields=["author", "-last_post_at"]),
            models.Index(fields=["theme", "-last_post_at"]),
            models.Index(fields=["other_theme", "-last_post_at"]),
            # RED things are few, and counted on every list.
            models.Index(fields=["author"], name="red_topics", condition=Q(label=Label.RED)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(circle__isnull=False) | ~Q(label__in=CIRCLE_LABELS),
                name="amber_needs_a_circle",
                violation_error_message=_("AMBER is for the members of a circle: choose one."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def slug(self) -> str:
        slug = slugify(self.title)[:60].strip("-") or "topic"
        # "/t/42/history/" is the history of a topic, not a topic called History.
        return f"topic-{slug}" if slug in PAGES_OF_A_TOPIC else slug

    def get_absolute_url(self) -> str:
        return reverse("discussions:topic", args=[self.pk, self.slug])

    @property
    def is_question(self) -> bool:
        return self.kind == self.Kind.QUESTION

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    @property
    def last_page(self) -> int:
        return max(1, -(-self.last_number // PAGE_SIZE))


class ReplyQuerySet(models.QuerySet["Reply"]):
    def standing(self) -> Self:
        """Neither deleted by its author nor hidden by moderators."""
        return self.filter(deleted_at__isnull=True, standing=Moderated.Standing.VISIBLE)

    def visible_to(self, visitor: Any) -> Self:
        """Replies of topics one may read, unless a reply's own label is too narrow for them."""
        # Asked of each reply's own topic: a list of all topics one may read would be long.
        topic = Topic.objects.visible_to(visitor).filter(pk=OuterRef("topic_id"))
        return self.filter(Exists(topic)).within_reach_of(visitor)

    def within_reach_of(self, visitor: Any) -> Self:
        """For a topic that is visible already: what its replies' own narrower labels leave."""
        if not is_reader(visitor):
            return self.filter(Q(label="") | Q(label=Label.CLEAR))
        rule = Q(label__in=["", Label.CLEAR, Label.GREEN]) | Q(author=visitor.pk)
        rule |= Q(label__in=CIRCLE_LABELS, topic__circle_id__in=visitor.circle_ids)
        named = Reply.readers.through.objects.filter(reply_id=OuterRef("pk"), member_id=visitor.pk)
        return self.filter(rule | Q(Q(label=Label.RED), Exists(named)))


class Reply(Moderated):
    """What somebody answered. Its four facts are its topic's, or narrower."""

    WORDS = {"body": "", "body_html": "", "attachments": []}

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="replies")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answers_to = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    body = models.TextField(_("text"))
    body_html = models.TextField()
    label = models.CharField(max_length=20, choices=Label, blank=True)  # "": as the topic
    attribution = models.CharField(max_length=10, choices=Attribution, blank=True)
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    posted_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    reactions = models.JSONField(default=dict)
    attachments = models.JSONField(default=list)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="one_reply_a_number")
        ]
        indexes = [
            models.Index(fields=["author", "-id"]),
            models.Index(fields=["author"], name="red_replies", condition=Q(label=Label.RED)),
        ]

    def __str__(self) -> str:
        return f"reply {self.number} in topic {self.topic_id}"

    def get_absolute_url(self) -> str:
        page = (self.number - 1) // PAGE_SIZE + 1
        query = f"?page={page}" if page > 1 else ""
        return f"{self.topic.get_absolute_url()}{query}#r{self.pk}"

    @property
    def own_label(self) -> Label:
        """The label that holds: the topic's, or this reply's narrower one."""
        return narrower(self.topic.label, self.label)

    @property
    def is_chatham(self) -> bool:
        return self.topic.is_chatham or self.attribution == Attribution.CHATHAM


class Reaction(models.Model):
    """A reader's small word for a topic or reply."""

    class Word(models.TextChoices):
        HELPFUL = "helpful", _("Helpful")
        SAME = "same", _("Same here")
        TRY = "try", _("I will try this")

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+")
    reply = models.ForeignKey(Reply, models.CASCADE, null=True, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    word = models.CharField(max_length=10, choices=Word)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "member", "word"],
                condition=Q(reply__isnull=True),
                name="one_reaction_to_a_topic",
            ),
            models.UniqueConstraint(
                fields=["reply", "member", "word"],
                condition=Q(reply__isnull=False),
                name="one_reaction_to_a_reply",
            ),
        ]

    def __str__(self) -> str:
        return self.word


class Reading(models.Model):
    """How far a member has read a topic. Whether they follow it, the kit knows: its Watch."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="readings")
    number = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "topic"], name="one_reading_a_topic")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.topic_id}: {self.number}"


class WideningProposal(models.Model):
    """A host would like a topic to travel further than its circle allows; its author answers."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="widening_proposals")
    label = models.CharField(_("sharing label"), max_length=20, choices=Label)
    reason = models.CharField(_("reason"), max_length=500)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic"],
                condition=Q(answered_at__isnull=True),
                name="one_open_widening_a_topic",
                violation_error_message=_("The author has been asked already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} → {self.label}"
