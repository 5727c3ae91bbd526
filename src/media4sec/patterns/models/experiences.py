"""Experiences: somebody tried something, and says what came of it."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from media4sec.kit.marking import Label
from media4sec.kit.models import Face, Moderated, Theme
from media4sec.members.audience import CIRCLE_LABELS, Shared, SharedQuerySet
from media4sec.patterns.models.clock import Ticking
from media4sec.patterns.models.patterns import Pattern
from media4sec.patterns.models.reviewing import UnderReview
from media4sec.patterns.models.words import Evidence, Outcome, Size, Variation

#: The parts a full entry may have beyond the note, each a short Markdown text, in page order.
PARTS = {
    "aim": _("What we wanted"),
    "steps": _("How we did it"),
    "resources": _("What it took: people, tools, partners"),
    "cost": _("Cost and time"),
    "side_effects": _("What went wrong, and side effects"),
    "legal": _("Legal basis and authorisations"),
    "ethics": _("Ethical questions, and what we did about them"),
    "affected": _("How the people affected saw it"),
    "next_time": _("What we would do next time"),
}

_CONTACT = {
    "none": _("Readers cannot ask you anything."),
    "relay": _("We pass questions on to you. No address changes hands, and a seal stays."),
    "named": _("Your profile says how people reach you."),
}


class ExperienceQuerySet(SharedQuerySet):
    def standing(self) -> Self:
        """Neither taken back by its author nor hidden by moderators."""
        return self.filter(deleted_at__isnull=True, standing=Moderated.Standing.VISIBLE)


class Experience(Ticking, Shared, Moderated, UnderReview):
    """What somebody tried, where, and what happened: a note, or grown to a full entry. Its author
    publishes it; whether members reviewed it is said beside it."""

    class State(models.TextChoices):
        SHARED = "shared", _("Shared, not reviewed")
        REVIEWED = "reviewed", _("Reviewed")

    class Contact(models.TextChoices):
        NONE = "none", _("Not at all")
        RELAY = "relay", _("With questions")
        NAMED = "named", _("Through my profile")

        @property
        def sentence(self) -> str:
            return str(_CONTACT[self.value])

    WORDS = {
        "title": _("Hidden by a moderator"),
        "did": "",
        "happened": "",
        "parts": {},
        "html": {},
        "emmie": {},
        "attachments": [],
        "place": "",
    }

    title = models.CharField(_("title"), max_length=150)
    did = models.TextField(_("what we did"))
    happened = models.TextField(_("what happened"))
    parts = models.JSONField(default=dict)  # name of PARTS → Markdown
    html = models.JSONField(default=dict)  # "did", "happened" and the parts, rendered
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)

    patterns = models.ManyToManyField(Pattern, related_name="experiences", blank=True)
    #: "We tried it too": the experience this one repeats.
    after = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="tried_too"
    )
    variation = models.CharField(_("compared with it"), max_length=8, choices=Variation, blank=True)
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="+", verbose_name=_("theme"))
    other_theme = models.ForeignKey(
        Theme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("other theme"),
    )
    face = models.CharField(_("face"), max_length=4, choices=Face, blank=True)
    country = models.CharField(_("country"), max_length=2)
    place = models.CharField(_("place"), max_length=100, blank=True)
    #: In Chatham House mode: the country would tell who it is, and is shown to nobody.
    hides_country = models.BooleanField(default=False)
    #: It was sealed once: whoever told beside it stays unnamed, whatever its author decides.
    was_sealed = models.BooleanField(default=False)
    size = models.CharField(_("size of the place"), max_length=12, choices=Size, blank=True)
    actors = models.JSONField(_("who acted"), default=list)
    groups = models.JSONField(_("for whom"), default=list)  # for whom: members.models.Group
    platforms = models.JSONField(_("platforms"), default=list)
    phases = models.JSONField(_("when"), default=list)
    language = models.CharField(_("language"), max_length=8, default="en")

    evidence = models.PositiveSmallIntegerField(choices=Evidence, default=Evidence.STORY)
    emmie = models.JSONField(default=dict)
    contact = models.CharField(_("contact"), max_length=6, choices=Contact, default=Contact.NONE)
    attachments = models.JSONField(default=list)  # see kit.uploads.summary
    link_count = models.PositiveIntegerField(default=0)
    #: What it came from (an answer, say) was shared so far: this never goes further.
    widest = models.CharField(max_length=20, choices=Label, blank=True)

    told_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    review_wished_at = models.DateTimeField(null=True)  # until it has passed, or was withdrawn
    review_by = models.DateField(null=True, blank=True)  # of what has passed

    objects = ExperienceQuerySet.as_manager()  # type: ignore[misc] # Shared has one of its own

    class Meta:
        ordering = ["-told_at", "-id"]
        indexes = [
            models.Index(fields=["-told_at", "-id"]),
            models.Index(fields=["circle", "-told_at"]),
            models.Index(fields=["author", "-told_at"]),
            models.Index(fields=["author"], name="red_experiences", condition=Q(label=Label.RED)),
            models.Index(
                fields=["review_wished_at"],
                name="wished_reviews",
                condition=Q(review_wished_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(circle__isnull=False) | ~Q(label__in=CIRCLE_LABELS),
                name="amber_experience_needs_a_circle",
                violation_error_message=_("AMBER is for the members of a circle: choose one."),
            ),
            models.CheckConstraint(
                condition=Q(after__isnull=True) | ~Q(after=F("id")),
                name="no_experience_repeats_itself",
            ),
            models.CheckConstraint(
                condition=Q(review_wished_at__isnull=True) | ~Q(label=Label.RED),
                name="nothing_red_waits_for_a_review",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("patterns:experience", args=[self.pk])

    @property
    def shown_country(self) -> str:
        return "" if self.hides_country else self.country

    @property
    def shown_place(self) -> str:
        """The place, where it gives nobody away."""
        return "" if self.is_chatham else self.place

    @property
    def seals_voices(self) -> bool:
        """Whether those who tell beside it how it was for them are named to nobody."""
        return self.is_chatham or self.was_sealed

    @property
    def is_there(self) -> bool:
        """Neither taken back nor hidden."""
        return self.deleted_at is None and not self.is_withheld

    @property
    def is_note(self) -> bool:
        """Five minutes' worth: nothing beyond what was done and what happened."""
        return not any(self.parts.values())

    @property
    def is_in_review(self) -> bool:
        return self.review_wished_at is not None and self.is_there

    @property
    def state(self) -> str:
        return self.State.REVIEWED if self.has_passed else self.State.SHARED

    @property
    def review_url(self) -> str:
        return reverse("patterns:review_experience", args=[self.pk])
