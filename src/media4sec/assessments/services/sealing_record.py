"""Seals under records: the newest hash of a day, signed by the house.

Before a seal, whoever could write in the database could write a record anew from its first line.
After it they need the key of the house too, and the copies that left it tell on them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from media4sec.assessments.models import Check, Seal
from media4sec.assessments.queries.record import seal_of
from media4sec.assessments.services.common import enter
from media4sec.assessments.services.signing import sign
from media4sec.kit.clock import now

#: How many records one round seals; the rest waits for the next hour.
MOST_AT_ONCE = 500


def seal_records(*, by: Any) -> int:
    """Once a day each record that grew, the longest waiting first. How many were sealed."""
    return sum(seal_record(check, by=by) is not None for check in waiting()[:MOST_AT_ONCE])


def waiting() -> QuerySet[Check]:
    """Checks with lines that no seal covers, which were not sealed within the last day."""
    seals = Seal.objects.filter(check_of=OuterRef("pk")).order_by("-seq")
    found = Check.objects.annotate(
        newest=Max("events__seq"),
        sealed=Coalesce(Subquery(seals.values("seq")[:1]), 0),
        sealed_at=Subquery(seals.values("at")[:1]),
    )
    due = Q(sealed_at=None) | Q(sealed_at__lte=now() - timedelta(days=1))
    # A clock that was set back must not stop the sealing for as long as it was ahead.
    due |= Q(sealed_at__gt=now())
    return found.filter(due, newest__gt=F("sealed")).order_by(F("sealed_at").asc(nulls_first=True))


@transaction.atomic
def seal_record(check: Check, *, by: Any) -> Seal | None:
    """Sign its newest hash; None where that was done."""
    enter(check, "assessments.seal", by=by)
    last = check.events.order_by("-seq").first()
    if last is None or check.seals.filter(seq__gte=last.seq).exists():
        return None
    seal = Seal(check_of=check, seq=last.seq, hash=last.hash, at=now())
    _words, seal.signature = sign(seal_of(seal))
    seal.save(force_insert=True)
    return seal
