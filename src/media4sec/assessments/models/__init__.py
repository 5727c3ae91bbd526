"""What the room of checks keeps. Words that somebody signed are never written again."""

from media4sec.assessments.models.checks import LONGEST_DESCRIPTION, Answer, Check, Stale
from media4sec.assessments.models.deciding import Condition, Decision, Opinion
from media4sec.assessments.models.packs import Recheck, Release, Rerun
from media4sec.assessments.models.people import ADVISERS, HANDS, Part, Role
from media4sec.assessments.models.proofs import Gauge, Proof
from media4sec.assessments.models.record import Event, Export, Seal
from media4sec.assessments.models.summaries import Summary
from media4sec.assessments.models.versions import Version

__all__ = [
    "ADVISERS",
    "HANDS",
    "LONGEST_DESCRIPTION",
    "Answer",
    "Check",
    "Condition",
    "Decision",
    "Event",
    "Export",
    "Gauge",
    "Opinion",
    "Part",
    "Proof",
    "Recheck",
    "Release",
    "Rerun",
    "Role",
    "Seal",
    "Stale",
    "Summary",
    "Version",
]
