"""A check as it stands, in words that stay: what a version keeps, and what is hashed and signed.

Nothing here refers to the rules: in five years they say something else, and a report shall not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from media4sec.assessments.evaluation import Result
from media4sec.assessments.models import Check, Version
from media4sec.assessments.packs.layering import Rulebook
from media4sec.assessments.packs.schema import Pack, Question
from media4sec.assessments.packs.shelf import stamps_of
from media4sec.assessments.queries.answers import Standing
from media4sec.assessments.queries.checks import in_words
from media4sec.assessments.services import chain
from media4sec.assessments.services.spoken import causes_of, spoken
from media4sec.kit.clock import now
from media4sec.members.models import Member


def freeze(standing: Standing, *, by: Member) -> Version:
    """The next version of the check. Whoever calls holds the check."""
    check = standing.check
    content = content_of(standing)
    last = check.versions.order_by("-number").first()
    version = Version(
        check_of=check,
        number=last.number + 1 if last else 1,
        content=content,
        sha256=chain.sha256(content),
        sent_by=by,
        # A clock that was set back puts no version before the one it follows.
        sent_at=max(now(), last.sent_at) if last else now(),
    )
    version.save(force_insert=True)
    chain.note(check, "sent", by=by, thing=f"version:{version.number}", sha256=version.sha256)
    return version


def content_of(standing: Standing) -> dict[str, Any]:
    """Plan, answers and findings of a check, with every word they are shown with."""
    check, result = standing.check, standing.result
    return {
        "plan": plan_of(check, standing),
        "day": result.day.isoformat(),
        "packs": [*stamps_of(standing.book)],
        "answers": {key: _listed(value) for key, value in sorted(standing.given.items())},
        "asked": [_asked(standing, standing.questions[key]) for key in result.asked],
        "result": result.as_data(),
        "words": words_of(standing.book, result),
        "provisions": provisions_of(standing.book, result),
        **spoken(standing),
    }


def plan_of(check: Check, standing: Standing) -> dict[str, Any]:
    return {
        "title": check.title,
        "description": check.description,
        "activity": check.activity,
        "activity_title": standing.activity.title,
        "country": check.country,
        "circle": check.circle.title if check.circle else "",
        "origin": check.origin,
    }


def _asked(standing: Standing, question: Question) -> dict[str, Any]:
    answer = standing.answers.get(question.id)
    return {
        "id": question.id,
        "part": question.section,
        "section": standing.book.whole.sections[question.section],
        "text": question.text,
        "said": in_words(question, answer.value if answer else None),
        "words": answer.words if answer else "",
        "comment": answer.comment if answer else "",
    }


def _listed(value: str | tuple[str, ...]) -> Any:
    return list(value) if isinstance(value, tuple) else value


def words_of(book: Rulebook, result: Result) -> dict[str, str]:
    """key → how it was called, for every finding and every red line that was checked."""
    whole = book.whole
    named: list[tuple[Mapping[str, Any], Iterable[str]]] = [
        (whole.red_lines, [*(line.key for line in result.red_lines), *result.lines_checked]),
        (whole.risks, (row.key for row in result.risks)),
        (whole.safeguards, (each.key for each in result.safeguards)),
        (whole.safeguards, _cutting(whole, result)),
        (whole.authorisations, (each.key for each in result.authorisations)),
        (whole.documents, (each.key for each in result.documents)),
    ]
    found = {key: table[key].title for table, several in named for key in several}
    gates = {gate for line in result.red_lines for gate in line.gates}
    for table in (whole.safeguards, whole.authorisations, whole.documents):
        found |= {key: table[key].title for key in sorted(gates & table.keys())}
    return found


def _cutting(whole: Pack, result: Result) -> list[str]:
    """The safeguards that can lower one of its risks."""
    risks = {row.key for row in result.risks}
    return [key for key, each in whole.safeguards.items() if risks & each.cuts.keys()]


def provisions_of(book: Rulebook, result: Result) -> dict[str, dict[str, str]]:
    """Every provision a finding rests on, as it was understood on that day."""
    found = {source for cause in causes_of(result) for source in cause.sources}
    found |= {source for coming in result.to_come for source in coming.sources}
    provisions = {key: book.provisions[key] for key in sorted(found)}
    return {
        key: {
            "name": each.name,
            "says": each.says,
            "url": each.url,
            "first": each.first.isoformat() if each.first else "",
        }
        for key, each in provisions.items()
    }
