"""What changes in how patterns belong together: as proposed, and as it happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from media4sec.kit.models import Activity
from media4sec.kit.refs import Ref
from media4sec.patterns import relating
from media4sec.patterns.models import Pattern, Proposal, Relative

#: So many of the newest changes are told in a history.
MOST = 20


@dataclass(frozen=True)
class Related:
    """How another pattern was related, and how it is then, in words."""

    title: str
    old: str
    new: str
    at: datetime | None = None


def patterns_to_relate(pattern: Pattern | None) -> list[Pattern]:
    """What one may name in a proposal: all that stand, and what is related already."""
    also = [row["to"] for row in relating.rows_of(pattern)] if pattern else []
    found = Pattern.objects.filter(~Q(state=Pattern.State.ARCHIVED) | Q(slug__in=also))
    return list(found.only("pk", "slug", "title", "is_group"))


def titles_of(*rows: Iterable[relating.Row]) -> dict[str, str]:
    """How the patterns in these rows are called; one query, or none."""
    slugs = {row["to"] for some in rows for row in some}
    if not slugs:
        return {}
    return dict(Pattern.objects.filter(slug__in=slugs).values_list("slug", "title"))


def changes(proposal: Proposal, titles: dict[str, str]) -> list[Related]:
    """What comes, what goes and what is said otherwise when it is published."""
    return _told(relating.steps(proposal.related_before, proposal.relations), titles)


def meanwhile(proposal: Proposal, titles: dict[str, str] | None = None) -> list[Related]:
    """Relations that its authors saw otherwise: they look at them before it is published."""
    titles = titles_of(proposal.relations, proposal.related_before) if titles is None else titles
    making = {Proposal.State.DRAFT, Proposal.State.IN_REVIEW}
    if proposal.pattern is None or proposal.state not in making:
        return []
    now = relating.rows_of(proposal.pattern)
    by_slug = {row["to"]: row for row in now}
    steps = relating.steps(proposal.related_before, proposal.relations)
    since = [
        relating.Step(step.to, step.was, by_slug.get(step.to)) for step in relating.met(now, steps)
    ]
    return _told(since, titles)


def between(old: Proposal, new: Proposal) -> list[Related]:
    """What two texts of a proposal say otherwise of other patterns."""
    titles = titles_of(old.relations, new.relations)
    return _told(relating.steps(old.relations, new.relations), titles)


def _told(steps: Sequence[relating.Step], titles: dict[str, str]) -> list[Related]:
    return [
        Related(titles[step.to], _said(step.was), _said(step.row))
        for step in steps
        if step.to in titles
    ]


def _said(row: relating.Row | None) -> str:
    return in_words(row["how"], row["because"]) if row else _("Not related")


def in_words(how: str, because: str) -> str:
    """“Use before: the plan comes first.”"""
    label = str(Relative(how).label)
    return f"{label}: {because}" if because else label


def happened(pattern: Pattern) -> list[Related]:
    """How its relations changed, the newest change first, whichever of the two was published."""
    log = Activity.objects.about(Ref.to(pattern)).filter(verb__in=["related", "relates"])
    return [
        Related(each.facts["title"], _was(each.facts["was"]), _was(each.facts["how"]), each.at)
        for each in log[:MOST]
    ]


def _was(said: list[Any]) -> str:
    return in_words(*said) if said else _("Not related")
