"""Sending a check to its reviewers: what they read is frozen, and named by its hash."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media4sec.assessments.models import Check, Decision, Part, Role, Version
from media4sec.assessments.packs.schema import Kind
from media4sec.assessments.queries.answers import Standing, standing_of
from media4sec.assessments.queries.deciding import newest_version
from media4sec.assessments.services import chain
from media4sec.assessments.services.common import enter, packs_of
from media4sec.assessments.services.freezing import freeze
from media4sec.assessments.services.signing import sign
from media4sec.kit import typed
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.members.models import Member

LONGEST_REASON = 4_000


class ReadAnotherVersion(Refused):
    """What was signed is not what is in review now."""

    def __init__(self) -> None:
        super().__init__(
            _("A newer version was sent while you were reading. Read it first, then say it again.")
        )


@transaction.atomic
def submit(check: Check, *, by: Member) -> Version:
    """From now on nobody changes an answer, until it comes back."""
    enter(check, "assessments.submit", by=by)
    Check.flow.check(check.state, Check.State.SUBMITTED)
    # Set first: what was said of an earlier version is not on the table of this one.
    check.version = check.versions.count() + 1
    check.save(update_fields=["version"])
    standing = standing_of(check)
    if missing := missing_of(standing):
        raise Refused(missing)
    version = freeze(standing, by=by)
    check.state, check.packs = Check.State.SUBMITTED, packs_of(check.country)
    check.version, check.changed_at, check.finish_by = version.number, now(), None
    check.save(update_fields=["state", "packs", "version", "changed_at", "finish_by"])
    record(by, "sent", check)
    return version


def missing_of(standing: Standing) -> list[str]:
    """Why it cannot be sent yet, a sentence each."""
    check, result = standing.check, standing.result
    said = []
    if check.circle_id is None:
        said.append(_("Put the check into a circle first: its reviewers are people of it."))
    elif not has_approver(check):
        said.append(_("Ask somebody to approve it first."))
    if result.unanswered:
        words = " ".join(standing.questions[key].text for key in result.unanswered[:3])
        count = len(result.unanswered)
        more = ngettext(
            "%(count)d question is open: %(words)s",
            "%(count)d questions are open, first of all: %(words)s",
            count,
        )
        said.append(more % {"count": count, "words": words})
    said += [
        _("Nobody can approve this, so it is not sent: %(line)s.") % {"line": title}
        for title in absolute_lines(standing)
    ]
    return said


def absolute_lines(standing: Standing) -> list[str]:
    """The red lines that are surely crossed, and that nobody opens."""
    titles = standing.book.whole.red_lines
    return [
        titles[line.key].title
        for line in standing.result.red_lines
        if line.kind == Kind.ABSOLUTE and not line.is_assumed
    ]


def has_approver(check: Check) -> bool:
    """Whether somebody who reads it is asked to decide."""
    asked = check.parts.filter(role=Role.APPROVER, state__in=Part.STANDING)
    inside = asked.filter(member__memberships__circle=check.circle_id)
    return inside.filter(member__is_active=True, member__suspended_at=None).exists()


@transaction.atomic
def take_back(check: Check, *, by: Member) -> None:
    """Whoever began it answers again. What was said of the version stays with that version."""
    enter(check, "assessments.take_back", by=by)
    _return(check)
    chain.note(check, "taken_back", by=by, thing=f"version:{version_of(check).number}")
    record(by, "taken_back", check)


@transaction.atomic
def send_back(check: Check, *, by: Member, reason: str, seen: str = "") -> Decision:
    """A reviewer or approver says what has to change. ``seen``: the hash of what they read."""
    enter(check, "assessments.send_back", by=by)
    version = version_of(check)
    if seen and seen != version.sha256:
        raise ReadAnotherVersion
    ask = _("Say what has to change.")
    words = typed.clean_words(reason, most=LONGEST_REASON, least=1, ask=ask)
    _return(check)
    kind = Decision.Kind.RETURN
    said = statement_of(version, by=by, decision=kind, reason=chain.sha256(words))
    made = Decision(version=version, by=by, kind=kind, reason=words, at=moment_after(version))
    made.statement, made.signature = sign({**said, "at": made.at.isoformat()})
    made.save(force_insert=True)
    chain.note(
        check, "returned", by=by, thing=f"decision:{made.pk}", sha256=chain.sha256(made.statement)
    )
    record(by, "returned", check)
    return made


def version_of(check: Check) -> Version:
    """What was sent last."""
    found = newest_version(check)
    if found is None:
        raise Refused(_("This check was not sent to reviewers yet."))
    return found


def statement_of(version: Version, *, by: Member, **more: Any) -> dict[str, Any]:
    """What everything that is signed says: of which check, which version, by whom."""
    return {
        "check": version.check_of_id,
        "version": version.number,
        "sha256": version.sha256,
        "by": by.pk,
        **more,
    }


def moment_after(version: Version) -> Any:
    """Now. A clock that was set back puts nothing before what it is about."""
    return max(now(), version.sent_at)


def _return(check: Check) -> None:
    """It is the next version that is answered now: what was said of the last one stays there."""
    Check.flow.check(check.state, Check.State.RETURNED)
    check.state, check.changed_at = Check.State.RETURNED, now()
    check.version = check.versions.count() + 1
    check.save(update_fields=["state", "changed_at", "version"])
