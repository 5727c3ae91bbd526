"""What the demo community tried, furnished through the services in the order of time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from media4sec.kit.clock import pretend
from media4sec.kit.content import read_rows
from media4sec.kit.models import Theme
from media4sec.kit.town import Town
from media4sec.members.models import Circle, Member
from media4sec.members.services import circles
from media4sec.patterns import services
from media4sec.patterns.account import Account
from media4sec.patterns.content import load_content
from media4sec.patterns.models import Experience, Pattern

FILE = Path(__file__).parent / "data" / "en" / "demo" / "experiences.toml"
#: Every demo experience ends so: nobody shall take it for one.
MADE_UP = "*Demo: this was made up, to show how it looks.*"
_PLAIN = ("title", "outcome", "country", "place", "variation", "face", "size", "contact")
_LISTS = ("actors", "groups", "platforms", "phases")


def furnish(town: Town) -> None:
    """What they tried, the oldest first, so that each can be tried again by others."""
    with pretend(town.today - timedelta(days=200)):
        load_content()
    told: dict[str, Experience] = {}
    for row in sorted(read_rows(FILE, "experience"), key=lambda row: -row["days_ago"]):
        with pretend(town.today - timedelta(days=row["days_ago"], hours=3)):
            told[row["key"]] = _tell(town, row, told)


def _tell(town: Town, row: dict[str, Any], told: dict[str, Experience]) -> Experience:
    circle = town.circles[row["circle"]] if "circle" in row else None
    return services.tell(
        _account(row),
        by=_someone(town, row["author"], circle),
        circle=circle,
        label=f"TLP:{row.get('label', 'CLEAR')}",
        attribution=row.get("attribution", "named"),
        readers=[town.people[key] for key in row.get("readers", ())],
        after=told[row["after"]] if "after" in row else None,
    )


def _someone(town: Town, key: str, circle: Circle | None) -> Member:
    """A member; in a circle that is entered freely, from now on if not before."""
    member: Member = town.people[key]
    if circle and circle.pk not in member.memberships_by_circle:
        circles.enter(circle, by=member)
        member.forget_memberships()
    return member


def _account(row: dict[str, Any]) -> Account:
    themes = [Theme.objects.get(slug=slug) for slug in row["themes"]]
    patterns = {each.slug: each for each in Pattern.objects.filter(slug__in=row["patterns"])}
    return Account(
        did=f"{row['did']}\n\n{MADE_UP}".strip(),
        happened=row["happened"],
        theme=themes[0],
        other_theme=themes[1] if len(themes) > 1 else None,
        patterns=tuple(patterns[slug] for slug in row["patterns"]),
        evidence=row["evidence"],
        parts=row.get("parts", {}),
        emmie=row.get("emmie", {}),
        **{name: row[name] for name in _PLAIN if name in row},
        **{name: tuple(row.get(name, ())) for name in _LISTS},
    )
