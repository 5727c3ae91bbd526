"""What new rules say of a version that was frozen under older ones, and what that means.

A risk that safeguards lowered since, or a proof that lapsed, is no new rule. So the new rules are
asked twice: with what was on the table when the version was frozen, which shows what differs; and
with what is there today, which shows what of it still has to be done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from media4sec.assessments.evaluation import Answers, Evidence, Levels, Line, Result, Row, evaluate
from media4sec.assessments.models import Recheck
from media4sec.assessments.packs.layering import Provision, Rulebook
from media4sec.assessments.packs.schema import Kind, Regime
from media4sec.assessments.queries.findings import LEVELS, OPINIONS, title_of
from media4sec.assessments.queries.table import Table

Meaning = Recheck.Meaning
_NEEDED = ("authorisations", "safeguards", "documents", "opinions")


@dataclass(frozen=True)
class Differing:
    meaning: Meaning
    #: kind of finding → {"more": [title, …], "gone": [title, …]}
    difference: dict[str, dict[str, list[str]]]


def differing(content: Mapping[str, Any], book: Rulebook, table: Table, day: date) -> Differing:
    """Of what a version keeps, and the rules of today."""
    activity = content["plan"]["activity"]
    if activity not in book.whole.activities:
        gone = {"activities": {"more": [], "gone": [content["plan"]["activity_title"]]}}
        return Differing(Meaning.STRICTER, gone)
    answers: Answers = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in content["answers"].items()
    }
    then, gauged = _evidence_of(content["result"]), table.gauged
    result = evaluate(book, activity, answers, day, then, gauged)
    today = evaluate(book, activity, answers, day, table.evidence, gauged)
    return _Comparing(content, book, table, result, today).differing()


def _evidence_of(result: Mapping[str, Any]) -> Evidence:
    """What was on the table, as far as the result of that day shows it."""
    there = {kind: {each["key"] for each in result[kind] if each["is_there"]} for kind in _NEEDED}
    gates = {gate for line in result["red_lines"] for gate in {*line["gates"]} - {*line["missing"]}}
    cuts = {key for row in result["risks"] for key in row["cut_by"]}
    return Evidence(
        safeguards=frozenset(there["safeguards"] | cuts | gates),
        documents=frozenset(there["documents"] | gates),
        authorisations=frozenset(there["authorisations"] | gates),
        opinions=frozenset(there["opinions"]),
    )


class _Comparing:
    """One version and one result, kind by kind."""

    def __init__(
        self,
        content: Mapping[str, Any],
        book: Rulebook,
        table: Table,
        result: Result,
        today: Result,
    ) -> None:
        self.content, self.book, self.table = content, book, table
        self.result, self.today = result, today
        self.old: Mapping[str, Any] = content["result"]
        self.found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"more": [], "gone": []})
        self.is_red = self.is_stricter = self.is_milder = False

    def differing(self) -> Differing:
        self._lines()
        self._blocks()
        for kind in _NEEDED:
            self._needed(kind)
        self._risks()
        self._questions()
        self._regime()
        self._words()
        self._notes()
        self._provisions()
        return Differing(self._meaning(), dict(self.found))

    def _meaning(self) -> Meaning:
        if self.is_red:
            return Meaning.RED_LINE
        if self.is_stricter:
            return Meaning.STRICTER
        if self.is_milder:
            return Meaning.MILDER
        return Meaning.WORDING if self.found else Meaning.NOTHING

    def _more(self, kind: str, title: str) -> None:
        self.found[kind]["more"].append(title)
        self.is_stricter = True

    def _gone(self, kind: str, title: str) -> None:
        self.found[kind]["gone"].append(title)
        self.is_milder = True

    def _title(self, key: str) -> str:
        return title_of(self.book.whole, key)

    def _old_title(self, key: str) -> str:
        """As it was called then."""
        return str(self.content["words"].get(key) or OPINIONS.get(key) or self._title(key))

    # What is found

    def _lines(self) -> None:
        old = {line["key"]: line for line in self.old["red_lines"]}
        for line in self.today.red_lines:
            if line.key in old:
                self._line_again(line, old[line.key])
            else:
                self._more("red_lines", self._title(line.key))
                self.is_red = self.is_red or line.blocks
        for key in sorted(old.keys() - {line.key for line in self.today.red_lines}):
            self._gone("red_lines", self._old_title(key))

    def _line_again(self, line: Line, old: Mapping[str, Any]) -> None:
        title = self._title(line.key)
        if line.kind != old["kind"]:
            if line.kind == Kind.ABSOLUTE:
                self._more("red_lines", _("%(line)s: never, from now on") % {"line": title})
                self.is_red = True
            else:
                self._gone("red_lines", _("%(line)s: never") % {"line": title})
        for gate in sorted({*line.gates} - {*old["gates"]}):
            self._more("gates", self._title(gate))
            self.is_red = self.is_red or gate in line.missing
        if line.kind == Kind.CONDITIONAL:
            for gate in sorted({*old["gates"]} - {*line.gates}):
                self._gone("gates", self._old_title(gate))

    def _blocks(self) -> None:
        old = {(block["what"], block["unless"]) for block in self.old["blocks"]}
        now, today = (
            {(block.what, block.unless) for block in result.blocks}
            for result in (self.result, self.today)
        )
        for block in sorted((now - old) & today):
            self._more("blocks", self._block(*block))
        for block in sorted(old - now):
            self._gone("blocks", self._block(*block))

    def _block(self, what: str, unless: str) -> str:
        said = {
            "publish": _("Nothing may be published as it is"),
            "approve": _("Nobody may approve it as it is"),
        }[what]
        return f"{said} ({self._title(unless)})" if unless else said

    def _needed(self, kind: str) -> None:
        old = {each["key"] for each in self.old[kind]}
        now, today = (
            {each.key for each in getattr(result, kind)} for result in (self.result, self.today)
        )
        for key in sorted((now - old) & today):
            self._more(kind, self._title(key))
        for key in sorted(old - now):
            self._gone(kind, self._old_title(key))

    def _risks(self) -> None:
        old = {row["key"]: row for row in self.old["risks"]}
        for row in self.result.risks:
            before: Levels | None = tuple(old[row.key]["gross"]) if row.key in old else None
            if before is None:
                self._more("risks", _risk(self._title(row.key), row.gross))
            elif row.key not in self.table.gauged:
                self._levels(row, before)
            self._cuts(row)
        for key in sorted(old.keys() - {row.key for row in self.result.risks}):
            self._gone("risks", _risk(self._old_title(key), tuple(old[key]["gross"])))

    def _levels(self, row: Row, before: Levels) -> None:
        """What the answers come to; levels that reviewers set are theirs."""
        if row.gross == before:
            return
        said = _risk(self._title(row.key), row.gross)
        if row.gross[0] > before[0] or row.gross[1] > before[1]:
            self._more("risks", said)
        else:
            self._gone("risks", _risk(self._old_title(row.key), before))

    def _cuts(self, row: Row) -> None:
        """How far the safeguards that are called for, or are there, lower this risk."""
        kept = self.content.get("risks", {}).get(row.key, {}).get("cuts", {})
        counting = {each.key for each in self.result.safeguards} | self.table.evidence.safeguards
        for key in sorted(counting & kept.keys() & self.book.whole.safeguards.keys()):
            cut = self.book.whole.safeguards[key].cuts.get(row.key)
            now = (cut.severity, cut.likelihood) if cut else (0, 0)
            said = f"{self._title(row.key)}: {self._title(key)}"
            if now[0] < kept[key][0] or now[1] < kept[key][1]:
                self._more("cuts", said)
            elif now != tuple(kept[key]):
                self._gone("cuts", said)

    def _questions(self) -> None:
        texts = {question.id: question.text for question in self.book.whole.questions}
        asked = {each["id"]: each["text"] for each in self.content["asked"]}
        for key in self.result.unanswered:
            if key not in self.old["unanswered"]:
                self._more("questions", texts[key])
        for key in asked.keys() - {*self.result.asked}:
            self._gone("questions", asked[key])

    def _regime(self) -> None:
        then, now = self.old["regime"], self.result.regime
        if then != now:
            old = {*Regime(then).parts} if then else set[Regime]()
            for part in sorted({*now.parts} - old if now else ()):
                self._more("regime", str(part))
            for part in sorted(old - {*(now.parts if now else ())}):
                self._gone("regime", str(part))

    # What is only worded otherwise

    def _words(self) -> None:
        for key, title in sorted(self.content["words"].items()):
            now = self._title(key)
            if now not in {title, key}:
                self._reworded(title, now)
        texts = {question.id: question.text for question in self.book.whole.questions}
        for each in self.content["asked"]:
            if texts.get(each["id"], each["text"]) != each["text"]:
                self._reworded(each["text"], texts[each["id"]])

    def _notes(self) -> None:
        notes = {note["note"] for note in self.old["notes"]}
        now_noted = {note.note for note in self.result.notes}
        for note in sorted(now_noted - notes):
            self.found["words"]["more"].append(note)
        for note in sorted(notes - now_noted):
            self.found["words"]["gone"].append(note)

    def _provisions(self) -> None:
        for key, said in sorted(self.content["provisions"].items()):
            provision = self.book.provisions.get(key)
            if provision and _said(provision) != said:
                self._reworded(f"{said['name']}: {said['says']}", _in_words(provision))

    def _reworded(self, old: str, now: str) -> None:
        self.found["words"]["gone"].append(old)
        self.found["words"]["more"].append(now)


def _risk(title: str, levels: Any) -> str:
    severity, likelihood = (str(LEVELS[level - 1]) for level in levels)
    return _("%(risk)s: severity %(severity)s, likelihood %(likelihood)s") % {
        "risk": title,
        "severity": severity.lower(),
        "likelihood": likelihood.lower(),
    }


def _said(provision: Provision) -> dict[str, str]:
    return {
        "name": provision.name,
        "says": provision.says,
        "url": provision.url,
        "first": provision.first.isoformat() if provision.first else "",
    }


def _in_words(provision: Provision) -> str:
    return f"{provision.name}: {provision.says}"
