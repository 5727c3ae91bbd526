"""The words of a result, beside its keys: a report reads them and asks the rules nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from media4sec.assessments.evaluation import MATRIX, Cause, Result
from media4sec.assessments.evaluation.findings import MOST_CUT
from media4sec.assessments.packs.schema import Head
from media4sec.assessments.queries.answers import Standing
from media4sec.assessments.queries.findings import (
    BANDS,
    LEVELS,
    OPINIONS,
    Words,
    result_page,
)

#: The question beside whose answer the national provision is named.
_NAMES_LAW = "q03"


def spoken(standing: Standing) -> dict[str, Any]:
    """Verdict, reasons, rules and scales, as they were called that day."""
    result, page = standing.result, result_page(standing)
    return {
        "verdict": page.verdict,
        "tone": page.tone,
        "hope": page.hope,
        "regime": page.regime,
        "named_law": answer.words if (answer := standing.answers.get(_NAMES_LAW)) else "",
        "rules": [_head(head) for head in standing.book.heads],
        "reviewed": standing.is_reviewed,
        "why": _reasons(standing),
        "blocks": [{"title": each.title, "note": each.note} for each in page.blocks],
        "lines": {each.key: each.note for each in page.lines},
        "risks": _risks(standing),
        "given_by": {each.key: each.note for each in page.authorisations},
        "statutes": {each.key: each.law for each in page.authorisations if each.law},
        "opinions": {each.key: str(OPINIONS[each.key]) for each in result.opinions},
        "to_come": [
            {"title": each.title, "begins": each.begins.isoformat(), "brings": each.brings}
            for each in page.to_come
        ],
        "scale": {
            "levels": [str(level) for level in LEVELS],
            "bands": {str(key): str(words) for key, words in BANDS.items()},
            "matrix": [[str(band) for band in row] for row in MATRIX],
            "most_cut": MOST_CUT,
        },
    }


def _head(head: Head) -> dict[str, Any]:
    return {
        "id": head.id,
        "version": head.version,
        "title": head.title,
        "layer": str(head.layer),
        "reviewed": head.is_reviewed,
        "reviewer": head.reviewer,
        "transposition": head.transposition or "",
        "authority": head.authority or "",
    }


def _reasons(standing: Standing) -> dict[str, dict[str, Any]]:
    """Place in the rules → what was said or seen there, and the questions it came from."""
    words, found = Words(standing), {}
    for cause in causes_of(standing.result):
        [why] = words.why([cause])
        found[cause.place] = {"text": why.text, "asked": [text for text, _url in why.links]}
    return dict(sorted(found.items()))


def causes_of(result: Result) -> Iterable[Cause]:
    """Every cause of every finding."""
    for several in (
        result.red_lines, result.blocks, result.risks, result.safeguards,
        result.authorisations, result.documents, result.opinions,
    ):  # fmt: skip
        for each in several:
            yield from each.causes
    yield from result.notes


def _risks(standing: Standing) -> dict[str, Any]:
    """Whom a risk touches, the levels the answers gave, and how far each safeguard lowers it."""
    whole = standing.book.whole
    words = Words(standing)
    return {
        row.key: {
            "rights": [law.name for law in words.laws(whole.risks[row.key].rights)],
            "cuts": {
                name: [each.cuts[row.key].severity, each.cuts[row.key].likelihood]
                for name, each in sorted(whole.safeguards.items())
                if row.key in each.cuts
            },
        }
        for row in standing.result.risks
    }
