"""What follows, in words: each finding with the answers and the provisions that cause it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from media4sec.assessments.evaluation import MATRIX, Cause, Levels, Needed, Outcome, Result, band
from media4sec.assessments.models import Check, Proof
from media4sec.assessments.packs.layering import Provision
from media4sec.assessments.packs.schema import Band, Kind, Pack, Regime
from media4sec.assessments.queries.answers import Standing
from media4sec.assessments.queries.checks import question_url

if TYPE_CHECKING:
    from media4sec.assessments.queries.proofs import Called, Gauged, OnTable

BANDS = {
    Band.LOW: gettext_lazy("Low"),
    Band.MEDIUM: gettext_lazy("Medium"),
    Band.HIGH: gettext_lazy("High"),
}
#: How a band looks in a matrix, and as a status.
_CELLS = {Band.LOW: "", Band.MEDIUM: "mid", Band.HIGH: "max"}
TONES = {Band.LOW: "ok", Band.MEDIUM: "wait", Band.HIGH: "stop"}
LEVELS = (
    gettext_lazy("Negligible"),
    gettext_lazy("Limited"),
    gettext_lazy("Significant"),
    gettext_lazy("Maximum"),
)
OPINIONS = {
    "dpo": gettext_lazy("The data-protection officer"),
    "legal": gettext_lazy("The legal adviser"),
    "ethics": gettext_lazy("The ethics board"),
    "community": gettext_lazy("People from the community concerned"),
}
REGIMES = {
    Regime.LED: gettext_lazy("Law Enforcement Directive (EU) 2016/680"),
    Regime.GDPR: gettext_lazy("General Data Protection Regulation (EU) 2016/679"),
    Regime.BOTH: gettext_lazy("Both: the Law Enforcement Directive and the GDPR"),
}


@dataclass(frozen=True)
class Why:
    """One cause: what was said, where to look at it again, and the provisions."""

    text: str
    note: str
    links: tuple[tuple[str, str], ...]  # of questions: words and address
    laws: tuple[Provision, ...]
    is_assumed: bool


@dataclass(frozen=True)
class Finding:
    key: str
    title: str
    whys: list[Why]
    note: str = ""
    law: str = ""  # the statute that a national layer names
    called: Called | None = None  # how far it is shown

    @property
    def is_assumed(self) -> bool:
        return all(why.is_assumed for why in self.whys)

    @property
    def laws(self) -> list[Provision]:
        """Each once."""
        return list(dict.fromkeys(law for why in self.whys for law in why.laws))


@dataclass(frozen=True)
class LineFound(Finding):
    is_absolute: bool = False
    gates: tuple[str, ...] = ()  # what would open it


@dataclass(frozen=True)
class RiskFound(Finding):
    number: int = 0
    rights: tuple[str, ...] = ()
    before: str = ""
    before_tone: str = ""
    after: str = ""
    after_tone: str = ""
    gauged: Gauged | None = None  # what counts of what reviewers set
    waiting: Gauged | None = None


@dataclass(frozen=True)
class Cell:
    words: str
    look: str
    risks: list[RiskFound]


#: Rows from severe to slight, each with its name and its cells from unlikely to certain.
Matrix = list[tuple[str, list[Cell]]]


@dataclass(frozen=True)
class Upcoming:
    title: str
    begins: date
    brings: list[str]
    laws: list[Provision]


def title_of(whole: Pack, key: str) -> str:
    """Of anything an effect can bring."""
    tables: tuple[Mapping[str, Any], ...]
    tables = (whole.red_lines, whole.authorisations, whole.documents, whole.safeguards, whole.risks)
    for table in tables:
        if key in table:
            return str(table[key].title)
    return str(OPINIONS.get(key) or whole.criteria.get(key, key))


class Words:
    """Finds the words of what a result names by key."""

    def __init__(self, standing: Standing, table: OnTable | None = None) -> None:
        self.standing, self.table = standing, table
        self.check: Check = standing.check
        self.book = standing.book

    def title(self, key: str) -> str:
        return title_of(self.book.whole, key)

    def laws(self, keys: Iterable[str]) -> tuple[Provision, ...]:
        return tuple(self.book.provisions[key] for key in keys if key in self.book.provisions)

    def why(self, causes: Iterable[Cause]) -> list[Why]:
        return [self._why(cause) for cause in causes]

    def _why(self, cause: Cause) -> Why:
        kind, _dot, rest = cause.place.partition(".")
        text, links = getattr(self, f"_of_{kind}")(rest)
        return Why(text, cause.note, tuple(links), self.laws(cause.sources), cause.is_assumed)

    def _of_activities(self, key: str) -> tuple[str, list[tuple[str, str]]]:
        return _("What you plan: %(title)s") % {"title": self.standing.activity.title}, []

    def _of_questions(self, rest: str) -> tuple[str, list[tuple[str, str]]]:
        key, _dot, option = rest.partition(".")
        question = self.standing.questions[key]
        said = question.options[option].text if option in question.options else ""
        return said, [(question.text, question_url(self.check, key))]

    def _of_rules(self, key: str) -> tuple[str, list[tuple[str, str]]]:
        rule = next(each for each in self.book.whole.rules if each.id == key)
        asked = {leaf.question for leaf in rule.when.leaves() if leaf.question}
        links = [
            (question.text, question_url(self.check, question.id))
            for question in self.standing.asked
            if question.id in asked and question.id in self.standing.given
        ]
        return rule.because or _("Several answers together"), links

    def called(self, of: str, key: str) -> Called | None:
        return self.table.called.get((of, key)) if self.table else None

    def gauges(self, risk: str) -> list[Gauged]:
        return [*self.table.gauges.get(risk, [])] if self.table else []


@dataclass(frozen=True)
class ResultPage:
    """A check's result, finished for its page."""

    verdict: str
    tone: str
    hope: str
    regime: str
    lines: list[LineFound]
    lines_checked: list[str]
    blocks: list[Finding]
    risks: list[RiskFound]
    matrix_before: Matrix
    matrix_after: Matrix
    safeguards: list[Finding]
    authorisations: list[Finding]
    documents: list[Finding]
    opinions: list[Finding]
    notes: list[Why]
    to_come: list[Upcoming]
    open_questions: list[tuple[str, str]]
    not_known: list[tuple[str, str]]
    may_act_first: bool
    rules: list[str]

    @property
    def open_count(self) -> int:
        return len(self.open_questions)


