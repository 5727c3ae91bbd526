"""What members do with checks: gate, lock, invariant, change, record."""

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

__all__ = [
    "LONGEST_COMMENT",
    "LONGEST_WORDS",
    "Said",
    "answer",
    "answer_several",
    "begin",
    "forget_of_closed",
    "withdraw",
]
