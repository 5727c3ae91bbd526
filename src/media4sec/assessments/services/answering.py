"""Beginning a check, and answering its questions. No answer is ever changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.assessments.evaluation import questions_for
from media4sec.assessments.models import LONGEST_DESCRIPTION, Answer, Check
from media4sec.assessments.packs.schema import UNKNOWN, Question
from media4sec.assessments.packs.shelf import countries, rulebook
from media4sec.assessments.queries.answers import chosen_of, newest_answers
from media4sec.assessments.services import chain
from media4sec.assessments.services.common import enter, packs_of
from media4sec.kit import typed, uploads
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import EditedMeanwhile, Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.permissions import require
from media4sec.kit.refs import Ref
from media4sec.members.models import Circle, Member

LONGEST_WORDS, LONGEST_COMMENT = 4_000, 2_000


@dataclass(frozen=True)
class Said:
    """An answer as it is given. ``seen`` is the key of the answer that stood there before."""

    value: str | tuple[str, ...] | None
    words: str = ""
    comment: str = ""
    seen: int = 0


@transaction.atomic
def begin(
    *,
    by: Member,
    title: str,
    description: str = "",
    activity: str,
    country: str = "",
    circle: Circle | None = None,
    origin: Ref | None = None,
) -> Check:
    """A check of a plan, for nobody else to read."""
    require(by, "assessments.begin", circle)
    if country and country not in {each.pack.jurisdiction for each in countries()}:
        raise Refused(_("Choose the country from the list."))
    book = rulebook(country)
    if activity not in book.whole.activities:
        raise Refused(_("Choose what you plan from the list."))
    check = Check.objects.create(
        author=by,
        circle=circle,
        label=Label.AMBER_STRICT if circle else Label.RED,
        attribution=Attribution.NAMED,
        owner=by,
        title=typed.clean_title(title),
        description=typed.clean_words(description, most=LONGEST_DESCRIPTION),
        activity=activity,
        country=country,
        packs=packs_of(country),
        origin=str(origin or ""),
        begun_at=now(),
        changed_at=now(),
    )
    chain.note(check, "began", by=by, activity=activity, country=country)
    record(by, "began", check)
    return check


@transaction.atomic
def answer(check: Check, question: str, said: Said, *, by: Member) -> Answer:
    """One more answer; the ones before stay. Who did not see the newest one is told."""
    return answer_several(check, {question: said}, by=by)[0]


@transaction.atomic
def answer_several(check: Check, several: Mapping[str, Said], *, by: Member) -> list[Answer]:
    """As many as were on the page: all of them, or none."""
    enter(check, "assessments.answer", by=by)
    before = newest_answers(check)
    kept = [
        _keep(check, question, said, before.get(question), chosen_of(before), by=by)
        for question, said in several.items()
    ]
    check.packs, check.changed_at = packs_of(check.country), now()
    check.save(update_fields=["packs", "changed_at"])
    # Not told to the log of the house: the answers are a log, and nobody else's.
    for each in kept:
        if each.pk not in {old.pk for old in before.values()}:
            chain.note(check, "answered", by=by, thing=f"answer:{each.pk}", **chain.said(each))
    return kept


@transaction.atomic
def withdraw(check: Check, *, by: Member) -> None:
    """Its words go for good; that there was one stays in the log, without them."""
    enter(check, "assessments.withdraw", by=by)
    _wipe(check)
    record(by, "withdrew", check)


@transaction.atomic
def forget_of_closed(*, by: Any) -> int:
    """Checks that nobody reads any more, for who began them closed their account. What was sent or
    acted on stays: it cannot be withdrawn."""
    left = Check.objects.filter(author__is_active=False, readers=None, state=Check.State.DRAFT)
    gone = list(left.select_for_update(of=("self",)))
    for check in gone:
        require(by, "assessments.withdraw", check)
        _wipe(check)
        record(by, "withdrew", check)
    return len(gone)


# How they do it


def _keep(
    check: Check,
    question: str,
    said: Said,
    before: Answer | None,
    answers: Mapping[str, Any],
    *,
    by: Member,
) -> Answer:
    asked = questions_for(rulebook(check.country), check.activity, answers)
    found = next((each for each in asked if each.id == question), None)
    if found is None:
        raise Refused(_("This question is not asked, after what you answered elsewhere."))
    made = Answer(
        check_of=check,
        question=question,
        value=_value(found, said.value),
        words=typed.clean_words(said.words, most=LONGEST_WORDS) if found.free_text else "",
        comment=typed.clean_words(said.comment, most=LONGEST_COMMENT),
        by=by,
        at=now(),
    )
    if before and before.said == made.said:
        return before  # the second click, or nothing new
    if (before.pk if before else 0) != said.seen:
        raise EditedMeanwhile
    made.save(force_insert=True)
    return made


def _value(question: Question, value: str | tuple[str, ...] | None) -> Any:
    """As it is kept: what was offered, in the order of the question; None for nothing."""
    if not value or value == UNKNOWN:
        return value or None
    if question.type == "text":
        return typed.clean_words(str(value), most=LONGEST_WORDS) or None
    given = {value} if isinstance(value, str) else {*value}
    if UNKNOWN in given:
        if given != {UNKNOWN}:
            raise Refused(_("Choose “I don’t know”, or what you do know: not both."))
        return UNKNOWN
    if given - question.options.keys() or (question.type == "one" and len(given) > 1):
        raise Refused(_("Choose from the list."))
    chosen = [key for key in question.options if key in given]
    return chosen if question.type == "many" else chosen[0]


def _wipe(check: Check) -> None:
    Check.flow.check(check.state, Check.State.WITHDRAWN)
    for proof in check.proofs.all():
        uploads.wipe(proof)
    for kept in (check.answers, check.parts, check.proofs, check.gauges, check.events):
        kept.all().delete()
    check.readers.clear()
    check.label = Label.RED
    check.title, check.description, check.origin = "", "", ""
    check.state, check.circle = Check.State.WITHDRAWN, None
    check.save(update_fields=["title", "description", "origin", "state", "circle", "label"])
