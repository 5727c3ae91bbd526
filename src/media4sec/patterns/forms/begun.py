"""What the form of a proposal begins with: a pattern, a proposal, what somebody told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from media4sec.patterns import relating
from media4sec.patterns.card import Card, Source
from media4sec.patterns.forms.proposals import LISTS, MOST_RELATIONS, ROWS, lines_of
from media4sec.patterns.models import Experience, Pattern, Proposal


def initial_of(text: Pattern | Proposal) -> dict[str, Any]:
    """A pattern or a proposal as the form shows it."""
    card = Card.read(text.content)
    shown: dict[str, Any] = {
        **{name: getattr(text, name) for name in ("title", "summary", *LISTS)},
        **{name: getattr(text, name) for name in ("language", "evidence")},
        **{name: "\n".join(getattr(card, name)) for name in ("forces", "steps", "limits")},
        "context": card.context,
        "therefore": card.therefore,
        "theme": text.theme.slug,
        "other_theme": text.other_theme.slug if text.other_theme else "",
        "group": text.group.slug if text.group else "",
        **_emmie(text.emmie),
        **_rows("law", [vars(note) | {"provisions": list(note.provisions)} for note in card.law]),
        **_rows("source", [vars(source) for source in card.sources]),
    }
    if isinstance(text, Proposal):
        shown |= {name: getattr(text, name) for name in ("changes", "is_blind", "version")}
        shown["co_maintainers"] = "\n".join(each.name for each in text.co_maintainers.all())
        shown["pattern_version"] = text.pattern.version if text.pattern else 0
    else:
        shown["pattern_version"] = text.version
    return shown | _relations(text)


def _relations(text: Pattern | Proposal) -> dict[str, Any]:
    """The relations as they are now, with what a proposal would change in them."""
    pattern = text.pattern if isinstance(text, Proposal) else text
    now = relating.rows_of(pattern)[:MOST_RELATIONS] if pattern else []
    steps = (
        relating.steps(text.related_before, text.relations) if isinstance(text, Proposal) else []
    )
    return {"relations_seen": json.dumps(now), **_rows("relation", relating.merged(now, steps))}


def initial_from(experience: Experience) -> dict[str, Any]:
    """What its author told, where a pattern says it: a beginning, in their own words."""
    parts = experience.parts
    here = Source(experience.title, f"{settings.SITE_URL}{experience.get_absolute_url()}")
    names = (*LISTS, "language", "evidence")
    return {
        **{name: getattr(experience, name) for name in names},
        "title": experience.title[:80],
        "context": parts.get("aim", ""),
        "steps": "\n".join(lines_of(parts.get("steps") or experience.did)),
        "limits": "\n".join(lines_of(parts.get("side_effects", ""))),
        "theme": experience.theme.slug,
        "other_theme": experience.other_theme.slug if experience.other_theme else "",
        **_emmie(experience.emmie),
        **_rows("source", [vars(here)]),
    }


def _emmie(emmie: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, box in emmie.items():
        shown[f"{name}_says"], shown[f"{name}_quality"] = box["says"], box["quality"]
        shown[f"{name}_sources"] = "\n".join(box["sources"])
    return shown


def _rows(rows: str, said: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    shown: dict[str, Any] = {f"{rows}_rows": max(len(said), ROWS[rows][1])}
    for number, row in enumerate(said):
        shown |= {f"{rows}_{number}_{name}": row[name] for name in ROWS[rows][0]}
    return shown
