"""Which questions are asked, and what the answers say. Not knowing is a third truth: it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from media4sec.assessments.packs.schema import UNKNOWN, Condition, Pack, Question

Answer = str | tuple[str, ...]
#: question → option, options, or words
Answers = Mapping[str, Answer]
#: Of a condition: it holds, it does not, or it may, for an answer is not known.
Truth = bool | None


class Interview:
    """The questions of one activity, and what was answered."""

    def __init__(self, whole: Pack, activity: str, given: Answers) -> None:
        self.activity = activity
        sections = {*whole.activities[activity].asks}
        self._offered = {
            question.id: question
            for question in whole.questions
            if question.section in sections or question.id in whole.screen
        }
        self._given = given
        self._asks: dict[str, Truth] = {}

    def asks(self, key: str) -> Truth:
        """Whether a question is asked: it may wait for the answer to another."""
        if key not in self._asks:
            question = self._offered.get(key)
            waits = question.ask_if if question else None
            self._asks[key] = self.holds(waits) if waits else question is not None
        return self._asks[key]

    @cached_property
    def asked(self) -> list[Question]:
        """In the order of the pack; also those that may turn out not to matter."""
        return [each for each in self._offered.values() if self.asks(each.id) is not False]

    @cached_property
    def said(self) -> dict[str, Answer]:
        """The answers that count: to what is asked, among what is offered."""
        answers = ((each.id, _answer(each, self._given.get(each.id))) for each in self.asked)
        return {key: answer for key, answer in answers if answer is not None}

    def holds(self, test: Condition, of_whole: Callable[[Condition], Truth] | None = None) -> Truth:
        """Whether a condition holds. ``of_whole`` answers what is asked of all findings."""
        if test.all:
            return all_of(self.holds(each, of_whole) for each in test.all)
        if test.any:
            return any_of(self.holds(each, of_whole) for each in test.any)
        if test.not_:
            inner = self.holds(test.not_, of_whole)
            return None if inner is None else not inner
        if test.question:
            return self._answers(test.question, test.options)
        if test.activity:
            return self.activity in test.activity
        return of_whole(test) if of_whole else False

    def _answers(self, key: str, options: tuple[str, ...]) -> Truth:
        is_asked = self.asks(key)
        if is_asked is False:
            return False
        answer = _answer(self._offered[key], self._given.get(key))
        if answer == UNKNOWN:
            return None
        given = {answer} if isinstance(answer, str) else {*(answer or ())}
        # What may not be asked at all may not have been said.
        return is_asked if not given.isdisjoint(options) else False


def _answer(question: Question, given: Answer | None) -> Answer | None:
    """The answer as it counts: None when it is empty, or not among what is offered."""
    names = {given} if isinstance(given, str) else {*(given or ())}
    if UNKNOWN in names:
        return UNKNOWN
    if question.type == "text":
        return given if isinstance(given, str) and given.strip() else None
    known = tuple(sorted(names & question.options.keys()))
    if question.type == "many":
        return known or None
    return given if isinstance(given, str) and known else None


def all_of(tests: Iterator[Truth]) -> Truth:
    truths = [*tests]
    if False in truths:
        return False
    return None if None in truths else True


def any_of(tests: Iterator[Truth]) -> Truth:
    truths = [*tests]
    if True in truths:
        return True
    return None if None in truths else False
