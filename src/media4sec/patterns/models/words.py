"""The fixed words of the room: what facets and forms choose from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Actor(models.TextChoices):
    """Who acts in a practice."""

    POLICE = "police", _("Police")
    CITIZENS = "citizens", _("Citizens")
    CRIMINALS = "criminals", _("Offenders")
    PLATFORMS = "platforms", _("Platforms")
    BUSINESSES = "businesses", _("Businesses")


class Platform(models.TextChoices):
    """Where it happens, by kind: names of firms come and go."""

    ANY = "any", _("Any platform")
    GROUP_MESSAGING = "group-messaging", _("Group messaging")
    PUBLIC_POSTS = "public-posts", _("Short public posts")
    LIVE_VIDEO = "live-video", _("Live video")
    PICTURES = "pictures-and-video", _("Pictures and video")
    FORUMS = "forums", _("Forums")
    NEIGHBOURHOOD = "neighbourhood-apps", _("Neighbourhood apps")
    OWN = "own-channels", _("Own channels")
    HIDDEN = "hidden-services", _("Hidden services")


class Phase(models.TextChoices):
    BEFORE = "before", _("Before")
    DURING = "during", _("During")
    AFTER = "after", _("After")
    EVERYDAY = "everyday", _("Everyday")


class Outcome(models.TextChoices):
    """What came of it, in the words of who tried it."""

    WORKED = "worked", _("Worked")
    PROMISING = "promising", _("Promising")
    MIXED = "mixed", _("Mixed")
    DID_NOT_WORK = "did_not_work", _("Did not work")
    HARMED = "harmed", _("Harmed")

    @property
    def tone(self) -> str:
        """The status it is shown as."""
        return _OUTCOME_TONES[self]


_OUTCOME_TONES = {
    Outcome.WORKED: "ok",
    Outcome.PROMISING: "ok",
    Outcome.MIXED: "wait",
    Outcome.DID_NOT_WORK: "no",
    Outcome.HARMED: "no",
}


class Evidence(models.IntegerChoices):
    """How it is known (after the stages of testing that practice banks use)."""

    NONE = 0, _("None recorded yet")
    STORY = 1, _("A story")
    OWN_FIGURES = 2, _("Own figures")
    LOCAL = 3, _("Local evaluation")
    INDEPENDENT = 4, _("Independent evaluation")
    SYSTEMATIC = 5, _("Systematic review")


class Size(models.TextChoices):
    """How big the place is."""

    VILLAGE = "village", _("Village or neighbourhood")
    TOWN = "town", _("Town, up to 100,000 people")
    CITY = "city", _("City, up to 1 million people")
    METROPOLIS = "metropolis", _("Larger city")
    REGION = "region", _("Region")
    COUNTRY = "country", _("Whole country")


class Variation(models.TextChoices):
    """Whether what was tried is what was described."""

    SAME = "same", _("Done the same way")
    CHANGED = "changed", _("Changed for our place")


class LawKind(models.TextChoices):
    NEVER = "never", _("Never")
    CARE = "care", _("Take care")
    ALLOWED = "allowed", _("Allowed if")


class Relation(models.TextChoices):
    """How one pattern stands to another, as it is kept: from the first to the second."""

    WITH = "with", _("Use together")
    BEFORE = "before", _("Use before")
    SPECIALISES = "specialises", _("A special case of")
    INSTEAD = "instead", _("Use instead of")


class Relative(models.TextChoices):
    """What another pattern is to this one: a relation as it is read on one of its two pages."""

    WITH = "with", _("Use together")
    BEFORE = "before", _("Use before")
    AFTER = "after", _("Use after")
    SPECIALISES = "specialises", _("A special case of")
    GENERALISES = "generalises", _("Has this special case")
    INSTEAD = "instead", _("Use instead of")
    AVOID = "avoid", _("Avoid: use this instead")

    @property
    def back(self) -> Relative:
        """The same relation, read on the other page."""
        return _BACK.get(self) or next(one for one, other in _BACK.items() if other == self)


_BACK = {
    Relative.WITH: Relative.WITH,
    Relative.BEFORE: Relative.AFTER,
    Relative.SPECIALISES: Relative.GENERALISES,
    Relative.INSTEAD: Relative.AVOID,
}

#: The five boxes of EMMIE, with the question each answers.
EMMIE = {
    "effect": (_("Effect"), _("Does it work?")),
    "mechanism": (_("Mechanism"), _("Why does it work?")),
    "moderators": (_("Moderators"), _("Where and for whom?")),
    "implementation": (_("Implementation"), _("What does it take?")),
    "economics": (_("Cost"), _("What does it cost?")),
}
#: How good the evidence in a box is: 0 to 4, in words.
QUALITY = (_("None"), _("Experience only"), _("Limited"), _("Moderate"), _("Strong"))
