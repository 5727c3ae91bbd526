"""The checks of a generated world: for their author, and for whom they name as a reader.

Nobody else learns that there is one: not in a list, a search, a letter, a feed or a count. In a
circle they are among its people: who is asked, and is still inside. What others may learn is a
summary, in words of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from media4sec.assessments import services
from media4sec.assessments.models import Check, Export, Gauge, Proof, Role, Summary
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.services import Given, Ruling, Said, Telling
from media4sec.assessments.services.freezing import freeze
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.refs import Ref

#: Where a check is read, and the list of one's own.
DOORS = "checks"
#: Who asks others for a part chooses among the members of the circle.
PICKERS = r"checks/\d+/(people|decide|place)"
_PEOPLE = ("anna", "ben", "cleo")


def add_checks(
    world: Any, *, token: Callable[[str], str], secret: Callable[..., Any], may_read: Any
) -> None:
    """One that nobody else reads, begun from a pattern; one in a circle, among its people."""
    words = {name: token(name) for name in ("check", "plan", "reply", "comment")}
    check = _begin(world, world.people["anna"], None, words)
    named: set[int] = set()
    _keep(world, check, words, may_read(world, Label.RED, None, check.author_id, named), secret)
    _add_reviewed(world, token=token, secret=secret, may_read=may_read)


def _begin(world: Any, by: Any, circle: Any, words: dict[str, str]) -> Check:
    pattern = world.bank.pattern
    check = services.begin(
        by=by,
        title=f"Check {words['check']}",
        description=f"We {words['plan']}.",
        activity="event_monitor",
        circle=circle,
        origin=Ref.to(pattern) if pattern else None,
    )
    said = Said(f"It is {words['reply']}.", comment=f"See {words['comment']}.")
    services.answer(check, "q51", said, by=by)
    services.answer(check, "q39", Said("safety"), by=by)
    world.checks.append(check)
    return check


def _keep(world: Any, check: Check, words: dict[str, str], rule: Any, secret: Any) -> None:
    for name, word in words.items():
        kind = "title" if name == "check" else "body"
        world.secrets.append(secret(word, kind, check, check.label, rule))


def _add_reviewed(world: Any, *, token: Any, secret: Any, may_read: Any) -> None:
    """A check of the host: somebody advises, somebody refuses it, and the host tells of it."""
    names = ("check", "plan", "reply", "comment", "note", "advice", "proof", "office", "refusal")
    words = {name: token(name) for name in names}
    host = world.people["host"]
    circle = next((each for each in world.circles if host.hosts(each)), None)
    check = _begin(world, host, circle, words)
    asked = [world.people[key] for key in _PEOPLE] if circle else []
    inside = [each for each in asked if each.pk in world.inside[circle.pk]]
    for member, role in zip(inside, (Role.LEGAL, Role.APPROVER), strict=False):
        part = services.ask(check, by=host, member=member, role=role, note=words["note"])
        services.accept(part, by=member)
    named = {each.pk for each in inside[:2]}
    people = {host.pk} | named

    def rule(visitor: Any) -> bool:
        is_there = may_read(world, check.label, circle, host.pk, named)(visitor)
        return is_there and visitor is not None and visitor.pk in people

    given = Given(words=words["proof"])
    needed = standing_of(check).hoped.safeguards
    if needed:
        services.give_proof(check, "safeguard", needed[0].key, given, by=host)
    if len(inside) >= 2:
        _decide(check, words, reviewer=inside[0], approver=inside[1])
        _tell(world, check, token=token, secret=secret, may_read=may_read)
    _keep(world, check, words, rule, secret)


def _decide(check: Check, words: dict[str, str], *, reviewer: Any, approver: Any) -> None:
    seen = freeze(standing_of(check), by=check.author).sha256
    Check.objects.filter(pk=check.pk).update(state=Check.State.SUBMITTED)
    check.refresh_from_db()
    services.advise(
        check, by=reviewer, role=Role.LEGAL, advice="against", words=words["advice"], seen=seen
    )
    services.export(check.versions.get(), "internal", "html", by=reviewer)
    services.refuse(check, Ruling(seen=seen, reason=f"No: {words['refusal']}."), by=approver)


def _tell(world: Any, check: Check, *, token: Any, secret: Any, may_read: Any) -> None:
    words = {name: token(name) for name in ("summary", "told")}
    label = Label.CLEAR if check.author_id % 2 else Label.GREEN
    text = f"We planned {words['told']} in general, and the check said no to it."
    telling = Telling(f"About {words['summary']}", text, label, Attribution.CHATHAM)
    summary = services.tell(check, telling, by=check.author)
    rule = may_read(world, label, None, check.author_id, set())
    for name, word in words.items():
        kind = "title" if name == "summary" else "body"
        world.secrets.append(secret(word, kind, summary, label, rule))
    world.sealed.setdefault(-summary.pk, set()).add(check.author_id)


def values(checks: list[Check]) -> dict[tuple[str, str], list[Any]]:
    """What can stand in their addresses."""
    pks = [each.pk for each in checks]
    parts = [part.pk for each in checks for part in each.parts.all()]
    codes = Export.objects.filter(version__check_of__in=pks).values_list("code", flat=True)
    told = Summary.objects.filter(check_of__in=pks).values_list("pk", flat=True)
    proofs = list(Proof.objects.filter(check_of__in=pks))
    risks = list(Gauge.objects.filter(check_of__in=pks).values_list("risk", flat=True))
    return {
        ("checks/parts/", "pk"): parts or [1],
        ("checks/summaries/", "pk"): [*told] or [1],
        ("checks/verify/", "code"): [*codes] or ["NONE"],
        ("checks/law/packs/", "key"): ["eu-base"],
        ("checks/law/provision/", "key"): ["AIA.26.10"],
        ("checks/<int:pk>/proofs/", "key"): [each.key for each in proofs] or ["SG.NOTICE"],
        ("checks/<int:pk>/risks/", "key"): risks or ["R.CHILL"],
        ("checks/", "pk"): pks or [1],
        ("checks/", "key"): ["q51", "q39"],
        ("checks/", "number"): [1],
        ("checks/", "of"): ["safeguard"],
        ("checks/", "part"): parts or [1],
        ("checks/", "proof"): [each.pk for each in proofs] or [1],
        **{("checks/", name): [1] for name in ("gauge", "opinion", "condition")},
    }


def people_of(check: Check) -> set[int]:
    return {check.author_id, *(part.member_id for part in check.parts.all())}


def is_among_them(checks: list[Check], door: str, person: Any, visitor: Any) -> bool:
    """The people of a check know each other, on its pages."""
    found = re.match(r"^/checks/(\d+)/", door)
    if visitor is None or (not found and door != "/checks/"):
        return False
    here = [each for each in checks if not found or str(each.pk) == found[1]]
    return any({person.pk, visitor.pk} <= people_of(each) for each in here)


def must_be_there(secret: Any, door: str) -> bool:
    """Its readers find title and plan on its page, and the title in their list."""
    if not isinstance(secret.thing, Check):
        return door == secret.thing.get_absolute_url()
    if secret.kind == "title" and door == "/checks/":
        return True
    is_shown = secret.kind == "title" or secret.token in secret.thing.description
    return is_shown and door == f"/checks/{secret.thing.pk}/"
