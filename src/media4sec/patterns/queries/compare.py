"""Two or three patterns side by side, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy

from media4sec.patterns.models import Evidence, Pattern
from media4sec.patterns.queries.reading import Balance, Reading, balance_of, reading_of

MOST = 3
#: What is compared, in the order of a pattern's page.
ROWS = {
    "summary": gettext_lazy("In one sentence"),
    "context": gettext_lazy("Context and problem"),
    "forces": gettext_lazy("Forces"),
    "therefore": gettext_lazy("Solution"),
    "steps": gettext_lazy("How to do it"),
    "limits": gettext_lazy("Limits and controversies"),
    "law": gettext_lazy("Legal and ethical notes"),
    "evidence": gettext_lazy("Evidence"),
    "views": gettext_lazy("Good, bad or ugly?"),
}


@dataclass(frozen=True)
class Side:
    """One of the patterns that are compared."""

    pattern: Pattern
    reading: Reading
    level: str
    balance: list[Balance]
    without_url: str  # the same page without it


@dataclass(frozen=True)
class ComparePage:
    sides: list[Side]
    rows: list[tuple[str, str]]  # its name, and its title
    to_add: list[Pattern]
    suggested: list[tuple[str, str, str]]  # title, how it is related, the address with it
    is_unknown: bool  # an address named what is not here
    is_too_many: bool


def compare_page(slugs: Sequence[str]) -> ComparePage:
    """Those of the named patterns that are there, three at most: two queries."""
    asked = list(dict.fromkeys(slug for slug in slugs[:20] if slug))
    found = {
        pattern.slug: pattern for pattern in Pattern.objects.filter(slug__in=asked).defer("text")
    }
    known = [slug for slug in asked if slug in found]
    chosen = known[:MOST]
    return ComparePage(
        sides=[_side(found[slug], chosen) for slug in chosen],
        rows=[(name, str(title)) for name, title in ROWS.items()],
        to_add=_others(chosen) if len(chosen) < MOST else [],
        suggested=_suggested(found[chosen[0]], chosen) if 0 < len(chosen) < MOST else [],
        is_unknown=len(known) < len(asked),
        is_too_many=len(known) > MOST,
    )


def address(slugs: Sequence[str]) -> str:
    """The page that compares these."""
    asked = urlencode([("with", slug) for slug in slugs])
    return f"{reverse('patterns:compare')}?{asked}" if asked else reverse("patterns:compare")


def _side(pattern: Pattern, chosen: list[str]) -> Side:
    return Side(
        pattern=pattern,
        reading=reading_of(pattern.title, pattern.summary, pattern.content, pattern.html),
        level=str(Evidence(pattern.evidence).label),
        balance=balance_of(pattern),
        without_url=address([slug for slug in chosen if slug != pattern.slug]),
    )


def _others(chosen: list[str]) -> list[Pattern]:
    rest = Pattern.objects.current().exclude(slug__in=chosen)
    return list(rest.only("slug", "title").order_by("title"))


def _suggested(pattern: Pattern, chosen: list[str]) -> list[tuple[str, str, str]]:
    """What is related to the first one: the likeliest to be compared with it."""
    related = pattern.beside.get("related", [])
    return [
        (each["title"], each["because"], address([*chosen, each["slug"]]))
        for each in related
        if each["slug"] not in chosen
    ]
