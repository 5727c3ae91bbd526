"""Patterns and experiences."""

from media4sec.patterns.models.clock import Clock
from media4sec.patterns.models.experiences import PARTS, Experience
from media4sec.patterns.models.patterns import (
    RESERVED,
    Judgement,
    Pattern,
    PatternRelation,
    PatternVersion,
)
from media4sec.patterns.models.words import (
    EMMIE,
    QUALITY,
    Actor,
    Evidence,
    LawKind,
    Outcome,
    Phase,
    Platform,
    Relation,
    Size,
    Variation,
)

__all__ = [
    "EMMIE",
    "PARTS",
    "QUALITY",
    "RESERVED",
    "Actor",
    "Clock",
    "Evidence",
    "Experience",
    "Judgement",
    "LawKind",
    "Outcome",
    "Pattern",
    "PatternRelation",
    "PatternVersion",
    "Phase",
    "Platform",
    "Relation",
    "Size",
    "Variation",
]
