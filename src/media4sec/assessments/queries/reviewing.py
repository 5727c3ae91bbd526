"""What waits for a reviewer in the checks they read: proofs to accept, lower levels to agree to."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from media4sec.assessments.models import Check, Gauge, Part, Proof
from media4sec.assessments.rules import IS_WEIGHED, REVIEWERS, TAKES_PROOFS
from media4sec.members.models import Member

MOST_LISTED = 50


def to_review(member: Member) -> list[Check]:
    """Checks in which something waits for this member, each with ``proofs_waiting`` and
    ``risks_waiting``: in one query, and in none for who is in no circle."""
    if not member.circle_ids:
        return []
    here = {"check_of": OuterRef("pk")}
    mine = Part.objects.filter(**here, member=member.pk, role__in=REVIEWERS, state=Part.State.TAKEN)
    given = Proof.objects.filter(**here, state=Proof.State.GIVEN).exclude(of=Proof.Of.ANSWER)
    lower = Gauge.objects.filter(**here, lowers=True, second=None, dropped_at=None)
    checks = Check.objects.visible_to(member).filter(Exists(mine), state__in=TAKES_PROOFS)
    counted = checks.select_related("circle").annotate(
        proofs_waiting=_count(given.exclude(given_by=member.pk)),
        risks_waiting=_count(lower.exclude(by=member.pk).filter(check_of__state__in=IS_WEIGHED)),
    )
    waiting = Q(proofs_waiting__gt=0) | Q(risks_waiting__gt=0)
    return list(counted.filter(waiting).order_by("-changed_at", "-pk")[:MOST_LISTED])


def _count(several: QuerySet[Any]) -> Coalesce:
    counted = several.order_by().values("check_of").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
