"""What readers of the demo left under its articles: members at once, guests for a moderator."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser

from media4sec.kit.clock import pretend
from media4sec.kit.content import read_rows
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of, kinds
from media4sec.kit.town import Town
from media4sec.replies import services
from media4sec.replies.models import Remark

FILE = Path(__file__).parent / "data" / "en" / "demo" / "replies.toml"
#: What the words of the demo answer.
UNDER = "journal.article"


def furnish(town: Town) -> None:
    """Each row under the article of its number, the newest first, a while after it appeared."""
    things = _things()
    said: dict[str, Remark] = {}
    for row in read_rows(FILE, "reply"):
        if row["under"] < len(things):
            said[row["key"]] = _leave(town, things[row["under"]], row, said)


def _things() -> list[Any]:
    """The articles that everybody may read and reply to, the newest first."""
    kind = kinds().get(UNDER)
    if kind is None or not kind.takes_replies:
        return []
    found = kind.fetch(kind.visible_to(AnonymousUser()).values_list("pk", flat=True))
    return sorted(found, key=lambda thing: kind_of(Ref.to(thing)).entry(thing).at, reverse=True)


def _leave(town: Town, thing: Any, row: dict[str, Any], said: dict[str, Remark]) -> Remark:
    appeared = kind_of(Ref.to(thing)).entry(thing).at
    moment = min(appeared + timedelta(hours=row["hours_later"]), town.today - timedelta(minutes=3))
    answered = said[row["to"]] if "to" in row else None
    with pretend(moment):
        if "author" in row:
            author = town.people[row["author"]]
            return services.leave(thing, by=author, body=row["body"], answers_to=answered)
        stranger = AnonymousUser()
        remark = services.leave_as_guest(
            thing, by=stranger, name=row["name"], email=row["email"], body=row["body"]
        )
        return services.confirm(remark, by=stranger)
