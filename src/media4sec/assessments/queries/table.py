"""What is on the table of a check: accepted proofs, opinions, and levels that reviewers set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F

from media4sec.assessments.evaluation import Evidence, Gauged
from media4sec.assessments.models import Check, Gauge, Opinion, Proof, Role

#: What the rules call the opinion of a role, where they ask for one.
OPINIONS = {
    Role.OFFICER: "dpo",
    Role.LEGAL: "legal",
    Role.ETHICS: "ethics",
    Role.COMMUNITY: "community",
}


@dataclass(frozen=True)
class Table:
    evidence: Evidence = field(default_factory=Evidence)
    gauged: dict[str, Gauged] = field(default_factory=dict)


def table_of(check: Check, day: date) -> Table:
    return tables_of([check], day)[check.pk]


def tables_of(checks: Collection[Check], day: date) -> dict[int, Table]:
    """Check → what is on its table that day, in three queries."""
    pks = [each.pk for each in checks]
    accepted = Proof.objects.filter(check_of__in=pks, state=Proof.State.ACCEPTED)
    there: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for proof in counting(accepted, day):
        if not proof.has_lapsed(day):
            there[proof.check_of_id][proof.of].add(proof.key)
    # An opinion is of one version: it does not stand for the next one.
    said = Opinion.objects.filter(
        version__check_of__in=pks, version__number=F("version__check_of__version")
    )
    for pk, role in said.values_list("version__check_of", "role"):
        there[pk]["opinion"].add(OPINIONS[Role(role)])
    gauged: dict[int, dict[str, Gauged]] = defaultdict(dict)
    for gauge in Gauge.objects.filter(check_of__in=pks, dropped_at=None).order_by("id"):
        if gauge.counts:
            gauged[gauge.check_of_id][gauge.risk] = Gauged(gauge.levels, gauge.floor)
    return {pk: Table(_evidence(there[pk]), gauged[pk]) for pk in pks}


def counting(proofs: Iterable[Proof], day: date) -> list[Proof]:
    """Of those given for the same thing, the one that was accepted last and has begun. A newer one
    takes the place of an older one even where it lapses earlier."""
    accepted = [each for each in proofs if each.state == Proof.State.ACCEPTED]
    begun = [each for each in accepted if each.valid_from is None or each.valid_from <= day]
    begun.sort(key=lambda each: (each.judged_at or each.given_at, each.pk))
    return [*{(each.check_of_id, each.of, each.key): each for each in begun}.values()]


def _evidence(there: dict[str, set[str]]) -> Evidence:
    return Evidence(
        safeguards=frozenset(there[Proof.Of.SAFEGUARD]),
        documents=frozenset(there[Proof.Of.DOCUMENT]),
        authorisations=frozenset(there[Proof.Of.AUTHORISATION]),
        opinions=frozenset(there["opinion"]),
    )
