"""What changed from one version of a pattern to the next, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.utils.safestring import SafeString

from media4sec.kit import revisions
from media4sec.patterns.card import Card
from media4sec.patterns.models import Pattern, PatternVersion

#: So many of the newest changes are compared on one page.
MOST = 20


@dataclass(frozen=True)
class Change:
    version: PatternVersion
    old: SafeString
    new: SafeString


def history_page(pattern: Pattern) -> list[Change]:
    """The newest change first; one query."""
    versions = list(pattern.versions.all()[: MOST + 1])
    changes = []
    for after, before in pairwise(versions):
        pieces = revisions.compare(_text(before), _text(after))
        old, new = revisions.marked(pieces, "del"), revisions.marked(pieces, "ins")
        changes.append(Change(after, old, new))
    return changes


def _text(version: PatternVersion) -> str:
    """All its words, a line each."""
    card = Card.read(version.content)
    lines = [version.title, version.content.get("summary", ""), *card.texts()]
    return "\n".join([*lines, *(source.text for source in card.sources)])
