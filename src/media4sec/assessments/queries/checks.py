"""Checks for their people: the list, the questions one after the other, and all at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from media4sec.assessments.models import Answer, Check
from media4sec.assessments.packs.layering import Provision
from media4sec.assessments.packs.schema import UNKNOWN, Question
from media4sec.assessments.queries.answers import Standing, answers_of_several, standing_of
from media4sec.assessments.queries.table import tables_of
from media4sec.kit.clock import now
from media4sec.kit.entry import Entry
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Door, Label
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kinds
from media4sec.members.models import Circle, Member

MOST_LISTED = 100


def check_at(visitor: Any, pk: int) -> Check | None:
    """The check, if it is open to this visitor."""
    if pk >= 2**63:
        return None
    found = Check.objects.visible_to(visitor).filter(pk=pk)
    return found.select_related("circle", "author").first()


# The list


@dataclass(frozen=True)
class Row:
    check: Check
    #: None: the rules do not know its activity any more.
    standing: Standing | None

    @property
    def answered(self) -> int:
        return self.standing.answered_count if self.standing else 0

    @property
    def asked(self) -> int:
        return len(self.standing.result.asked) if self.standing else 0


def checks_of(visitor: Member) -> list[Row]:
    """One's own and those one is named in, in five queries."""
    found = Check.objects.visible_to(visitor).select_related("circle")[:MOST_LISTED]
    checks = list(found)
    answers, tables = answers_of_several(checks), tables_of(checks, now().date())
    rows = []
    for each in checks:
        standing = None
        with suppress(Refused):
            standing = standing_of(each, answers.get(each.pk, {}), tables[each.pk])
        rows.append(Row(each, standing))
    return rows


def circles_of(member: Member) -> list[Circle]:
    """Where a check may belong."""
    return [each.circle for each in member.my_memberships if not each.circle.is_archived]


# What it started from


def thing_at(visitor: Any, address: str) -> Entry | None:
    """The thing of another room at ``patterns.pattern:12``, if this visitor may read it."""
    try:
        ref = Ref.parse(address[:80])
    except ValueError:
        return None
    kind = kinds().get(ref.kind)
    if kind is None or ref.pk >= 2**63 or not kind.visible_to(visitor).filter(pk=ref.pk).exists():
        return None
    found = (kind.entry(thing) for thing in kind.fetch([ref.pk]))
    return next((passed for each in found if (passed := each.through(Door.PAGE))), None)


# One question


@dataclass(frozen=True)
class Section:
    title: str
    is_done: bool
    is_current: bool


@dataclass(frozen=True)
class Law:
    """A provision, with the day from which it applies while that is to come."""

    provision: Provision
    begins: date | None


@dataclass(frozen=True)
class QuestionPage:
    question: Question
    number: int
    total: int
    sections: list[Section]
    laws: list[Law]
    before: Question | None
    after: Question | None

    @property
    def section(self) -> str:
        return next(each.title for each in self.sections if each.is_current)

    @property
    def section_number(self) -> int:
        return next(at for at, each in enumerate(self.sections, start=1) if each.is_current)


def question_page(standing: Standing, question: Question) -> QuestionPage:
    asked = standing.asked
    at = asked.index(question)
    return QuestionPage(
        question=question,
        number=at + 1,
        total=len(asked),
        sections=_sections(standing, question),
        laws=laws_of(standing, question),
        before=asked[at - 1] if at else None,
        after=asked[at + 1] if at + 1 < len(asked) else None,
    )


def _sections(standing: Standing, current: Question) -> list[Section]:
    open_ones = {standing.questions[key].section for key in standing.result.unanswered}
    titles = standing.book.whole.sections
    used = {question.section for question in standing.asked}
    return [
        Section(title, key not in open_ones, key == current.section)
        for key, title in titles.items()
        if key in used
    ]


