"""A life is in danger: a command now, the whole check within a day. Absolute lines still stop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.assessments.models import Check, Decision
from media4sec.assessments.queries import deciding as queries
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.services import chain
from media4sec.assessments.services.common import enter
from media4sec.assessments.services.deciding import reason_of
from media4sec.assessments.services.decisions import Word, move, write_decision
from media4sec.assessments.services.freezing import freeze
from media4sec.kit import typed
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.members.models import Member

#: From the command to the day the whole check has to be with reviewers.
HOURS = 24
LONGEST_OFFICE = 150


@transaction.atomic
def command(check: Check, reason: str, *, by: Member, commander: str) -> Decision:
    """Begin before the check is finished. ``commander`` is an office, not a person's name."""
    enter(check, "assessments.command", by=by)
    Check.flow.check(check.state, Check.State.URGENT)
    standing = standing_of(check)
    _refuse(queries.against_acting_first(standing))
    ask = _("Say which office commands this.")
    office = typed.clean_words(commander, most=LONGEST_OFFICE, least=4, ask=ask)
    said = _("Commanded by: %(office)s") % {"office": office}
    word = Word(Decision.Kind.COMMAND, f"{said}\n\n{reason_of(reason)}")
    version = freeze(standing, by=by)
    decision = write_decision(version, word, by=by, result=standing.result)
    ends = now() + timedelta(hours=HOURS)
    move(check, Check.State.URGENT, finish_by=ends)
    record(by, "commanded", check)
    return decision


def follow_urgent(*, by: Any) -> int:
    """Stop what was begun in danger to life: where the day is over and nobody has sent it, and
    where further answers crossed an absolute line."""
    urgent = Check.objects.filter(state=Check.State.URGENT)
    return sum(_follow(check, by=by) for check in urgent)


@transaction.atomic
def _follow(check: Check, *, by: Any) -> bool:
    why = _why_it_stops(check)
    if not why:
        return False
    enter(check, "assessments.suspend", by=by)
    why = _why_it_stops(check)
    if not why:
        return False
    move(check, Check.State.SUSPENDED, finish_by=None)
    chain.note(check, "suspended", by=by, why=why)
    record(by, why, check)
    return True


def _why_it_stops(check: Check) -> str:
    if check.state != Check.State.URGENT:
        return ""
    if check.finish_by is None or check.finish_by <= now():
        return "not_finished"
    # What is not known yet stopped the beginning, and does not stop a rescue.
    try:
        lines = queries.never_allowed(standing_of(check))
    except Refused:  # the rules do not know its activity any more: its day ends all the same
        return ""
    return "crossed" if any(not line.is_assumed for line in lines) else ""


def _refuse(found: list[str]) -> None:
    if found:
        raise Refused(found)
