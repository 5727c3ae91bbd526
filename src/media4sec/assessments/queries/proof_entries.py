"""How proofs leave the house: no further than their check does, and with who gave them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from media4sec.assessments.models import Check, Proof
from media4sec.kit.entry import Entry
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.refs import Ref
from media4sec.members.models import Member


def fetch_proofs(pks: Iterable[int]) -> list[Proof]:
    found = Proof.objects.filter(pk__in=list(pks)).select_related("check_of", "given_by")
    return list(found.prefetch_related("check_of__readers"))


def proof_entry(proof: Proof) -> Entry:
    """As far as its check goes, and no further: a letter only hints at it."""
    check = proof.check_of
    readers = {reader.pk for reader in check.readers.all()}
    return Entry(
        ref=Ref.to(proof),
        title=check.title,
        text=proof.words,
        html="",
        url=proof.get_absolute_url(),
        label=Label(check.label),
        attribution=Attribution.NAMED,
        author=proof.given_by.shown_name,
        author_id=proof.given_by_id,
        at=proof.given_at,
        circle_id=check.circle_id,
        reader_ids=tuple(sorted({*readers, check.author_id})),
        is_withheld=check.state == Check.State.WITHDRAWN,
    )


def writers_of_proof(proof: Proof) -> list[int]:
    return [proof.given_by_id]


def own_proofs(member: Member) -> list[dict[str, Any]]:
    """What a member gave in their own checks: for the file they take along."""
    found = Proof.objects.filter(given_by=member, check_of__author=member)
    return [
        {
            "check": f"/checks/{each.check_of_id}/",
            "of": each.of,
            "key": each.key,
            "words": each.words,
            "office": each.office,
            "reference": each.reference,
            "given": each.given_at.isoformat(),
            "files": [file["name"] for file in each.files],
        }
        for each in found.order_by("pk")
    ]
