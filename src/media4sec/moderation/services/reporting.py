"""Putting a thing before the moderators, with an account or without."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.utils.translation import gettext as _

from media4sec.kit import mail
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.markdown import clean_line, clean_text
from media4sec.kit.permissions import THE_HOUSE, require
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of
from media4sec.members.models import Member
from media4sec.moderation.models import Case, Report

Category = Report.Category


@transaction.atomic
def report(
    thing: models.Model,
    *,
    by: Any,
    words: str,
    category: str = Category.RULES,
    name: str = "",
    email: str = "",
    url: str = "",
    in_good_faith: bool = True,
) -> Report:
    """Put a thing before the moderators; the writer is not told who did."""
    words = clean_text(words)
    if not words:
        raise Refused(_("Say what is wrong with it."))
    if not in_good_faith:
        raise Refused(_("Tick that you believe your report to be true and complete."))
    mine = by if by.is_authenticated else None
    name, email = ("", "") if mine else _who(name, email, category)
    case = _case_of(Ref.to(thing))
    known = _sent_already(case, mine, email, words[:4000])
    if known:
        return known
    made = Report.objects.create(
        case=case,
        thing_kind=case.thing_kind,
        thing_id=case.thing_id,
        category=Category(category),
        reporter=mine,
        reporter_name=name,
        reporter_email=email,
        url=url[:500],
        in_good_faith=in_good_faith,
        words=words[:4000],
        made_at=now(),
    )
    record(mine or THE_HOUSE, "reported", made, within=case)
    tell_reporter(made, "moderation/mail/receipt", {})
    return made


def _sent_already(case: Case, mine: Member | None, email: str, words: str) -> Report | None:
    """A member reports a thing once; a page that was sent twice is one report, one receipt."""
    if mine and case.reports.filter(reporter=mine, state=Report.State.OPEN).exists():
        raise Refused(_("You have reported this already. The moderators will look at it."))
    again = case.reports.filter(reporter=None, reporter_email=email, words=words)
    return again.first() if email else None


def _who(name: str, email: str, category: str) -> tuple[str, str]:
    """Name and address of whoever has no account; abuse of children is reported without."""
    name, email = clean_line(name)[:80], clean_line(email)
    if category == Category.CHILD and not email:
        return name, ""
    if not name:
        raise Refused(_("Enter your name. The writer is not told who reported."))
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(_("Enter your email address, such as name@example.org.")) from error
    return name, email


def _case_of(ref: Ref) -> Case:
    """Reports about one thing are one case, while nobody has decided.

    The case is locked: a report that comes while somebody decides begins a new one.
    """
    case, is_new = Case.objects.select_for_update().get_or_create(
        thing_kind=ref.kind,
        thing_id=ref.pk,
        state=Case.State.OPEN,
        defaults={"opened_at": now()},
    )
    if is_new:
        record(THE_HOUSE, "opened", case)
    return case


def tell_reporter(made: Report, template: str, context: dict[str, Any]) -> None:
    """A letter to whoever reported, if they left an address. It says nothing of the thing."""
    member = made.reporter
    address = made.reporter_email if member is None else member.email if member.is_active else ""
    if address:
        mail.send(template, to=address, context={"number": made.pk, **context})


@transaction.atomic
def close(report: Report, *, by: Member, conclusion: str) -> Report:
    """End a report with what was found, where there is nothing left to decide about."""
    require(by, "moderation.close", report)
    require(by, "moderation.handle", report)
    if report.case_id:
        Case.objects.select_for_update().get(pk=report.case_id)
    report.refresh_from_db(from_queryset=Report.objects.select_for_update())
    if list(kind_of(report.ref).fetch([report.thing_id])):
        raise Refused(_("It is still there. Decide about it, and say why."))
    Report.flow.check(report.state, Report.State.CLOSED)
    end(report, by=by, conclusion=conclusion)
    tell_reporter(report, "moderation/mail/outcome", {"measure": "gone"})
    case = report.case
    if case and not case.reports.filter(state=Report.State.OPEN).exists():
        case.state, case.decided_at = Case.State.DECIDED, now()
        case.save(update_fields=["state", "decided_at"])
    record(by, "closed", report, within=case)
    return report


def end(report: Report, *, by: Member, conclusion: str) -> None:
    """What a decision does to each report of its case."""
    report.state, report.conclusion = Report.State.CLOSED, conclusion
    report.closed_by, report.closed_at = by, now()
    report.save(update_fields=["state", "conclusion", "closed_by", "closed_at"])


@transaction.atomic
def forget_reporters() -> None:
    """House-keeping: a year after the end nobody needs to be written to any more."""
    old = Report.objects.filter(closed_at__lt=now() - Report.KEPT)
    old.exclude(reporter_email="", reporter_name="").update(reporter_email="", reporter_name="")
