"""What a pattern's page shows of other tables, written beside it when one of them changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q

from media4sec.kit.models import Moderated
from media4sec.patterns.models import Pattern, PatternRelation, Relation

_VISIBLE = Moderated.Standing.VISIBLE


def keep_beside(patterns: Iterable[Pattern]) -> None:
    """Write anew what stands beside these patterns: eight queries and a save each."""
    for pattern in patterns:
        pattern.beside = {
            **_judgements(pattern),
            "voices": pattern.voices.there().count(),
            "related": _related(pattern),
            "members": list(pattern.members.order_by("title").values("slug", "title", "summary")),
            **_versions(pattern),
        }
        pattern.save(update_fields=["beside"])


def _versions(pattern: Pattern) -> dict[str, Any]:
    """Every version with its day, and who wrote the newest one."""
    rows = list(pattern.versions.values_list("number", "published_at", "authors"))
    return {
        "versions": [[number, f"{at:%Y-%m-%d}"] for number, at, _authors in rows],
        "authors": next((who for number, _at, who in rows if number == pattern.version), []),
    }


def _judgements(pattern: Pattern) -> dict[str, Any]:
    """What is said, and how often; what moderators hid is a gap and does not count."""
    said, hidden = pattern.judgements.standing(), pattern.judgements.exclude(standing=_VISIBLE)
    return {
        "judgements": list(said.values_list("face", "group", "because", "pk")[:60]),
        "faces": dict(said.order_by().values_list("face").annotate(Count("pk"))),
        "gaps": list(hidden.values_list("pk", "standing_reason")[:60]),
    }


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
