"""What has to be done for an approval to hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from media4sec.assessments.models import Check, Condition
from media4sec.kit.clock import now
from media4sec.kit.entry import Entry
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.permissions import may
from media4sec.kit.refs import Ref
from media4sec.members.speakers import Byline, Names


@dataclass(frozen=True)
class Row:
    condition: Condition
    by: Byline
    is_overdue: bool
    may_do: bool


def rows_of(check: Check, visitor: Any) -> list[Row]:
    """All of them, the next one first; in as many queries for ten as for one."""
    found = list(check.conditions.select_related("owner"))
    names, day = Names(visitor, [each.owner for each in found]), now().date()
    # Who works on the check may do all of them; who reads it, their own.
    works = may(visitor, "assessments.do_conditions", check)
    return [
        Row(
            condition=each,
            by=names.named(each.owner),
            is_overdue=each.done_at is None and each.due < day,
            may_do=each.done_at is None and (works or each.owner_id == visitor.pk),
        )
        for each in found
    ]


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
