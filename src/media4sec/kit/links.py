"""What belongs together, across rooms that never import each other."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.kit.clock import now
from media4sec.kit.entry import Entry
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Door
from media4sec.kit.models import Link
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Kind, kinds

_MOST_READ, _MOST_SHOWN = 200, 50
#: The same link, told on the page of its target.
_SEEN_FROM_THERE = {
    Link.Relation.DISCUSSES: gettext_lazy("discussed in"),
    Link.Relation.ANSWERS: gettext_lazy("answered in"),
    Link.Relation.AROSE_FROM: gettext_lazy("led to"),
    Link.Relation.SEE_ALSO: gettext_lazy("see also"),
}


@dataclass(frozen=True)
class Related:
    """One line of the "linked to this" panel."""

    relation: str
    kind_title: str
    icon: str
    entry: Entry
    link: Link


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
    """Both directions, only what the visitor may open, in 1 + two queries per kind found.

    What may not stand in a list even for its readers does not stand here.
    """
    links = _links_of(Ref.to(thing))
    wanted: dict[str, list[int]] = defaultdict(list)
    for other in links:
        wanted[other.kind].append(other.pk)
    found = {
        entry.ref: Related(
            _words(links[entry.ref], entry.ref), str(kind.title), kind.icon, entry, links[entry.ref]
        )
        for name, kind in kinds().items()
        if name in wanted
        for entry in _entries(kind, wanted[name], visitor)
    }
    return [found[other] for other in links if other in found][:_MOST_SHOWN]


def _links_of(here: Ref) -> dict[Ref, Link]:
    """What is linked with this, in the order of linking; its first link."""
    links = Link.objects.filter(
        Q(source_kind=here.kind, source_id=here.pk) | Q(target_kind=here.kind, target_id=here.pk)
    ).order_by("id")[:_MOST_READ]
    found: dict[Ref, Link] = {}
    for each in links:
        found.setdefault(each.target if each.source == here else each.source, each)
    return found


def _words(link: Link, other: Ref) -> str:
    """How the other thing belongs here."""
    if link.target == other:
        return str(link.get_relation_display())
    return str(_SEEN_FROM_THERE[Link.Relation(link.relation)])


def _entries(kind: Kind, keys: list[int], visitor: Any) -> Iterator[Entry]:
    seen = set(kind.visible_to(visitor).filter(pk__in=keys).values_list("pk", flat=True))
    for thing in kind.fetch(seen) if seen else ():
        entry = kind.entry(thing).through(Door.SEARCH)
        if entry:
            yield entry
