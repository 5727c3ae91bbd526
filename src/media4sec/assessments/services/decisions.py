"""How a decision is written: signed, with what was on the table. Whoever calls holds the check."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from media4sec.assessments.evaluation import Result
from media4sec.assessments.models import Check, Decision, Version
from media4sec.assessments.queries.deciding import evidence_of
from media4sec.assessments.services import chain
from media4sec.assessments.services.signing import sign
from media4sec.kit.clock import now
from media4sec.members.models import Member


@dataclass(frozen=True)
class Word:
    """What somebody decided."""

    kind: Decision.Kind
    reason: str
    attested: tuple[str, ...] = ()
    valid_until: date | None = None
    #: The conditions, each as it is signed: words, who, until when.
    conditions: tuple[tuple[str, int, str], ...] = ()


def write_decision(
    version: Version, word: Word, *, by: Member, result: Result | None = None
) -> Decision:
    """A signature over the version, the words, and all that was on the table."""
    check, at = version.check_of, now()
    found = evidence_of(check, version, at.date())
    evidence = {key: chain.sha256(said) for key, said in sorted(found.items())}
    said = _statement(version, word, evidence, result)
    words, signature = sign({**said, "by": by.pk, "at": at.isoformat()})
    decision = Decision.objects.create(
        version=version,
        by=by,
        at=at,
        statement=words,
        signature=signature,
        kind=word.kind,
        reason=word.reason,
        outcome=str(result.outcome) if result else "",
        attested=[*word.attested],
        evidence=evidence,
        valid_until=word.valid_until,
    )
    facts = {"decision": str(word.kind), "version": version.number, "sha256": chain.sha256(words)}
    chain.note(check, "decided", by=by, thing=f"decision:{decision.pk}", **facts)
    return decision


def _statement(
    version: Version, word: Word, evidence: dict[str, str], result: Result | None
) -> dict[str, Any]:
    """Hashes and keys, and the sentences of the house: no words of anybody."""
    return {
        "check": version.check_of_id,
        "version": version.number,
        "sha256": version.sha256,
        "decision": str(word.kind),
        "reason": chain.sha256(word.reason),
        "attested": [*word.attested],
        "conditions": chain.sha256([*word.conditions]),
        "evidence": evidence,
        "result": hashlib.sha256(result.as_bytes()).hexdigest() if result else "",
        "valid_until": word.valid_until.isoformat() if word.valid_until else "",
    }


def move(check: Check, to: Check.State, **changes: Any) -> None:
    """Into another state, if one may follow the other. Whoever calls holds the check."""
    Check.flow.check(check.state, to)
    check.state, check.changed_at = to, now()
    keep(check, "state", "changed_at", **changes)


def keep(check: Check, *names: str, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(check, name, value)
    check.save(update_fields=[*names, *changes])
