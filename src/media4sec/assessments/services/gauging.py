"""How high a risk is held to be. Raising counts at once; lowering, when a second one agrees."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.assessments.evaluation import Levels, Row
from media4sec.assessments.models import Check, Gauge
from media4sec.assessments.queries.answers import Standing, standing_of
from media4sec.assessments.services import chain
from media4sec.assessments.services.common import enter
from media4sec.kit import typed
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.members.models import Member

SHORTEST_REASON, LONGEST_GAUGE = 10, 2_000


@transaction.atomic
def gauge(
    check: Check, risk: str, *, severity: int, likelihood: int, reason: str, by: Member
) -> Gauge:
    """Set a risk. Lower on either axis, than the rules or than what is set, is lowering."""
    enter(check, "assessments.gauge", by=by)
    levels = (severity, likelihood)
    if not {*levels} <= {1, 2, 3, 4}:
        raise Refused(_("Choose both levels from the list."))
    standing = standing_of(check)
    row, floor = row_of(standing, risk), standing.floor_of(risk)
    if levels == row.gross:
        raise Refused(_("The risk is at these levels already. Choose others."))
    ask = _("Say why in a sentence or two.")
    made = Gauge(
        check_of=check,
        risk=risk,
        severity=severity,
        likelihood=likelihood,
        reason=typed.clean_words(reason, most=LONGEST_GAUGE, least=SHORTEST_REASON, ask=ask),
        lowers=is_lower(levels, floor) or is_lower(levels, row.gross),
        floor_severity=floor[0],
        floor_likelihood=floor[1],
        by=by,
        at=now(),
    )
    # What waits was about levels that are no more, or may soon be no more.
    for waiting in check.gauges.filter(risk=risk, dropped_at=None):
        if waiting.waits:
            _drop(waiting, by=by)
    made.save(force_insert=True)
    _note(made, "lowered_risk" if made.lowers else "raised_risk", by=by)
    return made


@transaction.atomic
def agree_to_gauge(made: Gauge, *, by: Member) -> Gauge:
    """The second reviewer: from now on the lower levels count."""
    _enter_waiting(made, by=by)
    if made.by_id == by.pk:
        raise Refused(_("You proposed this yourself. Another reviewer has to agree."))
    floor = standing_of(made.check_of).floor_of(made.risk)
    if is_lower(made.floor, floor):
        raise Refused(
            _("Rules or answers changed since: the risk is higher now. Set it anew, with reasons.")
        )
    made.second, made.second_at = by, now()
    made.save(update_fields=["second", "second_at"])
    _note(made, "agreed_to_risk", by=by)
    return made


@transaction.atomic
def drop_gauge(made: Gauge, *, by: Member) -> None:
    """Lower levels that wait: taken back by who proposed them, or not agreed to by another."""
    _enter_waiting(made, by=by)
    _drop(made, by=by)


def row_of(standing: Standing, risk: str) -> Row:
    """The risk in the result, or a sentence."""
    found = next((row for row in standing.result.risks if row.key == risk), None)
    if found is None:
        raise Refused(_("This check shows no such risk any more."))
    return found


def is_lower(levels: Levels, before: Levels) -> bool:
    """On one axis at least; what the other one does makes up for nothing."""
    return levels[0] < before[0] or levels[1] < before[1]


def _enter_waiting(made: Gauge, *, by: Member) -> None:
    enter(made.check_of, "assessments.gauge", by=by)
    made.refresh_from_db()
    if not made.waits:
        raise Refused(_("Nothing waits here any more. Look at the page again."))


def _drop(made: Gauge, *, by: Member) -> None:
    made.dropped_at = now()
    made.save(update_fields=["dropped_at"])
    _note(made, "dropped_risk", by=by)


def _note(made: Gauge, action: str, *, by: Member) -> None:
    chain.note(
        made.check_of,
        action,
        by=by,
        thing=f"gauge:{made.pk}",
        risk=made.risk,
        levels=[*made.levels],
        floor=[*made.floor],
        sha256=chain.sha256(made.reason),
    )
