"""A version as it was sent: read from what it kept, and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from media4sec.assessments.models import Check, Opinion, Role, Version
from media4sec.members.speakers import Byline, Names


@dataclass(frozen=True)
class Asked:
    text: str
    said: str
    words: str
    comment: str


@dataclass(frozen=True)
class WhyKept:
    """A cause, with the provisions as they were understood that day."""

    text: str
    is_assumed: bool
    laws: list[dict[str, str]]
    links: tuple[()] = ()


@dataclass(frozen=True)
class LineKept:
    title: str
    note: str
    whys: list[WhyKept]
    is_absolute: bool
    is_assumed: bool
    missing: list[str]


@dataclass(frozen=True)
class Kept:
    """A finding: its name, and what is said beside it."""

    title: str
    note: str
    is_there: bool
    whys: list[WhyKept]


@dataclass(frozen=True)
class RiskKept:
    title: str
    before: str
    after: str
    whys: list[WhyKept]


@dataclass(frozen=True)
class Said:
    role: str
    who: Byline
    advice: str
    words: str
    at: Any
    taken: str
    taken_why: str


@dataclass(frozen=True)
class VersionPage:
    version: Version
    plan: dict[str, Any]
    verdict: str
    regime: str
    named_law: str
    rules: list[str]
    sent_by: Byline
    lines: list[LineKept]
    lines_checked: list[str]
    risks: list[RiskKept]
    safeguards: list[Kept]
    authorisations: list[Kept]
    documents: list[Kept]
    sections: list[tuple[str, list[Asked]]]
    not_known: list[str]
    opinions: list[Said]
    is_newest: bool


def version_at(check: Check, number: int) -> Version | None:
    if number >= 2**31:
        return None
    return check.versions.filter(number=number).select_related("sent_by").first()


def version_page(visitor: Any, version: Version) -> VersionPage:
    """Finished for its page, in three queries."""
    kept: dict[str, Any] = version.content
    result, words = kept["result"], kept["words"]
    opinions = list(version.opinions.select_related("by"))
    names = Names(visitor, [version.sent_by, *(each.by for each in opinions)])
    given_by = kept["given_by"]
    unknown = {*result["not_known"]}
    return VersionPage(
        version=version,
        plan=kept["plan"],
        verdict=kept["verdict"],
        regime=kept["regime"],
        named_law=kept["named_law"],
        rules=[f"{each['title']} {each['version']}" for each in kept["rules"]],
        sent_by=names.named(version.sent_by),
        lines=[_line(kept, each) for each in result["red_lines"]],
        lines_checked=[words[key] for key in result["lines_checked"]],
        risks=[_risk(kept, row) for row in result["risks"]],
        safeguards=_needed(kept, result["safeguards"], {}),
        authorisations=_needed(kept, result["authorisations"], given_by),
        documents=_needed(kept, result["documents"], {}),
        sections=_sections(kept["asked"]),
        not_known=[each["text"] for each in kept["asked"] if each["id"] in unknown],
        opinions=[_said(names, each) for each in opinions],
        is_newest=version.number == newest_number(version.check_of),
    )


def newest_number(check: Check) -> int:
    numbers = check.versions.order_by("-number").values_list("number", flat=True)
    return numbers.first() or 0


def _whys(kept: dict[str, Any], causes: list[dict[str, Any]]) -> list[WhyKept]:
    return [_why(kept, cause) for cause in causes]


def _why(kept: dict[str, Any], cause: dict[str, Any]) -> WhyKept:
    said = kept["why"][cause["place"]]
    laws = [kept["provisions"][key] for key in cause["sources"]]
    text = said["text"] or "; ".join(said["asked"])
    return WhyKept(text, cause["is_assumed"], laws)


def _line(kept: dict[str, Any], line: dict[str, Any]) -> LineKept:
    words = kept["words"]
    return LineKept(
        title=words[line["key"]],
        note=kept["lines"].get(line["key"], ""),
        whys=_whys(kept, line["causes"]),
        is_absolute=line["kind"] == "absolute",
        is_assumed=all(cause["is_assumed"] for cause in line["causes"]),
        missing=[words.get(gate, gate) for gate in line["missing"]],
    )


def _risk(kept: dict[str, Any], row: dict[str, Any]) -> RiskKept:
    """Its band before and after, in the words of that day."""
    scale = kept["scale"]

    def band(levels: list[int]) -> str:
        severity, likelihood = levels
        return str(scale["bands"][scale["matrix"][severity - 1][likelihood - 1]])

    return RiskKept(
        title=kept["words"][row["key"]],
        before=band(row["gross"]),
        after=band(row["residual"]),
        whys=_whys(kept, row["causes"]),
    )


def _needed(
    kept: dict[str, Any], several: list[dict[str, Any]], notes: dict[str, str]
) -> list[Kept]:
    return [
        Kept(
            title=kept["words"][each["key"]],
            note=notes.get(each["key"], ""),
            is_there=each["is_there"],
            whys=_whys(kept, each["causes"]),
        )
        for each in several
    ]


def _sections(asked: list[dict[str, str]]) -> list[tuple[str, list[Asked]]]:
    found: dict[str, list[Asked]] = {}
    for each in asked:
        row = Asked(each["text"], each["said"], each["words"], each["comment"])
        found.setdefault(each["section"], []).append(row)
    return list(found.items())


def _said(names: Names, said: Opinion) -> Said:
    taken = str(Opinion.Taken(said.taken).label) if said.taken else ""
    return Said(
        role=str(Role(said.role).label),
        who=names.named(said.by),
        advice=str(Opinion.Advice(said.advice).label),
        words=said.words,
        at=said.at,
        taken=taken,
        taken_why=said.taken_why,
    )


__all__ = ["VersionPage", "newest_number", "version_at", "version_page"]
