"""How the decision on a check stands, for those who read it, and what an approver has to read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from media4sec.assessments.models import Check, Condition, Decision, Opinion, Version
from media4sec.assessments.packs.schema import Question
from media4sec.assessments.queries import deciding
from media4sec.assessments.queries.answers import Standing
from media4sec.assessments.queries.checks import in_words
from media4sec.assessments.queries.deciding import DECIDED
from media4sec.assessments.queries.findings import Words, verdict_of
from media4sec.kit.clock import now
from media4sec.kit.permissions import may
from media4sec.members.models import Member
from media4sec.members.speakers import Byline, Names

#: How long somebody has for a condition, unless the approver says otherwise.
USUAL_DAYS = 30
_S = Check.State
#: door → when it is open; who may go through is asked of the rules
DOORS = {
    "decide": frozenset({_S.SUBMITTED}),
    "suspend": Check.IN_FORCE,
    "lift": frozenset({_S.SUSPENDED}),
    "revoke": DECIDED | {_S.SUSPENDED},
    "confirm": DECIDED,
    "trigger": DECIDED,
    "revise": DECIDED | {_S.SUSPENDED, _S.REVOKED, _S.REFUSED, _S.EXPIRED},
    "command": frozenset({_S.DRAFT}),
}


#: Whoever decides takes these, too: one question to the rules is enough.
DECIDING = frozenset({"decide", "lift", "revoke", "confirm"})


def doors_of(check: Check, visitor: Any) -> frozenset[str]:
    """What this visitor may do about the decision, now."""
    open_now = {door for door, states in DOORS.items() if check.state in states}
    if not check.is_stale:
        open_now.discard("confirm")
    found = {door for door in open_now - DECIDING if may(visitor, f"assessments.{door}", check)}
    if open_now & DECIDING and may(visitor, "assessments.decide", check):
        found |= open_now & DECIDING
    return frozenset(found)


# The page of a check


@dataclass(frozen=True)
class Panel:
    check: Check
    decision: Decision | None
    by: Byline | None
    #: What was decided before, the newest first: kind, day, why.
    before: list[Decision]
    conditions: list[Condition]
    #: the doors this visitor may take
    doors: frozenset[str]
    day: date

    @property
    def open_count(self) -> int:
        return sum(each.done_at is None for each in self.conditions)

    @property
    def overdue_count(self) -> int:
        return sum(each.done_at is None and each.due < self.day for each in self.conditions)

    @property
    def is_shown(self) -> bool:
        return bool(self.decision or self.doors - DECIDING)

    @property
    def has_ways(self) -> bool:
        """Whether the panel offers something to do; the rest are buttons on top of the page."""
        return bool(self.doors - {"decide", "confirm", "lift"})

    @property
    def hours_left(self) -> int:
        """Whole hours until the check of a plan that began has to be sent."""
        left = (self.check.finish_by or now()) - now()
        return max(0, left // timedelta(hours=1))


def panel_of(check: Check, visitor: Any) -> Panel:
    newest = Decision.objects.filter(version__check_of=check).order_by("-id")
    decisions = list(newest.select_related("by", "version").defer("version__content"))
    first = decisions[0] if decisions else None
    return Panel(
        check=check,
        decision=first,
        by=Names(visitor, [first.by]).named(first.by) if first else None,
        before=decisions[1:],
        conditions=list(check.conditions.all()) if decisions else [],
        doors=doors_of(check, visitor),
        day=now().date(),
    )


# What an approver reads


@dataclass(frozen=True)
class Heard:
    """An opinion on the version, and how it was taken."""

    opinion: Opinion
    by: Byline

    @property
    def has_to_be_taken(self) -> bool:
        return self.opinion.advice != Opinion.Advice.AGREES


@dataclass(frozen=True)
class DecidePage:
    check: Check
    version: Version
    #: The hash of what is signed, and of what follows from it with what is on the table.
    seen: str
    table: str
    verdict: str
    #: Why nobody can say yes now.
    against: list[str]
    opinions: list[Heard]
    #: What the plan calls for and is not there: key and title.
    missing: list[tuple[str, str]]
    last_day: date
    people: list[Member]

    @property
    def usual_day(self) -> date:
        return min(self.last_day, now().date() + timedelta(days=USUAL_DAYS))


def heard(visitor: Any, opinions: list[Opinion]) -> list[Heard]:
    names = Names(visitor, [each.by for each in opinions])
    return [Heard(each, names.named(each.by)) for each in opinions]


def decide_page(visitor: Any, standing: Standing, version: Version) -> DecidePage:
    found = [*deciding.against_version(version, standing), *deciding.not_taken(version)]
    page = _page(visitor, standing, version, deciding.last_day(standing))
    return replace(page, against=[*found, *page.against])


def again_page(visitor: Any, standing: Standing, version: Version, seen: str) -> DecidePage:
    """Of what was approved before: under the rules of today, and no longer. ``seen`` is the hash
    of what would be frozen now."""
    ends = min(standing.check.valid_until or standing.day, deciding.last_day(standing))
    return replace(_page(visitor, standing, version, ends), seen=seen)


def _page(visitor: Any, standing: Standing, version: Version, last_day: date) -> DecidePage:
    words = Words(standing)
    return DecidePage(
        check=standing.check,
        version=version,
        seen=version.sha256,
        table=deciding.table_hash(standing),
        verdict=verdict_of(standing.result),
        against=[*deciding.against(standing), *deciding.without_opinions(standing)],
        opinions=heard(visitor, list(version.opinions.select_related("by"))),
        missing=[(each.key, words.title(each.key)) for each in deciding.missing(standing)],
        last_day=last_day,
        people=deciding.people_of(standing.check),
    )


# In danger to life


@dataclass(frozen=True)
class UrgentPage:
    questions: list[Question]
    #: Each of the three, and what was answered; "" while it is open.
    answers: list[tuple[str, str]]
    against: list[str]


def urgent_page(standing: Standing) -> UrgentPage:
    three = deciding.questions_for_a_life(standing)
    rows = [(each.text, _said(standing, each)) for each in three]
    return UrgentPage(three, rows, deciding.against_acting_first(standing))


def _said(standing: Standing, question: Question) -> str:
    answer = standing.answers.get(question.id)
    return in_words(question, answer.value) if answer and answer.value is not None else ""
