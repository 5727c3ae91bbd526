"""Checks of the demo community, begun, answered and decided through the services."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from media4sec.assessments import services
from media4sec.assessments.models import Check, Opinion, Proof, Role
from media4sec.assessments.queries.answers import standing_of
from media4sec.assessments.queries.deciding import ATTESTATIONS
from media4sec.assessments.queries.examples import examples
from media4sec.assessments.services import Given, Ruling, Said, Telling, Wanted
from media4sec.kit.clock import now, pretend
from media4sec.kit.content import read_rows
from media4sec.kit.marking import Label
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kinds
from media4sec.kit.town import Town

FILE = Path(__file__).parent / "data" / "en" / "demo" / "checks.toml"
#: Nobody shall take one for a plan of theirs.
MADE_UP = "Demo: this plan was made up, to show how a check looks."


def furnish(town: Town) -> None:
    for row in read_rows(FILE, "check"):
        if {row["by"], *row.get("people", {}).values()} <= town.people.keys():
            _check(town, row)


def _check(town: Town, row: dict[str, Any]) -> None:
    by = town.people[row["by"]]
    begun = town.today - timedelta(days=row["days_ago"])
    with pretend(begun):
        check = services.begin(
            by=by,
            title=row["title"],
            description=f"{row['description']}\n\n{MADE_UP}",
            activity=row["activity"],
            circle=town.circles.get(row.get("circle", "")),
            origin=_pattern(row.get("pattern", "")),
        )
    told = examples()[row["example"]].answers if "example" in row else {}
    answers = {**told, **row.get("answers", {})}
    with pretend(begun + timedelta(hours=1)):
        for question, value in answers.items():
            said = tuple(value) if isinstance(value, list) else value
            services.answer(check, question, Said(said), by=by)
    if "people" in row and check.circle:
        _review(town, row, check)


def _pattern(slug: str) -> Ref | None:
    kind = kinds().get("patterns.pattern")
    found = kind.model._default_manager.filter(slug=slug).first() if kind and slug else None
    return Ref.to(found) if found else None


def _review(town: Town, row: dict[str, Any], check: Check) -> None:
    """Its people say yes to their parts, look at what is shown, and say what they think."""
    by, begun = check.author, check.begun_at
    people = {role: town.people[key] for role, key in row["people"].items()}
    with pretend(begun + timedelta(hours=2)):
        for role, member in people.items():
            part = services.ask(check, by=by, member=member, role=role, note=row["note"])
            services.accept(part, by=member)
    with pretend(begun + timedelta(days=1)):
        _prove(check, row, judge=people[Role.LEGAL])
        services.submit(check, by=by)
    with pretend(begun + timedelta(days=2)):
        for said in row["opinions"]:
            services.advise(
                check,
                by=people[said["role"]],
                role=said["role"],
                advice=said["advice"],
                words=said["words"],
                seen=services.version_of(check).sha256,
            )
    if "decision" in row:
        with pretend(begun + timedelta(days=3)):
            _decide(check, row["decision"], by=people[Role.APPROVER])


def _prove(check: Check, row: dict[str, Any], *, judge: Any) -> None:
    """What the check calls for is shown; one piece is left to become a condition."""
    result = standing_of(check).hoped
    several = {
        Proof.Of.SAFEGUARD: result.safeguards,
        Proof.Of.DOCUMENT: result.documents,
        Proof.Of.AUTHORISATION: result.authorisations,
    }
    for of, needed in several.items():
        for each in needed:
            if each.key in row["left"]:
                continue
            given = Given(words=row["shown"])
            if of == Proof.Of.AUTHORISATION:
                given = Given(words=row["shown"], office=row["office"], statute=row["statute"])
            proof = services.give_proof(check, of, each.key, given, by=check.author)
            services.accept_proof(proof, by=judge)


def _decide(check: Check, said: dict[str, Any], *, by: Any) -> None:
    version = services.version_of(check)
    for opinion in version.opinions.exclude(advice=Opinion.Advice.AGREES):
        services.take_opinion(opinion, Opinion.Taken.ACCEPTED, by=by)
    due = (now() + timedelta(days=said["days"])).date()
    ruling = Ruling(
        seen=version.sha256,
        reason=said["reason"],
        attested=tuple(map(str, ATTESTATIONS)),
        conditions=tuple(Wanted(text, check.author, due) for text in said["conditions"]),
    )
    services.approve(check, ruling, by=by)
    services.tell(
        check,
        Telling(
            title=said["summary"]["title"],
            text=said["summary"]["text"],
            label=Label.CLEAR,
            about=Ref.parse(check.origin) if check.origin else None,
        ),
        by=check.author,
    )
