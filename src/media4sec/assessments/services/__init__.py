"""What members do with checks: gate, lock, invariant, change, record."""

from media4sec.assessments.services.advising import LONGEST_OPINION, advise
from media4sec.assessments.services.answering import (
    LONGEST_COMMENT,
    LONGEST_WORDS,
    Said,
    answer,
    answer_several,
    begin,
    forget_of_closed,
    withdraw,
)
from media4sec.assessments.services.people import (
    LONGEST_NOTE,
    accept,
    ask,
    decline,
    keep_reader,
    place,
    remove,
)
from media4sec.assessments.services.submitting import (
    LONGEST_REASON,
    ReadAnotherVersion,
    absolute_lines,
    missing_of,
    send_back,
    submit,
    take_back,
    version_of,
)
from media4sec.assessments.services.summaries import Telling, take_back_summary, tell

__all__ = [
    "LONGEST_COMMENT",
    "LONGEST_NOTE",
    "LONGEST_OPINION",
    "LONGEST_REASON",
    "LONGEST_WORDS",
    "ReadAnotherVersion",
    "Said",
    "Telling",
    "absolute_lines",
    "accept",
    "advise",
    "answer",
    "answer_several",
    "ask",
    "begin",
    "decline",
    "forget_of_closed",
    "keep_reader",
    "missing_of",
    "place",
    "remove",
    "send_back",
    "submit",
    "take_back",
    "take_back_summary",
    "tell",
    "version_of",
    "withdraw",
]
