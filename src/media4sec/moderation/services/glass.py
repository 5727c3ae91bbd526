"""The glass: ask to open, consent, refuse, read what is sealed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.entry import Entry
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import require
from media4sec.kit.rooms import kind_of
from media4sec.members.models import AccessLog, Member
from media4sec.moderation.models import Opening, Report


@dataclass(frozen=True)
class Sealed:
    """What a moderator sees behind the glass."""

    entry: Entry
    author: Member | None


@transaction.atomic
def ask_to_open(report: Report, *, by: Member, scope: str, reason: str) -> Opening:
    """The first key: a moderator says what they need to see of a reported thing, and why."""
    require(by, "moderation.ask_to_open", report)
    require(by, "moderation.handle", report)
    if report.state != Report.State.OPEN:
        raise Refused(_("This report is closed. Only an open report is a reason to look."))
    if report.openings.of(by).filter(state=Opening.State.ASKED).exists():
        raise Refused(_("You have asked already. A second moderator has to answer."))
    opening = Opening.objects.create(
        report=report, scope=scope, reason=reason, asked_by=by, asked_at=now()
    )
    record(by, "asked to open", opening, within=report)
    return opening


@transaction.atomic
def consent(opening: Opening, *, by: Member, answer: str = "") -> Opening:
    """The second key. From now on the seal is open for a day, and the log says so."""
    opening = _answer(opening, Opening.State.CONSENTED, by=by, answer=answer)
    opening.ends_at = now() + Opening.LASTS
    opening.save(update_fields=["ends_at"])
    _write_access_log(opening, _("Two moderators opened the seal of this thing: %(reason)s"))
    record(by, "consented", opening, within=opening.report)
    return opening


@transaction.atomic
def refuse(opening: Opening, *, by: Member, answer: str) -> Opening:
    """The second moderator says no, and why."""
    opening = _answer(opening, Opening.State.REFUSED, by=by, answer=answer)
    record(by, "refused", opening, within=opening.report)
    return opening


@transaction.atomic
def read_sealed(opening: Opening, *, by: Member) -> Sealed:
    """What is behind the glass; every look is a line in the logs."""
    require(by, "moderation.read_sealed", opening)
    ref = opening.report.ref
    things = list(kind_of(ref).fetch([ref.pk]))
    if not things:
        raise Refused(_("This thing has been deleted."))
    _write_access_log(opening, _("A moderator read this sealed thing: %(reason)s"))
    record(by, "read sealed", opening, within=opening.report)
    author = things[0].author if opening.scope == Opening.Scope.NAME else None
    return Sealed(kind_of(ref).entry(things[0]), author)


def _answer(opening: Opening, state: str, *, by: Member, answer: str) -> Opening:
    require(by, "moderation.answer_opening", opening)
    require(by, "moderation.handle", opening.report)
    # Two moderators may answer at the same time: the first answer stands.
    opening.refresh_from_db(from_queryset=Opening.objects.select_for_update())
    Opening.flow.check(opening.state, state)
    opening.state, opening.answer = state, answer
    opening.answered_by, opening.answered_at = by, now()
    opening.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    return opening


def _write_access_log(opening: Opening, sentence: str) -> None:
    """One line for the author, one for the circle's hosts; neither names a moderator."""
    ref = opening.report.ref
    for thing in kind_of(ref).fetch([ref.pk]):
        entry = kind_of(ref).entry(thing)
        line = {
            "sentence": sentence % {"reason": opening.reason},
            "thing_kind": ref.kind,
            "thing_id": ref.pk,
            "at": now(),
        }
        AccessLog.objects.create(member_id=thing.author_id, **line)
        if entry.circle_id:
            AccessLog.objects.create(circle_id=entry.circle_id, **line)
