"""The checks of a generated world: for their author, and for whom they name as a reader.

Nobody else learns that there is one: not in a list, a search, a letter, a feed or a count.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from media4sec.assessments import services
from media4sec.assessments.models import Check
from media4sec.assessments.services import Said
from media4sec.kit.marking import Label
from media4sec.kit.refs import Ref

#: Where a check is read, and the list of one's own.
DOORS = "checks"


def add_checks(
    world: Any, *, token: Callable[[str], str], secret: Callable[..., Any], may_read: Any
) -> None:
    """One that nobody else reads, begun from a pattern, and one in a circle with a reader."""
    _add_check(world, "anna", None, token=token, secret=secret, may_read=may_read)
    _add_check(world, "host", "ben", token=token, secret=secret, may_read=may_read)


def _add_check(
    world: Any, author: str, reader: str | None, *, token: Any, secret: Any, may_read: Any
) -> None:
    by = world.people[author]
    words = {name: token(name) for name in ("check", "plan", "reply", "comment")}
    pattern = world.bank.pattern
    check = services.begin(
        by=by,
        title=f"Check {words['check']}",
        description=f"We {words['plan']}.",
        activity="event_monitor",
        circle=world.circles[0] if reader and by.hosts(world.circles[0]) else None,
        origin=Ref.to(pattern) if pattern else None,
    )
    if reader:
        check.readers.add(world.people[reader])
    said = Said(f"It is {words['reply']}.", comment=f"See {words['comment']}.")
    services.answer(check, "q51", said, by=by)
    services.answer(check, "q39", Said("who"), by=by)
    world.checks.append(check)
    named = {world.people[reader].pk} if reader else set()
    rule = may_read(world, Label.RED, None, by.pk, named)
    for name, word in words.items():
        kind = "title" if name == "check" else "body"
        world.secrets.append(secret(word, kind, check, Label.RED, rule))


def values(checks: list[Check]) -> dict[tuple[str, str], list[Any]]:
    """What can stand in their addresses."""
    return {
        ("checks/", "pk"): [each.pk for each in checks] or [1],
        ("checks/", "key"): ["q51", "q39"],
    }


def must_be_there(secret: Any, door: str) -> bool:
    """Its readers find title and plan on its page, and the title in their list."""
    if secret.kind == "title" and door == "/checks/":
        return True
    is_shown = secret.kind == "title" or secret.token in secret.thing.description
    return is_shown and door == f"/checks/{secret.thing.pk}/"
