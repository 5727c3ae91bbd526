"""An experience's own page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from media4sec.kit.refs import Ref
from media4sec.members.countries import language_name
from media4sec.members.models import Group
from media4sec.patterns.models import (
    PARTS,
    Actor,
    Evidence,
    Experience,
    Outcome,
    Pattern,
    Phase,
    Platform,
    Size,
    Variation,
)
from media4sec.patterns.queries.reading import Box, Tried, boxes_of, place_of, rows_of_tried


@dataclass(frozen=True)
class Part:
    title: str
    html: str


@dataclass(frozen=True)
class ExperiencePage:
    """The finished values of an experience's page."""

    ref: Ref
    row: Tried
    parts: list[Part]
    facts: list[tuple[str, str]]
    themes: list[Any]
    patterns: list[Pattern]
    boxes: list[Box]
    level: str
    is_note: bool


def experience_at(visitor: Any, pk: int) -> Experience | None:
    """The experience, if this visitor may read it and it is there."""
    if pk >= 2**63:
        return None
    found = Experience.objects.visible_to(visitor).filter(pk=pk, deleted_at__isnull=True)
    return found.select_related("author", "theme", "other_theme", "circle", "after").first()


def experience_page(visitor: Any, experience: Experience) -> ExperiencePage:
    """Its words and facts: two or three queries, whatever it tells."""
    html = experience.html
    return ExperiencePage(
        ref=Ref.to(experience),
        row=rows_of_tried([experience], visitor)[0],
        parts=[Part(str(title), html[name]) for name, title in PARTS.items() if html.get(name)],
        facts=_facts(experience),
        themes=[theme for theme in (experience.theme, experience.other_theme) if theme],
        patterns=list(experience.patterns.only("slug", "title", "summary")),
        boxes=boxes_of(experience.emmie),
        level=str(Evidence(experience.evidence).label),
        is_note=experience.is_note,
    )


def _facts(experience: Experience) -> list[tuple[str, str]]:
    """What is known about it, as term and value; what nobody said is left out."""
    rows = [
        (_("Place"), place_of(experience)),
        (_("Size of the place"), _one(Size, experience.size)),
        (_("Who acted"), _many(Actor, experience.actors)),
        (_("For whom"), _many(Group, experience.groups)),
        (_("Platforms"), _many(Platform, experience.platforms)),
        (_("When"), _many(Phase, experience.phases)),
        (_("Compared with it"), _one(Variation, experience.variation)),
        (_("Outcome"), _one(Outcome, experience.outcome)),
        (_("Language"), language_name(experience.language)),
    ]
    return [(term, value) for term, value in rows if value]


def _one(choices: Any, value: str) -> str:
    return str(choices(value).label) if value else ""


def _many(choices: Any, values: list[str]) -> str:
    return ", ".join(str(choices(value).label) for value in values if value in choices)
