"""The newest answers of checks, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from media4sec.assessments.evaluation import Answers, Evidence, Levels, Result, evaluate, keys
from media4sec.assessments.models import Answer, Check
from media4sec.assessments.packs.layering import Rulebook
from media4sec.assessments.packs.schema import Activity, Question
from media4sec.assessments.packs.shelf import rulebook
from media4sec.assessments.queries.table import Table, table_of
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused

Newest = dict[str, Answer]


def newest_answers(check: Check) -> Newest:
    """Question → its newest answer, in one query."""
    return answers_of_several([check]).get(check.pk, {})


def answers_of_several(checks: Iterable[Check]) -> dict[int, Newest]:
    found: dict[int, Newest] = {}
    for answer in Answer.objects.filter(check_of__in=[each.pk for each in checks]).order_by("id"):
        found.setdefault(answer.check_of_id, {})[answer.question] = answer
    return found


def chosen_of(answers: Mapping[str, Answer]) -> dict[str, str | tuple[str, ...]]:
    """As the evaluation takes them: what was left open again is not there."""
    return {key: chosen for key, each in answers.items() if (chosen := each.chosen) is not None}


@dataclass(frozen=True)
class Standing:
    """A check as it stands today."""

    check: Check
    book: Rulebook
    answers: Newest
    day: date
    table: Table = field(default_factory=Table)

    @cached_property
    def given(self) -> Answers:
        return chosen_of(self.answers)

    @cached_property
    def result(self) -> Result:
        return self.follows(self.given)

    @cached_property
    def hoped(self) -> Result:
        """What would follow if all that it calls for were there."""
        first = self.result
        there = self.table.evidence
        everything = Evidence(
            safeguards=there.safeguards | {*keys(first.safeguards)},
            documents=there.documents | {*keys(first.documents)},
            authorisations=there.authorisations | {*keys(first.authorisations)},
            opinions=there.opinions | {*keys(first.opinions)},
        )
        gauged = self.table.gauged
        return evaluate(self.book, self.check.activity, self.given, self.day, everything, gauged)

    def follows(self, answers: Answers) -> Result:
        """What would follow from these answers; nothing is kept."""
        table = self.table
        return evaluate(
            self.book, self.check.activity, answers, self.day, table.evidence, table.gauged
        )

    def floor_of(self, risk: str) -> Levels:
        """How high the rules alone hold a risk to be."""
        gauged = {key: each for key, each in self.table.gauged.items() if key != risk}
        result = evaluate(
            self.book, self.check.activity, self.given, self.day, self.table.evidence, gauged
        )
        return next((row.gross for row in result.risks if row.key == risk), (1, 1))

    @property
    def activity(self) -> Activity:
        return self.book.whole.activities[self.check.activity]

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question of the rules, by its key."""
        return {question.id: question for question in self.book.whole.questions}

    @property
    def asked(self) -> list[Question]:
        return [self.questions[key] for key in self.result.asked]

    @property
    def answered_count(self) -> int:
        return len(self.result.asked) - len(self.result.unanswered)

    @property
    def is_reviewed(self) -> bool:
        return self.book.is_reviewed


def standing_of(
    check: Check, answers: Newest | None = None, table: Table | None = None
) -> Standing:
    """How it stands today. Whoever asks for several brings their answers and tables along."""
    book = rulebook(check.country)
    if check.activity not in book.whole.activities:
        raise Refused(_("The rules do not know the activity of this check any more."))
    day = now().date()
    found = newest_answers(check) if answers is None else answers
    return Standing(check, book, found, day, table_of(check, day) if table is None else table)
