"""What every text has that members review, whatever it is."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models

#: After so many years somebody looks whether it is still right.
REVIEW_AFTER = 2


class UnderReview(models.Model):
    """A text of which each review is of one version: it has passed when a peer review and an
    ethics and legal review accept the same one. It has ``reviews``, and an author."""

    version = models.PositiveIntegerField(default=1)
    passed_version = models.PositiveIntegerField(default=0)  # which both reviews accepted

    author: Any
    author_id: int
    reviews: Any

    class Meta:
        abstract = True

    @property
    def is_in_review(self) -> bool:
        """Whether it waits for what reviewers say."""
        raise NotImplementedError

    @property
    def has_passed(self) -> bool:
        """Whether both reviews accepted the text as it is now."""
        return self.passed_version == self.version

    @property
    def review_url(self) -> str:
        """Where a member takes a review of it, writes and signs it."""
        raise NotImplementedError


def years_from(day: date, years: int) -> date:
    """The same day so many years later; the 28th for the 29th of February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
