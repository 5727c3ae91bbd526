"""What belongs together, across rooms that never import each other."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from media4sec.kit.clock import now
from media4sec.kit.entry import Entry
from media4sec.kit.errors import Refused
from media4sec.kit.models import Link
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kinds


@dataclass(frozen=True)
class Related:
    """One line of the "linked to this" panel."""

    relation: str
    kind_title: str
    icon: str
    entry: Entry


def link(source: models.Model, relation: str, target: models.Model, *, by: Any) -> Link:
    """Say that two things belong together; Refused when it was said before."""
    here, there = Ref.to(source), Ref.to(target)
    if here == there:
        raise Refused(_("A thing cannot be linked to itself."))
    try:
        with transaction.atomic():
            return Link.objects.create(
                source_kind=here.kind,
                source_id=here.pk,
                relation=relation,
                target_kind=there.kind,
                target_id=there.pk,
                made_by=by if getattr(by, "pk", None) else None,
                made_at=now(),
            )
    except IntegrityError as error:
        raise Refused(_("These two are linked already.")) from error


def related(thing: models.Model, *, visitor: Any) -> list[Related]:
    """Both directions, only what the visitor may open, in 1 + one query per kind found."""
    here = Ref.to(thing)
    links = Link.objects.filter(
        Q(source_kind=here.kind, source_id=here.pk) | Q(target_kind=here.kind, target_id=here.pk)
    ).order_by("id")[:50]
    wanted: dict[str, dict[int, str]] = defaultdict(dict)
    for each in links:
        other = each.target if each.source == here else each.source
        wanted[other.kind].setdefault(other.pk, each.get_relation_display())
    found = []
    for name, relations in wanted.items():
        kind = kinds().get(name)
        if kind is None:
            continue
        seen = set(kind.visible_to(visitor).filter(pk__in=relations).values_list("pk", flat=True))
        found += [
            Related(relations[each.pk], str(kind.title), kind.icon, kind.entry(each))
            for each in kind.fetch(seen)
        ]
    return found
