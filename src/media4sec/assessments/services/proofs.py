"""Proofs: giving them, taking them back, accepting them. Nothing that was given is overwritten."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.assessments.models import Check, Proof, Stale
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.queries.called import is_called_for
from media4sec.assessments.queries.deciding import DECIDED
from media4sec.assessments.queries.table import counting
from media4sec.assessments.services import chain
from media4sec.assessments.services.common import enter
from media4sec.assessments.services.renewing import make_stale
from media4sec.kit import typed, uploads
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.markdown import clean_line
from media4sec.kit.models import Upload
from media4sec.members.models import Member

LONGEST_PROOF, LONGEST_WHY = 4_000, 2_000
#: As their columns.
_LONGEST = {"statute": 200, "office": 200, "reference": 80}
#: The directive alone, however it is written: it tells states what to allow, and allows nothing.
_DIRECTIVE = re.compile(
    r"\b(law enforcement directive|directive|led|eu|art|arts|article|articles|no|of|the)\b"
    r"|2016/680|[\d\W_]+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Given:
    """What somebody shows, and of an authorisation where it comes from."""

    words: str = ""
    statute: str = ""
    office: str = ""
    reference: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


@transaction.atomic
def give_proof(
    check: Check, of: str, key: str, given: Given, *, by: Member, files: Iterable[Upload] = ()
) -> Proof:
    """One more proof of something the check calls for; those before stay."""
    enter(check, "assessments.prove", by=by)
    if not is_called_for(standing_of(check), of, key):
        raise Refused(_("This check does not call for that. Look at its list again."))
    brought = list(files)
    proof = Proof(
        check_of=check,
        of=of,
        key=key,
        words=typed.clean_words(given.words, most=LONGEST_PROOF),
        valid_from=given.valid_from,
        valid_until=given.valid_until,
        given_by=by,
        given_at=now(),
    )
    if not proof.words and not brought:
        raise Refused(_("Say in a few words what shows it, or add a file."))
    if of == Proof.Of.AUTHORISATION:
        _say_whose(proof, given, check)
    _check_days(proof)
    proof.save(force_insert=True)
    if brought:
        proof.files = [_hashed(each) for each in uploads.attach(brought, to=proof, by=by)]
        proof.save(update_fields=["files"])
    chain.note(check, "gave_proof", by=by, thing=f"proof:{proof.pk}", **facts_of(proof))
    return proof


@transaction.atomic
def take_back_proof(proof: Proof, *, by: Member) -> None:
    """As long as nobody has judged it. That it was there stays in the record."""
    enter(proof.check_of, "assessments.prove", by=by)
    proof.refresh_from_db()
    if proof.given_by_id != by.pk:
        raise Refused(_("Only who gave this takes it back."))
    if proof.state != Proof.State.GIVEN:
        raise Refused(_("It was judged or taken back meanwhile. Give a new one instead."))
    proof.state = Proof.State.TAKEN_BACK
    proof.save(update_fields=["state"])
    chain.note(proof.check_of, "took_proof_back", by=by, thing=f"proof:{proof.pk}", key=proof.key)


@transaction.atomic
def accept_proof(proof: Proof, *, by: Member) -> Proof:
    """From now on it counts, in place of what was accepted for the same thing before."""
    return _judge(proof, Proof.State.ACCEPTED, "", frozenset({Proof.State.GIVEN}), by=by)


@transaction.atomic
def decline_proof(proof: Proof, *, why: str, by: Member) -> Proof:
    """It does not count; neither does one any more that was accepted and turns out wrong."""
    ask = _("Say why, so that something better can be given.")
    why = typed.clean_words(why, most=LONGEST_WHY, least=1, ask=ask)
    both = frozenset({Proof.State.GIVEN, Proof.State.ACCEPTED})
    return _judge(proof, Proof.State.DECLINED, why, both, by=by)


# How they do it


def _judge(
    proof: Proof, state: Proof.State, why: str, out_of: frozenset[Proof.State], *, by: Member
) -> Proof:
    enter(proof.check_of, "assessments.judge_proof", by=by)
    proof.refresh_from_db()
    if proof.given_by_id == by.pk:
        raise Refused(_("You gave this yourself. Another reviewer has to look at it."))
    if not proof.is_judged:
        raise Refused(_("Evidence to an answer is there to be read: nobody has to accept it."))
    if proof.state not in out_of:
        raise Refused(_("It was judged or taken back meanwhile. Look at the page again."))
    if state == Proof.State.ACCEPTED and proof.has_lapsed(now().date()):
        raise Refused(_("It has lapsed already. Ask for a newer one."))
    has_counted = proof.state == Proof.State.ACCEPTED
    proof.state, proof.judged_why = state, why
    proof.judged_by, proof.judged_at = by, now()
    proof.save(update_fields=["state", "judged_why", "judged_by", "judged_at"])
    said = {"key": proof.key, "sha256": facts_of(proof)["sha256"]}
    reason = {"reason": chain.sha256(why)} if why else {}
    thing = f"proof:{proof.pk}"
    chain.note(proof.check_of, f"{state}_proof", by=by, thing=thing, **said, **reason)
    record(by, state, proof, within=proof.check_of)
    if has_counted and proof.check_of.state in DECIDED and not _is_shown(proof):
        # Somebody decided with this on the table.
        make_stale(proof.check_of, Stale.LAPSED, by=by)
    return proof


def _is_shown(proof: Proof) -> bool:
    """Whether something else counts for what this was given for."""
    day = now().date()
    same = Proof.objects.filter(check_of=proof.check_of_id, of=proof.of, key=proof.key)
    return any(not each.has_lapsed(day) for each in counting(same, day))


def facts_of(proof: Proof) -> dict[str, Any]:
    """What the record keeps of a proof: its hashes, and none of its words."""
    days = [each.isoformat() if each else "" for each in (proof.valid_from, proof.valid_until)]
    files = [each["sha256"] for each in proof.files]
    words = [proof.words, proof.statute, proof.office, proof.reference, *days, *files]
    return {"of": proof.of, "key": proof.key, "sha256": chain.sha256(words), "files": files}


def _say_whose(proof: Proof, given: Given, check: Check) -> None:
    """Of an authorisation: which provision allows it, and which office gave it."""
    for name, most in _LONGEST.items():
        line = clean_line(getattr(given, name)[: 4 * most])
        if len(line) > most:
            raise Refused(_("Shorten it to %(most)d letters or fewer.") % {"most": most})
        setattr(proof, name, line)
    if not proof.office:
        raise Refused(_("Say which office or person gave the authorisation."))
    if check.country and not proof.statute:
        raise Refused(_("Name the provision of national law that allows it."))
    if proof.statute and not _DIRECTIVE.sub("", proof.statute):
        raise Refused(
            _("The directive itself allows nothing. Name the provision of national law, too.")
        )


def _check_days(proof: Proof) -> None:
    begins, ends = proof.valid_from, proof.valid_until
    if begins and ends and ends < begins:
        raise Refused(_("It ends before it begins. Correct one of the two days."))
    if proof.has_lapsed(now().date()):
        raise Refused(_("It has lapsed already. Give one that still holds."))


def _hashed(file: dict[str, Any]) -> dict[str, Any]:
    """A file with the hash of its bytes: what was accepted can be told from what lies there."""
    content = Upload.objects.get(pk=file["id"]).file
    with content.open("rb") as opened:
        return {**file, "sha256": hashlib.file_digest(opened, "sha256").hexdigest()}
