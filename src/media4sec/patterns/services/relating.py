"""How patterns come to belong together: in the transaction in which a proposal is published."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from media4sec.kit.activity import record
from media4sec.kit.errors import Refused
from media4sec.members.models import Member
from media4sec.patterns import relating
from media4sec.patterns.models import Pattern, PatternRelation, Proposal, Relation, Relative


def relate(pattern: Pattern, proposal: Proposal, *, by: Member) -> None:
    """Take the steps of the proposal, and no other; both sides are told. Whoever else changes
    relations waits for the clock of patterns, which this transaction holds."""
    steps = relating.steps(proposal.related_before, proposal.relations)
    kept = _kept(pattern)
    others = _others([step.to for step in steps])
    refuse_met([row for row, _relation in kept.values()], steps, others)
    refuse_circles(pattern.slug, steps)
    for step in steps:
        now, relation = kept.get(step.to, (None, None))
        if now == step.row or step.to not in others:
            continue
        _put(pattern, others[step.to], relation, step.row)
        _tell(pattern, others[step.to], now, step.row, by=by)


def _kept(pattern: Pattern) -> dict[str, tuple[relating.Row, PatternRelation]]:
    """Its relations as they are this moment, by the address of the other one."""
    both = PatternRelation.objects.filter(Q(source=pattern) | Q(target=pattern))
    rows = {}
    for each in both.select_related("source", "target"):
        is_ours = each.source_id == pattern.pk
        other = each.target if is_ours else each.source
        how = relating.read(each.how, is_ours=is_ours)
        row = {"to": other.slug, "how": str(how), "because": each.because}
        rows[other.slug] = (row, each)
    return rows


def _others(slugs: list[str]) -> dict[str, Pattern]:
    return {each.slug: each for each in Pattern.objects.filter(slug__in=slugs)}


def refuse_met(
    now: list[relating.Row], steps: list[relating.Step], others: dict[str, Pattern]
) -> None:
    for step in relating.met(now, steps):
        if step.to in others:
            raise Refused(
                _(
                    "Somebody has changed meanwhile how it is related to “%(title)s”. Its authors "
                    "must look at that first."
                )
                % {"title": others[step.to].title}
            )


def refuse_circles(slug: str, steps: list[relating.Step]) -> None:
    """Nothing comes before itself, and nothing is a special case of itself."""
    if not any(step.row for step in steps):
        return
    kept = PatternRelation.objects.filter(how__in=relating.STRAIGHT)
    found = relating.in_a_circle(
        kept.values_list("how", "source__slug", "target__slug"), slug, steps
    )
    if found is None:
        return
    other = next(each for each in found[1:] if each != slug)
    title = Pattern.objects.get(slug=other).title
    if found[0] == Relation.SPECIALISES:
        words = _("Over its other relations, “%(title)s” would be a special case of itself.")
    else:
        words = _("Over its other relations, “%(title)s” would come before itself.")
    raise Refused(words % {"title": title})


def _put(
    pattern: Pattern, other: Pattern, relation: PatternRelation | None, row: relating.Row | None
) -> None:
    if relation is not None:
        relation.delete()
    if row is None:
        return
    how, start, _end = relating.edge(pattern.slug, row)
    source, target = (pattern, other) if start == pattern.slug else (other, pattern)
    PatternRelation.objects.create(source=source, how=how, target=target, because=row["because"])


def _tell(
    pattern: Pattern,
    other: Pattern,
    was: relating.Row | None,
    row: relating.Row | None,
    *,
    by: Member,
) -> None:
    """In the history of both; the other one's writers hear of it."""
    record(by, "relates", pattern, **_facts(other, was, row))
    record(by, "related", other, **_facts(pattern, _from_there(was), _from_there(row)))


def _facts(to: Pattern, was: relating.Row | None, row: relating.Row | None) -> dict[str, Any]:
    said = [[each["how"], each["because"]] if each else [] for each in (was, row)]
    return {"to": to.slug, "title": to.title, "was": said[0], "how": said[1]}


def _from_there(row: relating.Row | None) -> relating.Row | None:
    return {**row, "how": str(Relative(row["how"]).back)} if row else None
