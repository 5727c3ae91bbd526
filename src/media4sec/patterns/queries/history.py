"""What changed from one version of a pattern to the next, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from media4sec.kit import revisions
from media4sec.patterns.card import lines_of
from media4sec.patterns.models import EMMIE, QUALITY, Evidence, Pattern, PatternVersion
from media4sec.patterns.queries.relating import Related, happened

#: So many of the newest changes are compared on one page.
MOST = 20


@dataclass(frozen=True)
class Changed:
    """One thing that is known otherwise than before: the level, or one of the five boxes."""

    title: str
    old: SafeString
    new: SafeString


@dataclass(frozen=True)
class Change:
    version: PatternVersion
    old: SafeString
    new: SafeString
    evidence: list[Changed]


@dataclass(frozen=True)
class HistoryPage:
    changes: list[Change]
    related: list[Related]


def history_page(pattern: Pattern) -> HistoryPage:
    """The newest changes first; two queries."""
    versions = list(pattern.versions.all()[: MOST + 1])
    changes = [
        Change(after, *_both(_text(before), _text(after)), evidence_changes(before, after))
        for after, before in pairwise(versions)
    ]
    return HistoryPage(changes, happened(pattern))


def _both(old: str, new: str) -> tuple[SafeString, SafeString]:
    pieces = revisions.compare(old, new)
    return revisions.marked(pieces, "del"), revisions.marked(pieces, "ins")


def _text(version: PatternVersion) -> str:
    """All its words, a line each."""
    summary = version.content.get("summary", "")
    return f"{version.title}\n{lines_of(summary, version.content, version.picture)}"


def evidence_changes(before: Any, after: Any) -> list[Changed]:
    """What is known otherwise in the second of two texts, be they versions or proposals."""
    was, now = _known(before), _known(after)
    return [
        Changed(title, *_both(was[title], now[title])) for title in was if was[title] != now[title]
    ]


def _known(text: Any) -> dict[str, str]:
    """The level and each box in words; an empty box says nothing."""
    boxes = {str(title): _box(text.emmie.get(name)) for name, (title, _asks) in EMMIE.items()}
    return {_("How it is known"): str(Evidence(text.evidence).label), **boxes}


def _box(said: dict[str, Any] | None) -> str:
    if not said:
        return ""
    quality = str(QUALITY[said.get("quality", 0)])
    return "\n".join([said.get("says", ""), quality, *said.get("sources", [])])
