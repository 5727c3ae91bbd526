"""Conditions of an approval: done by whoever has to, and not forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.assessments.models import Check, Condition
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.queries.deciding import against
from media4sec.assessments.services import chain
from media4sec.assessments.services.common import enter
from media4sec.assessments.services.decisions import move
from media4sec.kit import typed
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import require
from media4sec.members.models import Member

LONGEST_SHOWN = 2_000
#: Days before the day it is due, and after it.
SOON, LONG_OVERDUE = 7, 30


@transaction.atomic
def fulfil(condition: Condition, shown: str, *, by: Member) -> Condition:
    """It is done, and this shows it. With the last one the approval has no conditions any more."""
    require(by, "assessments.do_condition", condition)
    check = condition.check_of
    enter(check, "assessments.view_check", by=by)
    condition.refresh_from_db(fields=["done_at", "owner"])
    require(by, "assessments.do_condition", condition)
    if condition.done_at:
        raise Refused(_("Somebody has said already that this is done."))
    ask = _("Say what shows that it is done.")
    condition.shown = typed.clean_words(shown, most=LONGEST_SHOWN, least=4, ask=ask)
    condition.done_at = now()
    condition.save(update_fields=["shown", "done_at"])
    said = chain.sha256(condition.shown)
    chain.note(check, "fulfilled", by=by, thing=f"condition:{condition.pk}", shown=said)
    record(by, "fulfilled", condition, within=check)
    is_left = check.conditions.filter(done_at=None).exists()
    # A red line that was drawn since is not crossed by ticking off the last condition.
    if check.state == Check.State.CONDITIONS and not is_left and not against(standing_of(check)):
        move(check, Check.State.APPROVED)
        chain.note(check, "all_fulfilled", by=by)
        record(by, "all_fulfilled", check)
    return condition


def remind_of_conditions(*, by: Any) -> int:
    """Once a week before its day, once when that is over, and once a month later: then those who
    lead the check hear of it, too. Nothing is suspended by that: its page says it is overdue."""
    soon = now().date() + timedelta(days=SOON)
    left = Condition.objects.filter(done_at=None, due__lte=soon)
    found = left.filter(check_of__state__in=Check.IN_FORCE)
    waiting = [each.pk for each in found if _due_verb(each)]
    return sum(_remind(pk, by=by) for pk in waiting)


@transaction.atomic
def _remind(pk: int, *, by: Any) -> bool:
    """Under the lock, for two tasks may run at once."""
    condition = Condition.objects.select_related("check_of").get(pk=pk)
    enter(condition.check_of, "assessments.view_check", by=by)
    condition.refresh_from_db(fields=["done_at", "reminded_at", "due"])
    verb = _due_verb(condition)
    if condition.done_at or not verb or not condition.check_of.is_in_force:
        return False
    condition.reminded_at = now()
    condition.save(update_fields=["reminded_at"])
    record(by, verb, condition, within=condition.check_of)
    if verb == "long_overdue":
        record(by, "condition_overdue", condition.check_of)
    return True


def _due_verb(condition: Condition) -> str:
    """What has to be said today, and was not said yet."""
    day = now().date()
    told = condition.reminded_at.date() if condition.reminded_at else None
    long_ago = condition.due + timedelta(days=LONG_OVERDUE)
    steps = (
        ("long_overdue", day > long_ago, told is None or told <= long_ago),
        ("overdue", day > condition.due, told is None or told <= condition.due),
        ("due", day >= condition.due - timedelta(days=SOON), told is None),
    )
    return next((verb for verb, is_time, is_new in steps if is_time and is_new), "")
