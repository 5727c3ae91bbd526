"""Deciding: the statement of reasons is written first, then it takes effect, then it is told."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from media4sec.kit import mail, standing
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.markdown import clean_line, clean_text
from media4sec.kit.marking import Door, Extent, extent
from media4sec.kit.models import Moderated
from media4sec.kit.permissions import THE_HOUSE, require
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of
from media4sec.members.models import Member
from media4sec.moderation import conduct, queries
from media4sec.moderation.models import Case, Decision, Opening, Report
from media4sec.moderation.services import reporting

Measure = Decision.Measure
_DID = {
    Measure.HIDE: "hid",
    Measure.RELEASE: "released",
    Measure.DECLINE: "declined",
    Measure.RESTORE: "restored",
}


@transaction.atomic
def keep(case: Case, *, by: Member, reason: str) -> Decision:
    """Nothing is done: the thing stays, and the reporters are told why. That can be decided of
    what nobody has read, too, once a second moderator has refused to open its seal."""
    was_refused = Opening.objects.filter(report__case=case, state=Opening.State.REFUSED).exists()
    thing = _enter_case(case, by=by, may_be_unread=was_refused)
    if not clean_text(reason):
        raise Refused(_("Say in a sentence why it stays. The reporters read it."))
    is_unread = not queries.has_read(thing, case=case, moderator=by)
    facts = str(_("It was not read: a second moderator did not agree to open its seal."))
    decision = _write(
        thing, Measure.KEEP, by=by, case=case, reason=reason, facts=facts if is_unread else ""
    )
    _end_case(case, decision, thing)
    return decision


@transaction.atomic
def hide(case: Case, *, by: Member, reference: str, facts: str, reason: str) -> Decision:
    """The thing leaves a marked gap; its author and the reporters are told why."""
    thing = _enter_case(case, by=by)
    if not isinstance(thing, Moderated):
        raise Refused(_("This cannot be hidden here. Its editors can take it back."))
    decision = _write(
        thing, Measure.HIDE, by=by, case=case, reference=reference, facts=facts, reason=reason
    )
    standing.hide(thing, decision=decision.pk, reason=decision.reason)
    _take_effect(decision, thing)
    _end_case(case, decision, thing)
    return decision


@transaction.atomic
def release(thing: Any, *, by: Member) -> Decision:
    """What was held is there for its readers."""
    require(by, "moderation.decide", thing)
    _check_read(thing, case=None, by=by)
    decision = _write(thing, Measure.RELEASE, by=by, source=Decision.Source.OWN)
    standing.release(thing, decision=decision.pk)
    _take_effect(decision, thing)
    return decision


@transaction.atomic
def decline(thing: Any, *, by: Member, reference: str, facts: str, reason: str) -> Decision:
    """What was held is not published; whoever wrote it is told why."""
    require(by, "moderation.decide", thing)
    _check_read(thing, case=None, by=by)
    decision = _write(
        thing,
        Measure.DECLINE,
        by=by,
        reference=reference,
        facts=facts,
        reason=reason,
        source=Decision.Source.OWN,
    )
    standing.decline(thing, decision=decision.pk, reason=decision.reason)
    _take_effect(decision, thing)
    return decision


@transaction.atomic
def restore(decision: Decision, *, by: Member, reason: str) -> Decision:
    """What was hidden or declined is shown again, as it was before."""
    thing = _thing_of(decision.ref)
    require(by, "moderation.decide", thing)
    if not clean_text(reason):
        raise Refused(_("Say in a sentence why it is shown again. Its author reads it."))
    if thing.decision_id != decision.pk or not thing.is_withheld:
        raise standing.DecidedMeanwhile
    again = _write(thing, Measure.RESTORE, by=by, case=decision.case, reason=reason)
    standing.restore(thing, decision=again.pk)
    _take_effect(again, thing)
    return again


def _enter_case(case: Case, *, by: Member, may_be_unread: bool = False) -> Any:
    """Gate and lock: the second of two moderators is told that the first has decided."""
    require(by, "moderation.handle", case)
    case.refresh_from_db(from_queryset=Case.objects.select_for_update())
    Case.flow.check(case.state, Case.State.DECIDED)
    thing = _thing_of(case.ref)
    require(by, "moderation.decide", thing)
    if not may_be_unread:
        _check_read(thing, case=case, by=by)
    return thing


def _check_read(thing: Any, *, case: Case | None, by: Member) -> None:
    if not queries.has_read(thing, case=case, moderator=by):
        raise Refused(_("You have not read it. Open the seal first, with a second moderator."))


def _thing_of(ref: Ref) -> Any:
    found: models.Model | None = next(iter(kind_of(ref).fetch([ref.pk])), None)
    if found is None:
        raise Refused(_("This thing has been deleted. Close the reports."))
    return found


def _write(
    thing: Any,
    measure: str,
    *,
    by: Member,
    case: Case | None = None,
    reference: str = "",
    facts: str = "",
    reason: str = "",
    source: str = Decision.Source.REPORT,
) -> Decision:
    """The statement of reasons. It is there before anything takes effect."""
    facts, reason = clean_text(facts), clean_line(reason)
    if measure in Decision.RESTRICTING:
        _check_reasons(reference, facts, reason)
    here = Ref.to(thing)
    return Decision.objects.create(
        case=case,
        thing_kind=here.kind,
        thing_id=here.pk,
        concerned_id=getattr(thing, "author_id", None),
        measure=measure,
        ground=conduct.ground_of(reference),
        reference=reference,
        facts=facts,
        reason=reason[:300],
        source=source,
        by=by,
        at=now(),
    )


def _check_reasons(reference: str, facts: str, reason: str) -> None:
    if reference not in conduct.references():
        raise Refused(_("Choose the law or house rule it breaks."))
    if not facts:
        raise Refused(_("Say which facts you relied on."))
    if not reason:
        raise Refused(_("Give the reason in a sentence. It stands in the gap."))
    if len(facts) > 5000 or len(reason) > 300:
        raise Refused(_("Shorten the facts to 5,000 characters and the reason to 300."))


def _take_effect(decision: Decision, thing: Any) -> None:
    """In the log of the thing nobody is named; in the log of the case the moderator is."""
    verb = _DID[Measure(decision.measure)]
    record(THE_HOUSE, verb, thing, reason=decision.reason)
    if decision.measure != Measure.RELEASE:
        record(decision.by, "decided", decision, within=decision.case)
    _tell_author(decision, thing)


def _tell_author(decision: Decision, thing: Any) -> None:
    """The statement by mail, as far as the label lets words travel; the page has all of it."""
    travels = _travels(thing)
    is_whole = _travels(thing, Extent.FULL)  # facts may quote
    context = {
        "number": decision.pk,
        "measure": decision.measure,
        "reason": decision.reason if travels else "",
        "facts": decision.facts if is_whole else "",
        "reference": conduct.said(decision.reference) if travels else "",
        "is_law": decision.ground == Decision.Ground.LAW,
        "from_reports": decision.source == Decision.Source.REPORT,
        "url": "",
    }
    author: Member | None = getattr(thing, "author", None)
    if author is None:
        kind_of(decision.ref).write(thing, "moderation/mail/decision", context)
        return
    # Whoever closed their account has no address any more.
    if decision.measure != Measure.RELEASE and author.is_active:
        context["url"] = f"{settings.SITE_URL}{decision.get_absolute_url()}"
        mail.send("moderation/mail/decision", to=author.email, context=context)


def _travels(thing: Any, least: Extent = Extent.TITLE) -> bool:
    """Whether a letter may say so much of it."""
    entry = kind_of(Ref.to(thing)).entry(thing)
    return extent(entry.label, Door.MAIL) >= least


def _end_case(case: Case, decision: Decision, thing: Any) -> None:
    outcome = {
        "measure": decision.measure,
        "reason": decision.reason if _travels(thing) else "",
    }
    case.state, case.decided_at = Case.State.DECIDED, now()
    case.save(update_fields=["state", "decided_at"])
    for report in case.reports.filter(state=Report.State.OPEN).select_related("reporter"):
        reporting.end(report, by=decision.by, conclusion=decision.reason)
        reporting.tell_reporter(report, "moderation/mail/outcome", outcome)
    if decision.measure == Measure.KEEP:
        record(decision.by, "decided", decision, within=case)
