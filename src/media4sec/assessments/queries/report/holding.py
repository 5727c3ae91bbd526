"""Whether what was decided about a version still holds: for its report, and for the verify page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from media4sec.assessments.models import Check, Decision, Version

#: With these somebody decided about a version.
DECIDED = (Decision.Kind.APPROVE, Decision.Kind.CONDITIONS, Decision.Kind.REFUSE)


@dataclass(frozen=True)
class Holding:
    words: str
    sentence: str
    tone: str  # of its status: "ok", "wait", "stop"

    @property
    def is_in_force(self) -> bool:
        return self.tone == "ok"


def is_decided(version: Version) -> bool:
    return version.decisions.filter(kind__in=DECIDED).exists()


def holding_of(version: Version, day: date) -> Holding:
    """In two words and in a sentence; it says nothing else of the check."""
    check = version.check_of
    # What came back is answered under the next number: only its sending takes the place of this.
    sent = check.version - (check.state == Check.State.RETURNED)
    if version.number < sent or check.state == Check.State.SUPERSEDED:
        return Holding(_("Replaced"), _("A newer version takes its place."), "stop")
    if check.state in {Check.State.APPROVED, Check.State.CONDITIONS}:
        return _approved(check, day)
    words, sentence, tone = {
        Check.State.REFUSED: (_("Refused"), _("The decision was: no."), "stop"),
        Check.State.SUSPENDED: (
            _("Suspended"),
            _("The decision does not hold at the moment. Nobody may act on it."),
            "stop",
        ),
        Check.State.REVOKED: (_("Withdrawn"), _("The approval was withdrawn."), "stop"),
        Check.State.EXPIRED: (
            _("Expired"),
            _("The time for which it was decided is over."),
            "stop",
        ),
        Check.State.URGENT: (
            _("Begun before it was finished"),
            _("A commander began it, for a life was in danger. The full check is still to come."),
            "wait",
        ),
        Check.State.RETURNED: (_("Sent back"), _("It was sent back to be changed."), "wait"),
    }.get(
        Check.State(check.state),
        (_("Not decided"), _("Nobody decided about this version yet."), "wait"),
    )
    return Holding(words, sentence, tone)


def _approved(check: Check, day: date) -> Holding:
    if check.valid_until and check.valid_until < day:
        return Holding(_("Expired"), _("The time for which it was decided is over."), "stop")
    if check.is_stale:
        sentence = _("The decision has to be looked at again. Ask before you rely on it.")
        return Holding(_("Approved, to be confirmed"), sentence, "wait")
    words = str(check.get_state_display())
    if not check.valid_until:
        return Holding(words, _("The decision holds."), "ok")
    until = date_format(check.valid_until, "j F Y")
    return Holding(words, _("The decision holds until %(day)s.") % {"day": until}, "ok")