def result_page(standing: Standing, table: OnTable | None = None) -> ResultPage:
    words, result = Words(standing, table), standing.result
    risks = _risks(words, standing)
    return ResultPage(
        verdict=verdict_of(result),
        tone=tone_of(result),
        hope=_hope(standing),
        regime=str(REGIMES[result.regime]) if result.regime else "",
        lines=[_line(words, line) for line in result.red_lines],
        lines_checked=[words.title(key) for key in result.lines_checked],
        blocks=[_block(words, block) for block in result.blocks],
        risks=risks,
        matrix_before=_matrix(risks, {row.key: row.gross for row in result.risks}),
        matrix_after=_matrix(risks, {row.key: row.residual for row in standing.hoped.risks}),
        safeguards=_found(words, result.safeguards, Proof.Of.SAFEGUARD),
        authorisations=[_authorisation(words, each) for each in result.authorisations],
        documents=_found(words, result.documents, Proof.Of.DOCUMENT),
        opinions=_found(words, result.opinions),
        notes=words.why(result.notes),
        to_come=[_upcoming(words, each) for each in result.to_come],
        open_questions=_questions(standing, result.unanswered),
        not_known=_questions(standing, result.not_known),
        may_act_first=result.may_act_first,
        rules=[f"{head.title} {head.version}" for head in standing.book.heads],
    )


# In a sentence


def verdict_of(result: Result) -> str:
    """The heading: what the answers so far come to."""
    if result.outcome == Outcome.BLOCKED:
        return _blocked(result)
    if result.outcome == Outcome.CONSULT:
        return _("High risks: ask the supervisory authority first")
    if result.unanswered or result.not_known:
        return _("Nothing stops you so far, but not all is known")
    if result.outcome == Outcome.CLEAR:
        return _("You may go ahead")
    if not result.safeguards:
        return _("You may go ahead, with conditions")
    return ngettext(
        "You may go ahead, with %(count)d safeguard",
        "You may go ahead, with %(count)d safeguards",
        len(result.safeguards),
    ) % {"count": len(result.safeguards)}


def _blocked(result: Result) -> str:
    absolute = [line for line in result.red_lines if line.kind == Kind.ABSOLUTE]
    if any(not line.is_assumed for line in absolute):
        return _("This may not be done: it crosses a red line")
    if absolute:
        return _("This may not be done yet: a red line cannot be ruled out")
    missing = {gate for line in result.red_lines for gate in line.missing}
    missing |= {block.unless for block in result.blocks if block.unless}
    if not missing:
        return _("This may not be done as it is planned")
    return ngettext(
        "On hold until %(count)d condition is met",
        "On hold until %(count)d conditions are met",
        len(missing),
    ) % {"count": len(missing)}


