"""Verbs of moderation: report, decide with reasons, and open what is sealed."""

from media4sec.kit.standing import DecidedMeanwhile
from media4sec.moderation.services.deciding import (
    decline,
    hide,
    keep,
    release,
    restore,
)
from media4sec.moderation.services.glass import (
    Sealed,
    ask_to_open,
    consent,
    read_sealed,
    refuse,
)
from media4sec.moderation.services.reporting import close, forget_reporters, report

__all__ = [
    "DecidedMeanwhile",
    "Sealed",
    "ask_to_open",
    "close",
    "consent",
    "decline",
    "forget_reporters",
    "hide",
    "keep",
    "read_sealed",
    "refuse",
    "release",
    "report",
    "restore",
]
