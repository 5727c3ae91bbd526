"""What was tried, in lists: where, who as far as it may be said, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media4sec.kit.markdown import plain
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.refs import Ref
from media4sec.members.countries import country_name
from media4sec.members.speakers import Byline, Names, sealed, speakers_of
from media4sec.patterns.figures import FEWEST, wilson
from media4sec.patterns.models import Evidence, Experience, Outcome

_LONGEST_EXCERPT = 220
_ON_ITS_PAGE = {Label.AMBER_STRICT, Label.RED}


@dataclass(frozen=True)
class Tried:
    """An experience in a list."""

    title: str
    url: str
    where: str
    who: Byline
    outcome: str
    tone: str
    label: str
    at: datetime
    evidence: str
    pips: int
    excerpt: str
    language: str
    is_reviewed: bool


def listed(visitor: Any) -> QuerySet[Experience, Experience]:
    """What a list may show this visitor: what they may read, except RED, which no list shows."""
    found = Experience.objects.visible_to(visitor).standing().exclude(label=Label.RED)
    return found.select_related("author").defer("parts", "did", "emmie", "attachments")


def rows_of_tried(
    experiences: Iterable[Experience], visitor: Any, *, is_page: bool = False
) -> list[Tried]:
    """Rows in this order; at most two queries for the names, however many they are. Of what
    stays on its own page, a list shows the title only."""
    experiences = list(experiences)
    names = Names(visitor, [each.author for each in experiences if not each.is_chatham])
    speakers = speakers_of([each for each in experiences if each.is_chatham])
    return [
        Tried(
            title=each.title,
            url=each.get_absolute_url(),
            where=place_of(each) if is_page or each.label not in _ON_ITS_PAGE else "",
            who=(
                sealed(speakers.get((Ref.to(each), each.author_id)), visitor=visitor)
                if each.is_chatham
                else names.named(each.author)
            ),
            outcome=str(Outcome(each.outcome).label),
            tone=Outcome(each.outcome).tone,
            label=each.label,
            at=each.told_at,
            evidence=str(Evidence(each.evidence).label),
            # Four marks for five levels: the last two differ in words only.
            pips=min(each.evidence, 4),
            excerpt=_excerpt(each),
            language=each.language,
            is_reviewed=each.has_passed,
        )
        for each in experiences
    ]


def _excerpt(experience: Experience) -> str:
    """How it begins."""
    if experience.label in _ON_ITS_PAGE:
        return ""
    words = plain(experience.html.get("happened", "")) if experience.html else ""
    if len(words) <= _LONGEST_EXCERPT:
        return words
    return f"{words[:_LONGEST_EXCERPT].rsplit(' ', 1)[0]} …"


def place_of(experience: Experience) -> str:
    """The place as far as it may be said, with the country."""
    shown = (experience.shown_place, country_name(experience.shown_country))
    return ", ".join(part for part in shown if part)


def told_in(experiences: QuerySet[Experience, Experience]) -> list[tuple[str, str, str]]:
    """Shown country, shown place and outcome of each, in one query."""
    columns = ("country", "hides_country", "place", "attribution", "outcome")
    return [
        (
            "" if hides_country else country,
            "" if attribution == Attribution.CHATHAM else place,
            outcome,
        )
        for country, hides_country, place, attribution, outcome in experiences.order_by()
        .select_related(None)
        .defer(None)
        .values_list(*columns)
    ]


# In how many places


@dataclass(frozen=True)
class Places:
    """What came of it, place by place: where it went both ways, it is mixed."""

    outcomes: Mapping[str, int]
    unknown: int  # told without a country
    told: int  # experiences, of which several may come from one place

    @property
    def count(self) -> int:
        return sum(self.outcomes.values())

    def __bool__(self) -> bool:
        return bool(self.told)


def places_of(rows: Iterable[tuple[str, str, str]]) -> Places:
    """``rows``: the shown country and place, and the outcome. Nothing is counted twice."""
    by_place: dict[tuple[str, str], set[str]] = {}
    unknown = told = 0
    for country, place, outcome in rows:
        told += 1
        if not country:
            unknown += 1
            continue
        by_place.setdefault((country, place.casefold().strip()), set()).add(outcome)
    counts: dict[str, int] = {}
    for said in by_place.values():
        outcome = said.pop() if len(said) == 1 else str(Outcome.MIXED)
        counts[outcome] = counts.get(outcome, 0) + 1
    return Places(counts, unknown, told)


def in_words(places: Places) -> str:
    """Never a score: "Worked in 4 of 6 places. Mixed: 1. Harmed: 1."."""
    said = []
    if places.count:
        first = ngettext(
            "Worked in %(worked)d of %(count)d place.",
            "Worked in %(worked)d of %(count)d places.",
            places.count,
        )
        worked = places.outcomes.get(Outcome.WORKED, 0)
        said.append(first % {"worked": worked, "count": places.count})
        said += [
            f"{outcome.label}: {places.outcomes[outcome]}."
            for outcome in Outcome
            if outcome != Outcome.WORKED and places.outcomes.get(outcome)
        ]
    if places.count >= FEWEST:
        low, high = wilson(places.outcomes.get(Outcome.WORKED, 0), places.count)
        words = _(
            "Were these places drawn by lot, it would work in %(low)d to %(high)d of 100 (95 %% "
            "interval after Wilson). They were not: people told of them freely."
        )
        said.append(words % {"low": round(100 * low), "high": round(100 * high)})
    if places.unknown:
        words = ngettext(
            "%d experience does not say where.",
            "%d experiences do not say where.",
            places.unknown,
        )
        said.append(words % places.unknown)
    return " ".join(said)
