"""From answers to findings. Pure: no database, no clock, and the same bytes for the same input.

Effects only ever add. That is why the order of answers cannot matter, why a narrower layer cannot
soften, and why "I don't know" can be read as *any of the answers*: whatever would follow from one
of them follows, so that not knowing is never the milder answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from media4sec.assessments.evaluation.findings import Findings
from media4sec.assessments.evaluation.interview import Answers, Interview
from media4sec.assessments.evaluation.result import (
    MATRIX,
    Block,
    Cause,
    Evidence,
    Gauged,
    Levels,
    Line,
    Needed,
    Outcome,
    Result,
    Row,
    ToCome,
    band,
    keys,
)
from media4sec.assessments.packs.layering import Rulebook
from media4sec.assessments.packs.schema import Question

__all__ = [
    "MATRIX",
    "Answers",
    "Block",
    "Cause",
    "Evidence",
    "Gauged",
    "Levels",
    "Line",
    "Needed",
    "Outcome",
    "Result",
    "Row",
    "ToCome",
    "band",
    "evaluate",
    "keys",
    "questions_for",
]


def evaluate(
    book: Rulebook,
    activity: str,
    answers: Answers,
    day: date,
    evidence: Evidence | None = None,
    gauged: Mapping[str, Gauged] | None = None,
) -> Result:
    """What follows on a day.

    ``answers``: those to questions that are not asked, and those nobody offers, change nothing.
    ``gauged``: levels that reviewers set over the floors; who may is not asked here.
    """
    interview = Interview(book.whole, activity, answers)
    return Findings(book, interview, day, evidence or Evidence(), gauged or {}).result()


def questions_for(book: Rulebook, activity: str, answers: Answers) -> list[Question]:
    """The questions this activity asks, given the answers so far, in order."""
    return Interview(book.whole, activity, answers).asked
