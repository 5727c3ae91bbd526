"""What follows from the answers: effects gathered, then weighed against what is on the table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property

from media4sec.assessments.evaluation.interview import Interview, Truth, all_of
from media4sec.assessments.evaluation.result import (
    Block,
    Cause,
    Evidence,
    Gauged,
    Levels,
    Line,
    Needed,
    Outcome,
    Result,
    Row,
    ToCome,
)
from media4sec.assessments.packs.layering import Rulebook
from media4sec.assessments.packs.schema import (
    UNKNOWN,
    Band,
    Condition,
    Effect,
    Kind,
    Question,
    Regime,
)

#: As far as safeguards lower a risk on each axis, all together.
MOST_CUT = 2
#: What effects name: each is found with its causes.
_FOUND = ("safeguards", "authorisations", "documents", "red_lines", "criteria", "opinions")


class Findings:
    """One reading of the answers. It only ever adds, so the order of adding does not matter."""

    def __init__(
        self,
        book: Rulebook,
        interview: Interview,
        day: date,
        evidence: Evidence,
        gauged: Mapping[str, Gauged],
    ) -> None:
        self.book, self.interview, self.day, self.evidence = book, interview, day, evidence
        if not all({*each.levels} <= {1, 2, 3, 4} for each in gauged.values()):
            raise ValueError("levels go from 1 to 4")
        self.gauged = {key: gauged[key] for key in gauged.keys() & book.whole.risks.keys()}
        self.floors: dict[str, list[tuple[Levels, Cause]]] = defaultdict(list)
        self.found: dict[str, dict[str, set[Cause]]] = {kind: defaultdict(set) for kind in _FOUND}
        self.regimes: dict[Regime, Truth] = {}
        self.blocks: dict[tuple[str, str], set[Cause]] = defaultdict(set)
        self.notes: set[Cause] = set()
        self.to_come: set[ToCome] = set()
        self.may_act_first = False
        self._gather()

    # What follows

    def _gather(self) -> None:
        for effect in self.book.whole.activities[self.interview.activity].effects:
            self._apply(effect, f"activities.{self.interview.activity}")
        for question in self.interview.asked:
            self._answered(question)
        # A rule that asks of the whole comes after what it asks about.
        for rule in sorted(self.book.whole.rules, key=lambda rule: rule.when.stage):
            holds = self.interview.holds(rule.when, self._holds)
            if holds is not False:
                for effect in rule.effects:
                    self._apply(effect, f"rules.{rule.id}", is_assumed=holds is None)

    def _answered(self, question: Question) -> None:
        answer = self.interview.said.get(question.id)
        if answer is None:
            return
        is_unknown = answer == UNKNOWN
        is_assumed = is_unknown or self.interview.asks(question.id) is None
        place = f"questions.{question.id}"
        for effect in question.effects:
            self._apply(effect, place, is_assumed=is_assumed)
        given: Collection[str] = (answer,) if isinstance(answer, str) else answer
        for key, option in question.options.items():
            if is_unknown or key in given:
                for effect in option.effects:
                    self._apply(effect, f"{place}.{key}", is_assumed=is_assumed)

    def _apply(self, effect: Effect, place: str, *, is_assumed: bool = False) -> None:
        holds = self.interview.holds(effect.if_) if effect.if_ else True
        if holds is False or not self._is_law(effect, place):
            return
        cause = Cause(place, tuple(sorted(effect.sources)), is_assumed or holds is None)
        for risk, levels in effect.risks.items():
            self.floors[risk].append((levels, cause))
        for kind, causes in self.found.items():
            for key in getattr(effect, kind):
                causes[key].add(cause)
        for regime in effect.regime.parts if effect.regime else ():
            self.regimes[regime] = not cause.is_assumed or self.regimes.get(regime)
        self._say(effect, cause)

    def _say(self, effect: Effect, cause: Cause) -> None:
        if effect.block:
            self.blocks[effect.block, effect.unless or ""].add(cause)
        if effect.note:
            self.notes.add(Cause(cause.place, cause.sources, cause.is_assumed, effect.note))
        if effect.urgent and not cause.is_assumed:
            self.may_act_first = True

    def _is_law(self, effect: Effect, place: str) -> bool:
        """Whether one of its sources applies on the day; what is to come is kept aside."""
        provisions = [self.book.provisions[key] for key in effect.sources]
        if any(each.holds(self.day) for each in provisions):
            return True
        later = [each.first for each in provisions if each.first and each.is_to_come(self.day)]
        if later:
            brings, sources = tuple(sorted(effect.brings)), tuple(sorted(effect.sources))
            self.to_come.add(ToCome(place, brings, min(later), sources))
        return False

    # What conditions ask of the whole: as strict or stricter, so that more can never undo it

    def _holds(self, test: Condition) -> Truth:
        if test.regime:
            return all_of(self.regimes.get(each, False) for each in test.regime.parts)
        if test.criteria_at_least:
            found = self.found["criteria"].values()
            sure = [causes for causes in found if not _is_assumed(causes)]
            return _reaches(test.criteria_at_least, sure=len(sure), perhaps=len(found))
        if test.residual:
            sure_ranks = [row.after.rank for row in self._rows(is_sure=True)]
            ranks = [row.after.rank for row in self._rows()]
            return _reaches(
                test.residual.rank, sure=max(sure_ranks, default=0), perhaps=max(ranks, default=0)
            )
        lines = [line for line in self._lines() if test.crossed in {line.kind, Kind.CONDITIONAL}]
        sure_lines = [line for line in lines if not line.is_assumed]
        return _reaches(1, sure=len(sure_lines), perhaps=len(lines))

    # The answer

    @cached_property
    def _there(self) -> frozenset[str]:
        """What opens gates: each key only as what the pack says it is."""
        whole, evidence = self.book.whole, self.evidence
        return (
            (evidence.safeguards & whole.safeguards.keys())
            | (evidence.documents & whole.documents.keys())
            | (evidence.authorisations & whole.authorisations.keys())
        )

    def _lines(self) -> list[Line]:
        lines = []
        for key, causes in sorted(self.found["red_lines"].items()):
            line = self.book.whole.red_lines[key]
            gates = tuple(sorted(line.gates))
            missing = tuple(gate for gate in gates if gate not in self._there)
            lines.append(Line(key, line.kind, tuple(sorted(causes)), gates, missing))
        return lines

    def _rows(self, *, is_sure: bool = False) -> list[Row]:
        """Every risk; or only what follows for certain."""
        rows = []
        for key in sorted(self.floors.keys() | self.gauged.keys()):
            floors = self.floors.get(key, [])
            if is_sure:
                floors = [floor for floor in floors if not floor[1].is_assumed]
            if floors or key in self.gauged:
                rows.append(self._row(key, floors))
        return rows

    def _row(self, key: str, floors: list[tuple[Levels, Cause]]) -> Row:
        floor = (
            max((levels[0] for levels, _cause in floors), default=1),
            max((levels[1] for levels, _cause in floors), default=1),
        )
        gross = self.gauged[key].over(floor) if key in self.gauged else floor
        cuts = {
            name: safeguard.cuts[key]
            for name, safeguard in self.book.whole.safeguards.items()
            if name in self.evidence.safeguards and key in safeguard.cuts
        }
        residual = (
            _lowered(gross[0], sum(cut.severity for cut in cuts.values())),
            _lowered(gross[1], sum(cut.likelihood for cut in cuts.values())),
        )
        causes = tuple(sorted({cause for _levels, cause in floors}))
        return Row(key, gross, residual, causes, tuple(sorted(cuts)))

    def _needed(self, kind: str) -> tuple[Needed, ...]:
        there: frozenset[str] = getattr(self.evidence, kind)
        return tuple(
            Needed(key, tuple(sorted(causes)), key in there)
            for key, causes in sorted(self.found[kind].items())
        )

    def _blocks(self) -> tuple[Block, ...]:
        return tuple(
            Block(what, tuple(sorted(causes)), unless)
            for (what, unless), causes in sorted(self.blocks.items())
            if unless not in self._there
        )

    @property
    def _regime(self) -> Regime | None:
        return Regime.BOTH if len(self.regimes) > 1 else next(iter(self.regimes), None)

    def result(self) -> Result:
        lines, rows, blocks = self._lines(), self._rows(), self._blocks()
        needed = {
            kind: self._needed(kind)
            for kind in ("safeguards", "authorisations", "documents", "opinions")
        }
        is_done = all(each.is_there for several in needed.values() for each in several)
        asked, said = [each.id for each in self.interview.asked], self.interview.said
        return Result(
            activity=self.interview.activity,
            day=self.day,
            packs=tuple(f"{head.id} {head.version}" for head in self.book.heads),
            regime=self._regime,
            outcome=_outcome(lines, blocks, rows, is_done=is_done),
            red_lines=tuple(lines),
            lines_checked=tuple(
                sorted(self.book.whole.red_lines.keys() - self.found["red_lines"].keys())
            ),
            blocks=blocks,
            risks=tuple(rows),
            criteria=tuple(sorted(self.found["criteria"])),
            notes=tuple(sorted(self.notes)),
            to_come=tuple(sorted(self.to_come)),
            asked=tuple(asked),
            unanswered=tuple(key for key in asked if key not in said),
            not_known=tuple(key for key in asked if said.get(key) == UNKNOWN),
            may_act_first=self.may_act_first,
            **needed,
        )


def _outcome(
    lines: list[Line], blocks: tuple[Block, ...], rows: list[Row], *, is_done: bool
) -> Outcome:
    if blocks or any(line.blocks for line in lines):
        return Outcome.BLOCKED
    bands = {row.after for row in rows}
    if Band.HIGH in bands:
        return Outcome.CONSULT
    return Outcome.CLEAR if is_done and Band.MEDIUM not in bands else Outcome.CONDITIONS


def _lowered(level: int, cut: int) -> int:
    return max(1, level - min(MOST_CUT, cut))


def _is_assumed(causes: Collection[Cause]) -> bool:
    return all(cause.is_assumed for cause in causes)


def _reaches(wanted: int, *, sure: int, perhaps: int) -> Truth:
    if sure >= wanted:
        return True
    return None if perhaps >= wanted else False
