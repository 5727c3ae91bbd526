"""What the demo's moderators found on their desk, and what they have decided so far."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser

from media4sec.kit.clock import pretend
from media4sec.kit.content import read_rows
from media4sec.kit.rooms import kinds
from media4sec.kit.town import Town
from media4sec.moderation import services

FILE = Path(__file__).parent / "data" / "en" / "demo" / "reports.toml"
MODERATOR = "victim-support-ie"


def furnish(town: Town) -> None:
    """Held replies are decided but for the last; some reports wait, one is decided."""
    if MODERATOR in town.people:
        _decide_held(town)
        for row in read_rows(FILE, "report"):
            _report(town, row)


def _decide_held(town: Town) -> None:
    moderator = town.people[MODERATOR]
    things = [
        thing
        for kind in kinds().values()
        if kind.held is not None
        for thing in kind.fetch(kind.held().values_list("pk", flat=True))
    ]
    for thing in things[:-1]:
        with pretend(min(thing.posted_at + timedelta(hours=5), town.today)):
            if "http" in thing.body:
                services.decline(
                    thing,
                    by=moderator,
                    reference="rules@2026-1#adverts",
                    facts="The reply praises a paid tool three times and links to its prices.",
                    reason="Advertising.",
                )
            else:
                services.release(thing, by=moderator)


def _report(town: Town, row: dict[str, Any]) -> None:
    thing = _thing_about(row["about"])
    if thing is None:
        return
    with pretend(town.today - timedelta(hours=row["hours_ago"])):
        made = services.report(
            thing,
            by=town.people[row["reporter"]] if "reporter" in row else AnonymousUser(),
            words=row["words"],
            category=row["category"],
            name=row.get("name", ""),
            email=row.get("email", ""),
        )
    if "kept_by" in row and made.case:
        with pretend(town.today - timedelta(hours=row["hours_ago"] - 20)):
            services.keep(made.case, by=town.people[row["kept_by"]], reason=row["reason"])


def _thing_about(words: str) -> Any:
    """A thing that everybody may read, by a word of its title."""
    for kind in kinds().values():
        if not kind.is_part:
            for thing in kind.fetch(kind.visible_to(AnonymousUser()).values_list("pk", flat=True)):
                if words in kind.entry(thing).title:
                    return thing
    return None
