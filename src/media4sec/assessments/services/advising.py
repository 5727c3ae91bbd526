"""What reviewers think of a version: signed, and never changed."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.assessments.models import ADVISERS, Check, Opinion
from media4sec.assessments.rules import roles_of
from media4sec.assessments.services import chain
from media4sec.assessments.services.common import enter
from media4sec.assessments.services.signing import sign
from media4sec.assessments.services.submitting import (
    ReadAnotherVersion,
    moment_after,
    statement_of,
    version_of,
)
from media4sec.kit import typed
from media4sec.kit.activity import record
from media4sec.kit.errors import Refused
from media4sec.members.models import Member

LONGEST_OPINION = 4_000


@transaction.atomic
def advise(check: Check, *, by: Member, role: str, advice: str, words: str, seen: str) -> Opinion:
    """Sign what one thinks. ``seen`` is the hash of the version that was read."""
    enter(check, "assessments.advise", by=by)
    if role not in ADVISERS or role not in roles_of(by, check):
        raise Refused(_("Choose a part in which you review this check."))
    if check.state != Check.State.SUBMITTED:
        raise Refused(_("This check is not in review now. Your words are not signed."))
    version = version_of(check)
    if seen != version.sha256:
        raise ReadAnotherVersion
    if advice not in Opinion.Advice.values:
        raise Refused(_("Choose what you advise."))
    ask = _("Say in a sentence or two why.")
    words = typed.clean_words(words, most=LONGEST_OPINION, least=1, ask=ask)
    if version.opinions.filter(by=by, role=role).exists():
        raise Refused(_("You have signed what you think of this version. It stays as you said it."))
    made = Opinion(version=version, by=by, role=role, advice=advice, words=words)
    made.at = moment_after(version)
    said = statement_of(version, by=by, role=role, advice=advice, words=chain.sha256(words))
    made.statement, made.signature = sign({**said, "at": made.at.isoformat()})
    made.save(force_insert=True)
    facts = {"role": role, "advice": advice, "sha256": chain.sha256(made.statement)}
    chain.note(check, "advised", by=by, thing=f"opinion:{made.pk}", **facts)
    record(by, "advised", check)
    return made
