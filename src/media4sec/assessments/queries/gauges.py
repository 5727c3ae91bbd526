"""One risk, and everything reviewers said of how high it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from media4sec.assessments.evaluation import Row
from media4sec.assessments.models import Check, Gauge
from media4sec.assessments.queries.answers import Standing
from media4sec.assessments.queries.findings import BANDS, TONES, Why, Words
from media4sec.assessments.queries.proofs import Gauged, gauges_of, in_levels
from media4sec.members.models import Member


@dataclass(frozen=True)
class RiskPage:
    key: str
    title: str
    url: str
    row: Row | None  # None: the result shows it no more
    whys: list[Why]
    by_rules: str
    now: str
    word: str
    tone: str
    waiting: Gauged | None
    is_mine: bool  # what waits
    past: list[Gauged]  # the newest first


def risk_page(standing: Standing, risk: str, visitor: Member) -> RiskPage | None:
    """None where there is no such risk, and nobody ever set it."""
    gauges = gauges_of(standing.check, risk)
    row = next((each for each in standing.result.risks if each.key == risk), None)
    if row is None and not gauges:
        return None
    words = Words(standing)
    waiting = next((each for each in gauges if each.gauge.waits), None)
    return RiskPage(
        key=risk,
        title=words.title(risk),
        url=risk_url(standing.check, risk),
        row=row,
        whys=words.why(row.causes) if row else [],
        by_rules=in_levels(standing.floor_of(risk)),
        now=in_levels(row.gross) if row else "",
        word=str(BANDS[row.before]) if row else "",
        tone=TONES[row.before] if row else "",
        waiting=waiting,
        is_mine=waiting is not None and waiting.gauge.by_id == visitor.pk,
        past=[each for each in gauges[::-1] if not each.gauge.waits],
    )


def risk_url(check: Check, risk: str) -> str:
    return reverse("assessments:risk", args=[check.pk, risk])


def waiting_gauge(check: Check, risk: str, pk: int) -> Gauge | None:
    """One that waits for a second reviewer, or did when the page was made."""
    return check.gauges.filter(risk=risk, pk=pk).first() if pk < 2**63 else None
