"""What can be found: one row for every searchable thing of the house."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from modelsearch import index

from media4sec.kit.marking import Label
from media4sec.kit.models import Face, Theme
from media4sec.kit.refs import Ref
from media4sec.members.audience import can_read
from media4sec.members.models import Circle


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    def public(self) -> Self:
        return self.filter(label=Label.CLEAR)


class SearchEntry(index.Indexed, models.Model):
    """One thing as the door "search" lets it pass: no author where Chatham House holds,
    no text where only the title may be found."""

    kind = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    #: A part goes by the title of its whole, a reply by its topic's: it is not found by it.
    is_part = models.BooleanField(default=False)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    circle = models.ForeignKey(Circle, models.CASCADE, null=True, related_name="+")
    label = models.CharField(max_length=20, choices=Label)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    theme = models.ForeignKey(Theme, models.SET_NULL, null=True, related_name="+")
    other_theme = models.ForeignKey(Theme, models.SET_NULL, null=True, related_name="+")
    face = models.CharField(max_length=4, choices=Face, blank=True)
    language = models.CharField(max_length=8, blank=True)
    at = models.DateTimeField()

    objects = SearchEntryQuerySet.as_manager()

    # modelsearch: what its index knows, and that services write it, not signals.
    search_fields = [index.SearchField("title"), index.SearchField("body")]
    search_auto_update = False

    class Meta:
        verbose_name_plural = "search entries"
        constraints = [
            models.UniqueConstraint(fields=["kind", "thing_id"], name="one_search_entry_a_thing")
        ]
        indexes = [
            # The counts on the public home, answered without opening a row.
            models.Index(
                fields=["label", "kind", "face", "theme", "other_theme"], name="search_counts"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def is_open_to(self, visitor: Any) -> bool:
        """The house's reading rule; RED things have no row at all."""
        return can_read(visitor, self)

    @property
    def ref(self) -> Ref:
        return Ref(self.kind, self.thing_id)