def tone_of(result: Result) -> str:
    """How the status beside it looks."""
    if result.outcome == Outcome.BLOCKED:
        return "stop"
    is_clear = result.outcome == Outcome.CLEAR and not result.unanswered and not result.not_known
    return "ok" if is_clear else "wait"


def _hope(standing: Standing) -> str:
    """What it would come to if everything it calls for were there; "" where that is the same."""
    outcome = standing.hoped.outcome
    if outcome == standing.result.outcome:
        return ""
    return {
        Outcome.CLEAR: _("With everything below in place, only low risks are left."),
        Outcome.CONDITIONS: _("With everything below in place, medium risks are left."),
        Outcome.CONSULT: _("Even with everything below in place, high risks are left."),
        Outcome.BLOCKED: "",
    }[outcome]


# The parts


def _found(words: Words, several: Iterable[Needed], of: str = "") -> list[Finding]:
    return [
        Finding(
            each.key,
            words.title(each.key),
            words.why(each.causes),
            called=words.called(of, each.key),
        )
        for each in several
    ]


def _line(words: Words, line: Any) -> LineFound:
    rule = words.book.whole.red_lines[line.key]
    return LineFound(
        key=line.key,
        title=rule.title,
        whys=words.why(line.causes),
        note=rule.note or "",
        is_absolute=line.kind == Kind.ABSOLUTE,
        gates=tuple(words.title(gate) for gate in line.missing),
    )


def _block(words: Words, block: Any) -> Finding:
    said = {
        "publish": _("Nothing may be published as it is"),
        "approve": _("Nobody may approve it as it is"),
    }[block.what]
    note = _("Until: %(what)s") % {"what": words.title(block.unless)} if block.unless else ""
    return Finding(block.what, said, words.why(block.causes), note=note)


def _authorisation(words: Words, needed: Needed) -> Finding:
    rule = words.book.whole.authorisations[needed.key]
    return Finding(
        needed.key,
        rule.title,
        words.why(needed.causes),
        note=rule.by,
        law=rule.statute or "",
        called=words.called(Proof.Of.AUTHORISATION, needed.key),
    )


def _risks(words: Words, standing: Standing) -> list[RiskFound]:
    after = {row.key: row.after for row in standing.hoped.risks}
    worst_first = sorted(
        standing.result.risks, key=lambda row: (-list(Band).index(row.before), -sum(row.gross))
    )
    return [
        RiskFound(
            key=row.key,
            title=words.title(row.key),
            whys=words.why(row.causes),
            number=number,
            rights=tuple(law.name for law in words.laws(words.book.whole.risks[row.key].rights)),
            before=str(BANDS[row.before]),
            before_tone=TONES[row.before],
            after=str(BANDS[after[row.key]]),
            after_tone=TONES[after[row.key]],
            gauged=next((one for one in words.gauges(row.key)[::-1] if one.gauge.counts), None),
            waiting=next((one for one in words.gauges(row.key) if one.gauge.waits), None),
        )
        for number, row in enumerate(worst_first, start=1)
    ]


def _matrix(risks: Iterable[RiskFound], levels: dict[str, Levels]) -> Matrix:
    there: dict[Levels, list[RiskFound]] = {}
    for risk in risks:
        there.setdefault(levels[risk.key], []).append(risk)
    return [
        (
            str(LEVELS[severity - 1]),
            [
                Cell(
                    words=str(BANDS[band((severity, likelihood))]),
                    look=_CELLS[band((severity, likelihood))],
                    risks=there.get((severity, likelihood), []),
                )
                for likelihood in range(1, len(MATRIX[0]) + 1)
            ],
        )
        for severity in range(len(MATRIX), 0, -1)
    ]


def _upcoming(words: Words, coming: Any) -> Upcoming:
    kind, _dot, rest = coming.effect.partition(".")
    text, links = getattr(words, f"_of_{kind}")(rest)
    return Upcoming(
        title=text or (links[0][0] if links else ""),
        begins=coming.first,
        brings=[words.title(key) for key in coming.what],
        laws=list(words.laws(coming.sources)),
    )


def _questions(standing: Standing, several: Iterable[str]) -> list[tuple[str, str]]:
    return [(standing.questions[key].text, question_url(standing.check, key)) for key in several]
