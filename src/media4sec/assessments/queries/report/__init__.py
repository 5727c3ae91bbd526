"""The report on one version of a check: thirteen parts, from what was frozen when it was sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from media4sec.assessments.queries.report import findings, people, plan
from media4sec.assessments.queries.report.blocks import Block, Part
from media4sec.assessments.queries.report.holding import DECIDED, Holding, holding_of, is_decided
from media4sec.assessments.queries.report.source import Copy, Source, day_of, time_of
from media4sec.kit.marking import Label

__all__ = [
    "DECIDED",
    "Copy",
    "Holding",
    "Part",
    "Report",
    "Source",
    "day_of",
    "holding_of",
    "is_decided",
    "report_of",
    "time_of",
]


@dataclass(frozen=True)
class Report:
    """Finished words, for every format."""

    title: str
    kind: str  # which copy, in words
    label: Label
    foot: str  # who took it; "" where nobody shall be named
    notice: str
    short_notice: str  # of every page
    is_reviewed: bool
    parts: list[Part]
    left_out: str

    def as_data(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "kind": self.kind,
            "label": str(self.label),
            "taken": self.foot,
            "notice": self.notice,
            "short_notice": self.short_notice,
            "reviewed": self.is_reviewed,
            "left_out": self.left_out,
            "parts": [part.as_data() for part in self.parts],
        }


def report_of(source: Source) -> Report:
    told = [
        Part(number, title, make(source))
        for number, (title, make, copies) in enumerate(_parts(), start=1)
        if source.copy in copies
    ]
    names = source["plan"]["activity_title"] if source.is_public else source["plan"]["title"]
    return Report(
        title=_("Ethics check: %(name)s") % {"name": names},
        kind=str(Copy(source.copy).label),
        label=source.label,
        foot=_foot(source),
        notice=_notice(source),
        short_notice=_short_notice(source),
        is_reviewed=source["reviewed"],
        parts=told,
        left_out=_left_out(source),
    )


def _parts() -> list[tuple[str, Callable[[Source], list[Block]], set[str]]]:
    """In their order; the third says in which copies they stand."""
    everybody = {Copy.INTERNAL, Copy.PARTNER, Copy.PUBLIC}
    inside = {Copy.INTERNAL, Copy.PARTNER}
    found: list[tuple[str, Callable[[Source], list[Block]], set[Copy]]] = [
        (_("What this is"), plan.cover, everybody),
        (_("In short"), plan.verdict, everybody),
        (_("What is planned, what for, under which law"), plan.purpose, inside),
        (_("Legal basis"), plan.legal_basis, everybody),
        (_("People and data"), plan.people_and_data, inside),
        (_("Why it is needed, and in proportion"), plan.necessity, inside),
        (_("Red lines"), findings.red_lines, everybody),
        (_("Risks"), findings.risks, everybody),
        (_("Safeguards and documents"), findings.safeguards, everybody),
        (_("Authorisations"), findings.authorisations, everybody),
        (_("Opinions"), people.opinions, inside),
        (_("Decision"), people.decision, everybody),
        (_("History, and how to check this document"), people.history, everybody),
    ]
    return [(title, make, {*copies}) for title, make, copies in found]


def _foot(source: Source) -> str:
    if source.is_public:
        return ""
    if source.is_internal:
        said = _("taken by %(who)s on %(day)s")
        return said % {"who": source.by.shown_name, "day": day_of(source.moment)}
    return _("given out on %(day)s") % {"day": day_of(source.moment)}


def _short_notice(source: Source) -> str:
    said = _("Information, not legal advice.")
    return (
        said if source["reviewed"] else _("Unreviewed pack: draft for legal review.") + " " + said
    )


def _notice(source: Source) -> str:
    return (
        _short_notice(source)
        + " "
        + _(
            "It supports the judgement of people. It replaces no impact assessment, no warrant and "
            "no lawyer."
        )
    )


def _left_out(source: Source) -> str:
    return {
        Copy.INTERNAL: "",
        Copy.PARTNER: _(
            "Left out for partners: names, offices and reference numbers of authorisations, notes "
            "to reviewers, words beside answers, proofs and opinions in full, and the lines of the "
            "record."
        ),
        Copy.PUBLIC: _(
            "This summary leaves out what is planned in detail, every answer, every name, and who "
            "advised what. Parts 3, 5, 6 and 11 are in the full report only."
        ),
    }[Copy(source.copy)]
