"""What a pattern's page shows of other tables, written beside it when one of them changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q

from media4sec.patterns.models import Pattern, PatternRelation, Relation


def keep_beside(patterns: Iterable[Pattern]) -> None:
    """Write anew what stands beside these patterns: seven queries and a save each."""
    for pattern in patterns:
        pattern.beside = {
            "judgements": list(pattern.judgements.values_list("face", "group", "because")[:60]),
            "faces": dict(pattern.judgements.order_by().values_list("face").annotate(Count("pk"))),
            "voices": pattern.voices.there().count(),
            "related": _related(pattern),
            "members": list(pattern.members.order_by("title").values("slug", "title", "summary")),
            "versions": [
                [number, f"{at:%Y-%m-%d}"]
                for number, at in pattern.versions.values_list("number", "published_at")
            ],
        }
        pattern.save(update_fields=["beside"])


def around(pattern: Pattern) -> list[Pattern]:
    """Those on whose pages this one is named: related ones, and its group."""
    related = Q(relations__target=pattern) | Q(relations_back__source=pattern)
    named = related | Q(members=pattern)
    return list(Pattern.objects.filter(named).distinct())


def _related(pattern: Pattern) -> list[dict[str, Any]]:
    both = Q(source=pattern) | Q(target=pattern)
    rows = []
    for each in PatternRelation.objects.filter(both).select_related("source", "target"):
        is_ours = each.source_id == pattern.pk
        other = each.target if is_ours else each.source
        rows.append(
            {
                "slug": other.slug,
                "title": other.title,
                "how": each.how,
                "is_ours": is_ours,
                "because": each.because,
            }
        )
    order = list(Relation)
    return sorted(rows, key=lambda row: (order.index(Relation(row["how"])), row["title"]))
