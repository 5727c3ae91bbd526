"""Decisions do not hold for ever: they end, go stale, are suspended, and plans begin anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from media4sec.assessments.models import Answer, Check, Event, Proof, Role, Stale
from media4sec.assessments.queries.answers import newest_answers
from media4sec.assessments.queries.deciding import DECIDED, REPORTED
from media4sec.assessments.queries.table import counting
from media4sec.assessments.services import chain
from media4sec.assessments.services.answering import begin
from media4sec.assessments.services.common import enter
from media4sec.assessments.services.deciding import reason_of
from media4sec.assessments.services.decisions import keep, move
from media4sec.assessments.services.people import ask
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.refs import Ref
from media4sec.members.models import Member

#: How long one has to look whether a stale decision holds, and how early its end is told.
DAYS_TO_CONFIRM, DAYS_BEFORE_END = 90, 14
#: After these nobody acts on a plan until an approver has looked again. Of a new red line the
#: specification says so ("suspended at once"). Where something went wrong, somebody may be
#: harmed again tomorrow: ninety days would be too long.
AT_ONCE = frozenset({Stale.RED_LINE, Stale.INCIDENT})
_REMINDED, _LAPSED = "reminded", "lapsed"


# What changed


@transaction.atomic
def report_change(check: Check, why: str, words: str, *, by: Member) -> Check:
    """Somebody with a part says what changed since the decision: it has to be looked at again."""
    enter(check, "assessments.trigger", by=by)
    if why not in REPORTED:
        raise Refused(_("Choose what changed from the list."))
    words = reason_of(words)
    if check.state not in DECIDED:
        raise Refused(_("Only a decision that holds has to be looked at again."))
    chain.note(check, "reported", by=by, why=why, words=chain.sha256(words))
    record(by, "reported", check)
    return make_stale(check, Stale(why), by=by, words=words)


def make_stale(check: Check, why: Stale, *, by: Any, words: str = "") -> Check:
    """The decision has to be confirmed, or is suspended at once. Whoever calls holds the check.

    What was stale before stays so: a second reason puts no day off. Nor does the first put off
    the day on which the decision ends anyway.
    """
    since, ends = check.stale_since or now(), now().date() + timedelta(days=DAYS_TO_CONFIRM)
    ends = min(ends, check.valid_until or ends)
    stale = {
        "stale_since": since,
        "stale_why": why if why in AT_ONCE or not check.stale_why else check.stale_why,
        "stale_words": "\n\n".join(each for each in (check.stale_words, words) if each),
        "confirm_by": min(ends, check.confirm_by or ends),
    }
    chain.note(check, "stale", by=by, why=str(why))
    if why in AT_ONCE:
        move(check, Check.State.SUSPENDED, **stale)
        record(by, "suspended", check)
    else:
        keep(check, "changed_at", **stale)
        record(by, "stale", check)
    return check


# What the house does every hour: each once, however often it is asked


def renew_due(*, by: Any) -> int:
    """What ended, what ends soon, proofs that lapsed, what nobody confirmed."""
    day = now().date()
    held = Check.objects.filter(state__in=DECIDED)
    steps: tuple[tuple[Iterable[int], Callable[..., bool]], ...] = (
        (_keys(held.filter(valid_until__lt=day)), _expire),
        (_keys(held.filter(confirm_by__lt=day)), _suspend_unconfirmed),
        (_ending_soon(), _remind_of_end),
        ({proof.check_of_id for proof in _lapsed()}, _lapse),
    )
    return sum(do(pk, by=by) for pks, do in steps for pk in sorted(pks))


def _keys(checks: Any) -> list[int]:
    return [*checks.values_list("pk", flat=True)]


@transaction.atomic
def _expire(pk: int, *, by: Any) -> bool:
    check = _held(pk, by=by)
    if check.state not in DECIDED or not check.valid_until or check.valid_until >= now().date():
        return False
    move(check, Check.State.EXPIRED)
    chain.note(check, "expired", by=by, day=check.valid_until.isoformat())
    record(by, "expired", check)
    return True


@transaction.atomic
def _suspend_unconfirmed(pk: int, *, by: Any) -> bool:
    check = _held(pk, by=by)
    if check.state not in DECIDED or not check.confirm_by or check.confirm_by >= now().date():
        return False
    move(check, Check.State.SUSPENDED)
    chain.note(check, "suspended", by=by, why="not_confirmed")
    record(by, "suspended", check)
    return True


def _ending_soon() -> list[int]:
    """What ends within two weeks, and nobody was told."""
    first, last = now().date(), now().date() + timedelta(days=DAYS_BEFORE_END)
    ending = Check.objects.filter(state__in=DECIDED, valid_until__range=(first, last))
    told = Event.objects.filter(action=_REMINDED, check_of__in=ending)
    known = {(pk, facts["day"]) for pk, facts in told.values_list("check_of", "facts")}
    days = ending.values_list("pk", "valid_until")
    return [pk for pk, day in days if (pk, day.isoformat()) not in known]


@transaction.atomic
def _remind_of_end(pk: int, *, by: Any) -> bool:
    check = _held(pk, by=by)
    if pk not in _ending_soon() or check.valid_until is None:
        return False
    chain.note(check, _REMINDED, by=by, day=check.valid_until.isoformat())
    record(by, "ends_soon", check)
    return True


def _lapsed(**only: Any) -> list[Proof]:
    """Accepted proofs that count and lapsed, of decisions that hold, where nobody was told."""
    day = now().date()
    line = Event.objects.filter(
        check_of=OuterRef("check_of"),
        action=_LAPSED,
        thing=Concat(Value("proof:"), Cast(OuterRef("pk"), CharField())),
    )
    accepted = Proof.objects.filter(state=Proof.State.ACCEPTED, **only)
    found = accepted.filter(~Exists(line), valid_until__lt=day, check_of__state__in=DECIDED)
    new = {proof.pk: proof.check_of_id for proof in found}
    counted = counting(Proof.objects.filter(check_of__in={*new.values()}), day)
    return [proof for proof in counted if proof.pk in new]


@transaction.atomic
def _lapse(pk: int, *, by: Any) -> bool:
    check = _held(pk, by=by)
    lapsed = _lapsed(check_of=pk)
    for proof in lapsed:
        chain.note(check, _LAPSED, by=by, thing=f"proof:{proof.pk}")
    if lapsed:
        make_stale(check, Stale.LAPSED, by=by)
    return bool(lapsed)


def _held(pk: int, *, by: Any) -> Check:
    check = Check.objects.get(pk=pk)
    enter(check, "assessments.view_check", by=by)
    return check


# Beginning anew


@transaction.atomic
def revise(check: Check, *, by: Member) -> Check:
    """A new check of the same plan: its answers, to be changed; its people, asked anew. What
    shows something is shown anew, for it may have changed. The old one holds until the new one
    is approved."""
    enter(check, "assessments.revise", by=by)
    if check.is_open or check.state in {Check.State.SUBMITTED, Check.State.SUPERSEDED}:
        raise Refused(_("Only what was decided begins anew."))
    if check.successors.filter(state__in=[*Check.OPEN, Check.State.SUBMITTED]).exists():
        raise Refused(_("Somebody began this anew already. Go on with that check."))
    new = begin(
        by=by,
        title=check.title,
        description=check.description,
        activity=check.activity,
        country=check.country,
        circle=check.circle,
        origin=Ref.parse(check.origin) if check.origin else None,
    )
    keep(new, parent=check)
    _copy_answers(check, new, by=by)
    _ask_again(check, new, by=by)
    chain.note(check, "begun_anew", by=by, successor=new.pk)
    return new


def _copy_answers(old: Check, new: Check, *, by: Member) -> None:
    """By whoever begins anew, for they answer for them from now on."""
    for said in newest_answers(old).values():
        if said.value is None:
            continue
        kept = {name: getattr(said, name) for name in ("question", "value", "words", "comment")}
        answer = Answer.objects.create(check_of=new, by=by, at=now(), **kept)
        chain.note(new, "answered", by=by, thing=f"answer:{answer.pk}", **chain.said(answer))


def _ask_again(old: Check, new: Check, *, by: Member) -> None:
    """Who had a part. Who left the circle meanwhile is not asked."""
    wanted = [(old.author, str(Role.WRITER))]
    parts = old.parts.standing().select_related("member")  # type: ignore[attr-defined]
    wanted += [(part.member, part.role) for part in parts if part.role != Role.OWNER]
    for member, role in wanted:
        if member.pk != by.pk:
            with suppress(Refused):
                ask(new, by=by, member=member, role=role)
