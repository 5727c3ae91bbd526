"""What an activity may come to, whatever is answered. The evaluation itself says so.

How the guide finds its three words:

* Who answers “I don't know” to everything gets whatever would follow from *any* answer. So that
  one result holds all that this activity can bring, each finding with the places that cause it;
  what is not assumed even then follows in every case. An absolute red line among it, now or once
  its provision applies, stands under *never*. A conditional one, an authorisation, a stop or a
  safeguard stands under *only if*.
* *Generally*: one question at a time gets a real answer, and all others stay unknown. What a red
  line, an authorisation or a stop hangs on differs from answer to answer. Answers to which
  nothing is tied are free. Where only a rule ties them, for it reads several answers together,
  they are free with its reason beside them. An answer that by itself raises a high risk is not
  free: it is named apart. Questions that decide nothing of this are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from media4sec.assessments.evaluation import (
    Block,
    Cause,
    Line,
    Needed,
    Result,
    Row,
    ToCome,
    band,
    evaluate,
)
from media4sec.assessments.packs.layering import Rulebook
from media4sec.assessments.packs.schema import UNKNOWN, Band, Question


@dataclass(frozen=True)
class Free:
    """A question that decides, and the answers to which no red line or authorisation is tied."""

    question: Question
    answers: tuple[str, ...]
    #: answers that are free unless a rule reads others with them: option → the rules
    unless: tuple[tuple[str, tuple[str, ...]], ...]
    #: answers that are tied to nothing else, but raise a high risk by themselves
    high: tuple[str, ...]


@dataclass(frozen=True)
class Reach:
    """All that may follow from an activity on a day."""

    book: Rulebook
    activity: str
    day: date

    @cached_property
    def all(self) -> Result:
        return self._with({})

    @cached_property
    def lines_to_come(self) -> dict[str, ToCome]:
        """Red lines that no provision draws yet, with what will."""
        return {
            key: coming
            for coming in sorted(self.all.to_come, key=lambda each: each.first, reverse=True)
            for key in coming.what
            if key in self.book.whole.red_lines
        }

    @cached_property
    def asked(self) -> list[Question]:
        """What the check may ask, in its order."""
        keys = {*self.all.asked}
        return [question for question in self.book.whole.questions if question.id in keys]

    @cached_property
    def free(self) -> list[Free]:
        return [found for question in self.asked if (found := self._free(question))]

    @cached_property
    def sources(self) -> set[str]:
        """Every provision that something here rests on."""
        result, whole = self.all, self.book.whole
        found = {key for cause in _all_causes(result) for key in cause.sources}
        found |= {key for coming in result.to_come for key in coming.sources}
        for line in {*(each.key for each in result.red_lines), *self.lines_to_come}:
            found |= {*whole.red_lines[line].sources}
        for needed in result.authorisations:
            found |= {*whole.authorisations[needed.key].sources}
        for row in result.risks:
            found |= {*whole.risks[row.key].rights}
        return found

    def _with(self, answers: dict[str, str | tuple[str, ...]]) -> Result:
        nothing = {question.id: UNKNOWN for question in self.book.whole.questions}
        return evaluate(self.book, self.activity, nothing | answers, self.day)

    def _free(self, question: Question) -> Free | None:
        tied = {
            key: self._tied(self._with({question.id: (key,) if question.type == "many" else key}))
            for key in question.options
        }
        in_any_case = set.intersection(*map(set, tied.values())) if tied else set()
        free: list[str] = []
        high: list[str] = []
        unless: list[tuple[str, tuple[str, ...]]] = []
        for key, places in tied.items():
            mine = {each: sure for each, sure in places.items() if each not in in_any_case}
            rules = tuple(sorted(each for each in mine if each.startswith("rules.")))
            is_tied = any(mine.values()) or f"questions.{question.id}.{key}" in mine
            if is_tied:
                continue
            if self._is_high(question, key):
                high.append(key)
            elif rules:
                unless.append((key, rules))
            else:
                free.append(key)
        is_deciding = len(free) < len(tied) and bool(free or unless)
        return Free(question, tuple(free), tuple(unless), tuple(high)) if is_deciding else None

    def _is_high(self, question: Question, key: str) -> bool:
        effects = (*question.effects, *question.options[key].effects)
        return any(
            band(levels) == Band.HIGH
            for effect in effects
            if any(self.book.provisions[source].holds(self.day) for source in effect.sources)
            for levels in effect.risks.values()
        )

    def _tied(self, result: Result) -> dict[str, bool]:
        """Places that bring a red line, an authorisation or a stop: whether they surely do."""
        several: Iterable[Line | Needed | Block]
        several = (*result.red_lines, *result.authorisations, *result.blocks)
        places: dict[str, bool] = {}
        for cause in (cause for each in several for cause in each.causes):
            places[cause.place] = places.get(cause.place, False) or not cause.is_assumed
        strict = self.book.whole.red_lines.keys() | self.book.whole.authorisations.keys()
        for coming in result.to_come:
            if not strict.isdisjoint(coming.what):
                places.setdefault(coming.effect, False)
        return places


def _all_causes(result: Result) -> Iterator[Cause]:
    several: Iterable[Line | Block | Row | Needed] = (
        *result.red_lines,
        *result.blocks,
        *result.risks,
        *result.safeguards,
        *result.authorisations,
        *result.documents,
        *result.opinions,
    )
    for each in several:
        yield from each.causes
    yield from result.notes
