"""Deciding about a version: yes, yes with conditions, no; suspending, lifting, taking back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.assessments.models import Check, Condition, Decision, Opinion, Version
from media4sec.assessments.queries import deciding as queries
from media4sec.assessments.queries.answers import Standing, standing_of
from media4sec.assessments.services import chain
from media4sec.assessments.services.common import enter, packs_of
from media4sec.assessments.services.decisions import Word, keep, move, write_decision
from media4sec.assessments.services.freezing import content_of, freeze
from media4sec.assessments.services.submitting import version_of
from media4sec.kit import typed
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.members.models import Member

SHORTEST_REASON, LONGEST_REASON = 10, 4_000
LONGEST_CONDITION, MOST_CONDITIONS = 1_000, 60
#: Nothing has to be looked at again.
FRESH: dict[str, Any] = {
    "stale_since": None,
    "stale_why": "",
    "stale_words": "",
    "confirm_by": None,
}


@dataclass(frozen=True)
class Wanted:
    """A condition, as whoever decides words it."""

    text: str
    owner: Member
    due: date
    key: str = ""  # of what is missing, where it stands for that


@dataclass(frozen=True)
class Ruling:
    """What is decided about the version that was on the page: ``seen`` is its hash, ``table`` that
    of what followed from it there."""

    seen: str
    table: str = ""
    reason: str = ""
    attested: tuple[str, ...] = ()
    #: None: as long as the rules let it hold.
    valid_until: date | None = None
    conditions: tuple[Wanted, ...] = ()


# What was said of the version


@transaction.atomic
def take_opinion(opinion: Opinion, taken: str, *, by: Member, why: str = "") -> Opinion:
    """Accept an opinion, or overrule it with a reason. Until the decision one may think again."""
    check = opinion.version.check_of
    enter(check, "assessments.decide", by=by)
    if check.state != Check.State.SUBMITTED or version_of(check) != opinion.version:
        raise Refused(_("This opinion is not of a version that waits for a decision."))
    if taken not in Opinion.Taken.values:
        raise Refused(_("Say whether you accept this opinion or overrule it."))
    is_overruled = taken == Opinion.Taken.OVERRULED
    why = reason_of(why) if is_overruled else typed.clean_words(why, most=LONGEST_REASON)
    opinion.taken, opinion.taken_why = taken, why
    opinion.taken_by, opinion.taken_at = by, now()
    opinion.save(update_fields=["taken", "taken_why", "taken_by", "taken_at"])
    chain.note(
        check,
        "took_opinion",
        by=by,
        thing=f"opinion:{opinion.pk}",
        taken=taken,
        why=chain.sha256(why),
    )
    return opinion


# Yes and no


@transaction.atomic
def approve(check: Check, ruling: Ruling, *, by: Member) -> Decision:
    """Yes, under conditions where there are any. Nobody says yes across a red line."""
    enter(check, "assessments.decide", by=by)
    version = _seen(check, ruling)
    to = _state_after(check, ruling)
    Check.flow.check(check.state, to)
    standing = standing_of(check)
    _refuse(queries.against_version(version, standing), queries.not_taken(version))
    if ruling.table and ruling.table != queries.table_hash(standing):
        raise Refused(_("What follows changed since you opened the page. Read it first."))
    decision = _say_yes(version, standing, ruling, _kind_of(to), by=by)
    move(check, to, valid_until=decision.valid_until, finish_by=None)
    _take_the_place(check, by=by)
    record(by, "decided", check)
    return decision


@transaction.atomic
def refuse(check: Check, ruling: Ruling, *, by: Member) -> Decision:
    """No, with a reason. What is planned may not be done."""
    enter(check, "assessments.decide", by=by)
    version = _seen(check, ruling)
    word = Word(Decision.Kind.REFUSE, reason_of(ruling.reason))
    Check.flow.check(check.state, Check.State.REFUSED)
    decision = write_decision(version, word, by=by, result=standing_of(check).result)
    move(check, Check.State.REFUSED, finish_by=None)
    record(by, "decided", check)
    return decision


# After a yes


@transaction.atomic
def suspend(check: Check, reason: str, *, by: Member) -> Decision:
    """Nobody acts on it until an approver lifts this."""
    enter(check, "assessments.suspend", by=by)
    word = Word(Decision.Kind.SUSPEND, reason_of(reason))
    move(check, Check.State.SUSPENDED, finish_by=None)
    decision = write_decision(version_of(check), word, by=by)
    record(by, "suspended", check)
    return decision


@transaction.atomic
def revoke(check: Check, reason: str, *, by: Member) -> Decision:
    """Take an approval back, for good."""
    enter(check, "assessments.revoke", by=by)
    word = Word(Decision.Kind.REVOKE, reason_of(reason))
    if queries.last_yes(check) is None:
        raise Refused(_("There is no approval to take back."))
    move(check, Check.State.REVOKED, valid_until=None, **FRESH)
    decision = write_decision(version_of(check), word, by=by)
    record(by, "revoked", check)
    return decision


@transaction.atomic
def confirm(check: Check, ruling: Ruling, *, by: Member) -> Decision:
    """The decision still holds, under the rules of today: on a new version, as signed anew."""
    enter(check, "assessments.confirm", by=by)
    if check.state not in {Check.State.APPROVED, Check.State.CONDITIONS} or not check.is_stale:
        raise Refused(_("There is nothing to confirm: the decision holds, or is over."))
    return _say_yes_again(check, ruling, by=by)


@transaction.atomic
def lift(check: Check, ruling: Ruling, *, by: Member) -> Decision:
    """Approve again what was suspended, under the rules of today."""
    enter(check, "assessments.lift", by=by)
    if check.state != Check.State.SUSPENDED:
        raise Refused(_("This check is not suspended."))
    return _say_yes_again(check, ruling, by=by)


def hash_of_today(check: Check) -> str:
    """Of the version that a confirmation would freeze now: what is read is what is signed."""
    return chain.sha256(content_of(standing_of(check)))


# How they do it


def _say_yes_again(check: Check, ruling: Ruling, *, by: Member) -> Decision:
    """Only what was approved before; and never longer than it was. ``check.version`` stays: what
    reviewers said of the version they read is still on the table."""
    before = queries.last_yes(check)
    if before is None:
        raise Refused(_("Nobody approved it yet. Begin it anew, and send it to reviewers."))
    if check.valid_until is None or check.valid_until < now().date():
        raise Refused(_("The time it was approved for is over. Begin it anew."))
    standing = standing_of(check)
    if queries.answers_of(standing) != before.version.content["answers"]:
        raise Refused(_("Answers changed since it was approved. Begin it anew."))
    _refuse(queries.too_early(version_of(check)))
    ends = min(check.valid_until, queries.last_day(standing))
    version = freeze(standing, by=by)
    if version.sha256 != ruling.seen:
        raise Refused(_("What follows changed since you opened the page. Read it first."))
    to = _state_after(check, ruling)
    decision = _say_yes(version, standing, ruling, Decision.Kind.CONFIRM, by=by, ends=ends)
    if check.state != to:
        move(check, to)
    keep(
        check,
        valid_until=decision.valid_until,
        packs=packs_of(check.country),
        changed_at=now(),
        **FRESH,
    )
    record(by, "confirmed", check)
    return decision


def _say_yes(
    version: Version,
    standing: Standing,
    ruling: Ruling,
    kind: Decision.Kind,
    *,
    by: Member,
    ends: date | None = None,
) -> Decision:
    _refuse(queries.against(standing), queries.without_opinions(standing))
    if {*map(str, queries.ATTESTATIONS)} != {*ruling.attested}:
        raise Refused(_("Tick every sentence you sign. If one is not true, you cannot approve."))
    wanted = _conditions(standing, ruling)
    last = ends or queries.last_day(standing)
    valid_until = ruling.valid_until or last
    if not standing.day <= valid_until <= last:
        said = {"day": last.isoformat()}
        raise Refused(_("Choose a day from today to %(day)s, as long as a decision holds.") % said)
    word = Word(
        kind=kind,
        reason=typed.clean_words(ruling.reason, most=LONGEST_REASON),
        attested=tuple(map(str, queries.ATTESTATIONS)),
        valid_until=valid_until,
        conditions=tuple((each.text, each.owner.pk, each.due.isoformat()) for each in wanted),
    )
    decision = write_decision(version, word, by=by, result=standing.result)
    for each in wanted:
        Condition.objects.create(
            check_of=standing.check,
            decision=decision,
            text=each.text,
            key=each.key,
            owner=each.owner,
            due=each.due,
        )
    return decision


def _conditions(standing: Standing, ruling: Ruling) -> list[Wanted]:
    check = standing.check
    if len(ruling.conditions) > MOST_CONDITIONS:
        said = {"most": MOST_CONDITIONS}
        raise Refused(_("Write %(most)d conditions or fewer.") % said)
    people = {each.pk for each in queries.people_of(check)}
    missing = {each.key for each in queries.missing(standing)}
    ask = _("Say what has to be done.")
    wanted = [
        replace(
            each,
            text=typed.clean_words(each.text, most=LONGEST_CONDITION, least=4, ask=ask),
            key=each.key if each.key in missing else "",
        )
        for each in ruling.conditions
    ]
    for each in wanted:
        if each.owner.pk not in people:
            raise Refused(_("A condition is for somebody who takes part in this check."))
        if each.due < standing.day:
            raise Refused(_("Choose a day for each condition that is still to come."))
    if missing and not _has_terms(check, ruling):
        raise Refused(
            _(
                "Something this plan calls for is not there yet. Approve it with at least one"
                " condition."
            )
        )
    return wanted


def _has_terms(check: Check, ruling: Ruling) -> bool:
    """Whether something is left to be done: by this ruling, or by one before it."""
    return bool(ruling.conditions) or check.conditions.filter(done_at=None).exists()


def _state_after(check: Check, ruling: Ruling) -> Check.State:
    return Check.State.CONDITIONS if _has_terms(check, ruling) else Check.State.APPROVED


def _kind_of(state: Check.State) -> Decision.Kind:
    is_open = state == Check.State.CONDITIONS
    return Decision.Kind.CONDITIONS if is_open else Decision.Kind.APPROVE


def _seen(check: Check, ruling: Ruling) -> Version:
    """The newest version, if that is the one that was read."""
    version = version_of(check)
    if version.sha256 != ruling.seen:
        raise Refused(_("Another version was sent since you opened the page. Read that one first."))
    return version


def _refuse(*several: Iterable[str]) -> None:
    found = [sentence for each in several for sentence in each]
    if found:
        raise Refused(found)


def reason_of(words: str) -> str:
    ask = _("Say why, in a sentence or more.")
    return typed.clean_words(words, most=LONGEST_REASON, least=SHORTEST_REASON, ask=ask)


def _take_the_place(check: Check, *, by: Member) -> None:
    """Of the check that this one was begun from: there is one decision about a plan."""
    if check.parent_id is None:
        return
    old = Check.objects.select_for_update(of=("self",)).get(pk=check.parent_id)
    if Check.flow.allows(old.state, Check.State.SUPERSEDED):
        move(old, Check.State.SUPERSEDED)
        chain.note(old, "superseded", by=by, successor=check.pk)
