"""Worked examples: a story, its answers, and what the rules of today make of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import reverse
from django.utils.translation import gettext as _

from media4sec.assessments.evaluation import Answers, Evidence, Outcome, Result, evaluate, keys
from media4sec.assessments.packs.layering import Rulebook
from media4sec.assessments.packs.reading import plain_yaml
from media4sec.assessments.packs.schema import Activity, Kind
from media4sec.assessments.packs.shelf import rulebook
from media4sec.assessments.queries.addresses import guide_url
from media4sec.assessments.queries.findings import title_of
from media4sec.kit.clock import now

FOLDER = Path(__file__).parent.parent / "data" / "scenarios"


@dataclass(frozen=True)
class Example:
    slug: str
    title: str
    story: str
    lesson: str
    activity: str
    answers: Answers

    @property
    def url(self) -> str:
        return reverse("assessments:example", args=[self.slug])

    @property
    def guide(self) -> str:
        """The address of its activity."""
        return guide_url(self.activity)


@dataclass(frozen=True)
class Verdict:
    """What the evaluation says, in words."""

    verdict: str
    short: str
    tone: str
    then: str  # once all that it calls for is there


@dataclass(frozen=True)
class ExamplePage:
    example: Example
    activity: Activity
    outcome: Verdict
    answers: list[tuple[str, list[str]]]
    lines: list[tuple[str, bool, list[str]]]  # title, absolute, what is missing
    agree: list[tuple[str, str]]  # authorisation and who gives it
    documents: list[str]
    safeguards: list[str]


@cache
def examples() -> dict[str, Example]:
    """Every example in the data folder, by its name there."""
    found = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        said = plain_yaml(path.read_text("utf-8"), where=path.name)
        answers = {
            key: tuple(given) if isinstance(given, list) else given
            for key, given in said["answers"].items()
        }
        found[path.stem] = Example(
            path.stem, said["title"], said["story"], said["lesson"], said["activity"], answers
        )
    return found


def examples_of(activity: str = "") -> list[tuple[Example, Verdict]]:
    """Those of an activity, or all, each with what it comes to."""
    several = [each for each in examples().values() if activity in {"", each.activity}]
    return [(each, _outcome(*_results(each))) for each in several]


def addresses() -> list[str]:
    """Of every page of examples."""
    return [reverse("assessments:examples"), *(each.url for each in examples().values())]


def example_page(slug: str) -> ExamplePage | None:
    example = examples().get(slug)
    if example is None:
        return None
    book = rulebook("")
    result, hoped = _results(example)
    whole = book.whole
    return ExamplePage(
        example=example,
        activity=whole.activities[example.activity],
        outcome=_outcome(result, hoped),
        answers=_answers(book, example),
        lines=[
            (
                whole.red_lines[line.key].title,
                line.kind == Kind.ABSOLUTE,
                [title_of(whole, gate) for gate in line.missing],
            )
            for line in result.red_lines
        ],
        agree=[
            (whole.authorisations[key].title, whole.authorisations[key].by)
            for key in keys(result.authorisations)
        ],
        documents=[title_of(whole, key) for key in keys(result.documents)],
        safeguards=[title_of(whole, key) for key in keys(result.safeguards)],
    )


def _results(example: Example) -> tuple[Result, Result]:
    """As it is planned; and once the evidence for all safeguards is accepted, and papers are there.

    Nobody's consent is taken for granted: gates stay closed.
    """
    book, day = rulebook(""), now().date()
    first = evaluate(book, example.activity, example.answers, day)
    there = Evidence(
        safeguards=frozenset(keys(first.safeguards)),
        documents=frozenset(keys(first.documents)),
        opinions=frozenset(keys(first.opinions)),
    )
    return first, evaluate(book, example.activity, example.answers, day, there)


def _outcome(result: Result, hoped: Result) -> Verdict:
    absolute = [line for line in result.red_lines if line.kind == Kind.ABSOLUTE]
    if absolute:
        return Verdict(_("No: a red line is crossed that nobody can lift"), _("No"), "stop", "")
    words = {
        Outcome.BLOCKED: (_("On hold until every gate is open"), _("On hold"), "stop"),
        Outcome.CONSULT: (_("A high risk that must be lowered first"), _("Not yet"), "wait"),
        Outcome.CONDITIONS: (_("Yes, with conditions"), _("Yes, if"), "wait"),
        Outcome.CLEAR: (_("Yes"), _("Yes"), "ok"),
    }
    return Verdict(*words[result.outcome], _then(result, hoped))


def _then(result: Result, hoped: Result) -> str:
    """What it comes to with safeguards and documents, where that differs."""
    if hoped.outcome == result.outcome:
        return ""
    return {
        Outcome.BLOCKED: "",
        Outcome.CONSULT: _("With all safeguards in place, a high risk is left."),
        Outcome.CONDITIONS: _("With all safeguards in place: yes, with conditions."),
        Outcome.CLEAR: _("With all safeguards in place: yes."),
    }[hoped.outcome]


def _answers(book: Rulebook, example: Example) -> list[tuple[str, list[str]]]:
    """Question and what the plan answers, as far as both are offered."""
    rows = []
    for question in book.whole.questions:
        given = example.answers.get(question.id)
        names = (given,) if isinstance(given, str) else given or ()
        said = [question.options[name].text for name in names if name in question.options]
        if said:
            rows.append((question.text, said))
    return rows
