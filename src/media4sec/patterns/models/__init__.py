"""Patterns and experiences."""

from media4sec.patterns.models.clock import Clock
from media4sec.patterns.models.decks import MOST_CARDS, Deck, DeckCard
from media4sec.patterns.models.exchange import Batch, HarvestRecord
from media4sec.patterns.models.experiences import PARTS, Experience
from media4sec.patterns.models.inquiries import Inquiry
from media4sec.patterns.models.patterns import (
    RESERVED,
    Judgement,
    Pattern,
    PatternRelation,
    PatternVersion,
)
from media4sec.patterns.models.proposals import Proposal
from media4sec.patterns.models.reviewing import UnderReview
from media4sec.patterns.models.reviews import Review
from media4sec.patterns.models.searches import SavedSearch
from media4sec.patterns.models.voices import AFFECTED, Voice
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
    Relative,
    Size,
    Variation,
)

__all__ = [
    "AFFECTED",
    "EMMIE",
    "MOST_CARDS",
    "PARTS",
    "QUALITY",
    "RESERVED",
    "Actor",
    "Batch",
    "Clock",
    "Deck",
    "DeckCard",
    "Evidence",
    "Experience",
    "HarvestRecord",
    "Inquiry",
    "Judgement",
    "LawKind",
    "Outcome",
    "Pattern",
    "PatternRelation",
    "PatternVersion",
    "Phase",
    "Platform",
    "Proposal",
    "Relation",
    "Relative",
    "Review",
    "SavedSearch",
    "Size",
    "UnderReview",
    "Variation",
    "Voice",
]
