"""How it was for the people a practice touches, in their own words."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from media4sec.kit.models import Moderated
from media4sec.kit.refs import Ref
from media4sec.members.models import Group, is_reader
from media4sec.patterns.models.experiences import Experience
from media4sec.patterns.models.patterns import Pattern

#: Whose place this is: practitioners tell experiences.
AFFECTED = (Group.COMMUNITY, Group.BUSINESS, Group.USER)


class VoiceQuerySet(models.QuerySet["Voice"]):
    def visible_to(self, visitor: Any) -> Self:
        """For the readers of its thing: never more, never fewer; what moderators hid only for
        who wrote it."""
        said = Q(standing=Moderated.Standing.VISIBLE)
        if is_reader(visitor):
            said |= Q(author=visitor.pk)
        experiences = Experience.objects.visible_to(visitor).standing().order_by()
        readable = Q(pattern__isnull=False) | Q(experience__in=experiences.values("pk"))
        return self.there().filter(said, readable)

    def there(self) -> Self:
        """Not taken back by who wrote it."""
        return self.filter(deleted_at__isnull=True)

    def under(self, ref: Ref) -> Self:
        """Those beside a pattern or an experience."""
        if ref.kind == Pattern._meta.label_lower:
            return self.filter(pattern=ref.pk)
        if ref.kind == Experience._meta.label_lower:
            return self.filter(experience=ref.pk)
        return self.none()


class Voice(Moderated):
    """How it was for us: a neighbour, a shopkeeper, somebody who was online that day."""

    WORDS = {"text": "", "html": ""}

    pattern = models.ForeignKey(
        Pattern, models.CASCADE, null=True, blank=True, related_name="voices"
    )
    experience = models.ForeignKey(
        Experience, models.CASCADE, null=True, blank=True, related_name="voices"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("how it was for you"))
    html = models.TextField()
    said_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    objects = VoiceQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(pattern__isnull=True, experience__isnull=False)
                | Q(pattern__isnull=False, experience__isnull=True),
                name="beside_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"voice {self.pk}"

    def get_absolute_url(self) -> str:
        return f"/voices/{self.pk}/"

    @property
    def thing(self) -> Pattern | Experience:
        """What it stands beside."""
        return self.pattern or self.experience  # type: ignore[return-value]  # one is there

    @property
    def ref(self) -> Ref:
        if self.pattern_id:
            return Ref(Pattern._meta.label_lower, self.pattern_id)
        return Ref(Experience._meta.label_lower, self.experience_id or 0)
