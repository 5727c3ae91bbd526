"""What another answer would change; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from media4sec.assessments.evaluation import Line, Result, Row, keys
from media4sec.assessments.packs.schema import Question
from media4sec.assessments.queries.answers import Standing
from media4sec.assessments.queries.findings import BANDS, Words, verdict_of


@dataclass(frozen=True)
class Difference:
    """Of one part of a result."""

    title: str
    more: list[str]
    gone: list[str]


@dataclass(frozen=True)
class WhatIf:
    question: Question
    now: str
    then: str
    differences: list[Difference]

    @property
    def is_same(self) -> bool:
        return self.now == self.then and not self.differences


def what_if(standing: Standing, question: Question, value: str | tuple[str, ...] | None) -> WhatIf:
    others = {key: each for key, each in standing.given.items() if key != question.id}
    then = standing.follows({**others, question.id: value} if value else others)
    return WhatIf(
        question=question,
        now=verdict_of(standing.result),
        then=verdict_of(then),
        differences=list(_differences(Words(standing), standing, then)),
    )


def changeable(standing: Standing) -> list[Question]:
    """The questions with choices."""
    return [question for question in standing.asked if question.type != "text"]


def _differences(words: Words, standing: Standing, then: Result) -> Iterable[Difference]:
    parts: list[tuple[str, Callable[[Result], Iterable[str]]]] = [
        (_("Red lines"), lambda each: map(_line, each.red_lines)),
        (_("Who must agree"), lambda each: map(words.title, keys(each.authorisations))),
        (_("What you must do"), lambda each: map(words.title, keys(each.safeguards))),
        (_("Documents"), lambda each: map(words.title, keys(each.documents))),
        (_("Opinions"), lambda each: map(words.title, keys(each.opinions))),
        (_("Risks, before safeguards"), lambda each: map(_risk, each.risks)),
        (_("Questions"), lambda each: [standing.questions[key].text for key in each.asked]),
    ]

    def _line(line: Line) -> str:
        title = words.title(line.key)
        return _("%(line)s (cannot be ruled out)") % {"line": title} if line.is_assumed else title

    def _risk(row: Row) -> str:
        return f"{words.title(row.key)}: {BANDS[row.before]}"

    for title, part in parts:
        now, afterwards = list(part(standing.result)), list(part(then))
        more = [each for each in afterwards if each not in now]
        gone = [each for each in now if each not in afterwards]
        if more or gone:
            yield Difference(title, more, gone)
