"""What has to be done for an approval to hold."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from media4sec.assessments.models import Check, Condition
from media4sec.kit.entry import Entry
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.refs import Ref


def conditions_of(check: Check) -> list[Condition]:
    return list(check.conditions.select_related("owner", "check_of"))


def fetch_conditions(pks: Iterable[int]) -> list[Condition]:
    there = Condition.objects.filter(pk__in=list(pks))
    found = there.exclude(check_of__state=Check.State.WITHDRAWN)
    return list(found.select_related("check_of", "decision").prefetch_related("check_of__readers"))


def writers_of_condition(condition: Condition) -> list[int]:
    """Who has to do it."""
    return [condition.owner_id]


def condition_entry(condition: Condition) -> Entry:
    """A hint for who has to do it; it names nobody, and goes as far as its check."""
    check = condition.check_of
    return Entry(
        ref=Ref.to(condition),
        title=_("What has to be done for a check"),
        text=condition.text,
        html="",
        url=condition.get_absolute_url(),
        label=Label(check.label),
        attribution=Attribution.NAMED,
        author=_("A member"),
        author_id=None,
        at=condition.decision.at,
        circle_id=check.circle_id,
        reader_ids=tuple(sorted(reader.pk for reader in check.readers.all())),
    )