def laws_of(standing: Standing, question: Question) -> list[Law]:
    """Every provision that an answer can lead to, in the order in which the answers stand."""
    effects = [*question.effects]
    for option in question.options.values():
        effects += option.effects
    found = dict.fromkeys(source for effect in effects for source in effect.sources)
    provisions = [standing.book.provisions[key] for key in found]
    return [Law(each, each.first if each.is_to_come(standing.day) else None) for each in provisions]


def in_words(question: Question, value: Any) -> str:
    """An answer as people read it."""
    if value is None:
        return _("Left open")
    if value == UNKNOWN:
        return _("I don’t know")
    if question.type == "text":
        return str(value)
    chosen = [value] if isinstance(value, str) else value
    return "; ".join(question.options[key].text for key in chosen if key in question.options)


# All questions


@dataclass(frozen=True)
class AskedRow:
    question: Question
    url: str
    state: str  # "answered", "open" or "unknown"
    words: str
    comment: str


@dataclass(frozen=True)
class Overview:
    sections: list[tuple[str, list[AskedRow]]]
    not_counting: list[AskedRow]
    first_open: Question | None


def overview(standing: Standing) -> Overview:
    rows: dict[str, list[AskedRow]] = {}
    for question in standing.asked:
        rows.setdefault(question.section, []).append(_row(standing, question))
    titles = standing.book.whole.sections
    gone = [key for key in standing.given if key not in standing.result.asked]
    first = next(iter(standing.result.unanswered), None)
    return Overview(
        sections=[(titles[key], each) for key in titles if (each := rows.get(key))],
        not_counting=[
            _row(standing, standing.questions[key]) for key in gone if key in standing.questions
        ],
        first_open=standing.questions[first] if first else None,
    )


def _row(standing: Standing, question: Question) -> AskedRow:
    answer: Answer | None = standing.answers.get(question.id)
    state = "answered"
    if question.id in standing.result.not_known:
        state = "unknown"
    elif question.id in standing.result.unanswered:
        state = "open"
    return AskedRow(
        question=question,
        url=question_url(standing.check, question.id),
        state=state,
        words=in_words(question, answer.value) if answer and answer.value is not None else "",
        comment=answer.comment if answer else "",
    )


def question_url(check: Check, key: str) -> str:
    return reverse("assessments:question", args=[check.pk, key])


def screen_of(standing: Standing) -> list[Question]:
    """The short questions, in their order."""
    screen = {*standing.book.whole.screen}
    return [question for question in standing.asked if question.id in screen]


# How a check leaves the house: with a hint at most


def fetch_checks(pks: Any) -> list[Check]:
    found = Check.objects.filter(pk__in=list(pks)).select_related("circle", "author")
    return list(found.prefetch_related("readers"))


def check_entry(check: Check) -> Entry:
    """It stays on its page, and a letter only hints at it."""
    return Entry(
        ref=Ref.to(check),
        title=check.title,
        text=check.description,
        html="",
        url=check.get_absolute_url(),
        label=Label(check.label),
        attribution=Attribution.NAMED,
        author=check.author.shown_name,
        author_id=check.author_id,
        at=check.begun_at,
        circle_id=check.circle_id,
        reader_ids=tuple(sorted(reader.pk for reader in check.readers.all())),
        is_withheld=check.state == Check.State.WITHDRAWN,
    )


def own_checks(member: Member) -> list[Mapping[str, Any]]:
    """A member's checks with every answer they gave: for the file they take along."""
    found = Check.objects.filter(author=member).exclude(state=Check.State.WITHDRAWN)
    checks = list(found.order_by("pk").prefetch_related("answers"))
    return [
        {
            "url": check.get_absolute_url(),
            "label": check.label,
            "title": check.title,
            "description": check.description,
            "activity": check.activity,
            "country": check.country,
            "begun": check.begun_at.isoformat(),
            "answers": [
                {
                    "question": answer.question,
                    "answer": answer.value,
                    "words": answer.words,
                    "for_reviewers": answer.comment,
                    "at": answer.at.isoformat(),
                }
                for answer in check.answers.all()
                if answer.by_id == member.pk
            ],
        }
        for check in checks
    ]
