"""What belongs together: one page for every thing, where links are seen, made and taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.kit import links
from media4sec.kit.activity import record
from media4sec.kit.entry import Entry
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Label
from media4sec.kit.models import Link
from media4sec.kit.permissions import may, require
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kinds
from media4sec.site import rules, search  # noqa: F401 - whoever comes in meets the rules

_MOST_OFFERED = 10
#: What a form asks, from this thing to the other one.
RELATIONS = {
    Link.Relation.DISCUSSES: gettext_lazy("This discusses the other"),
    Link.Relation.ANSWERS: gettext_lazy("This answers the other"),
    Link.Relation.AROSE_FROM: gettext_lazy("This arose from the other"),
    Link.Relation.SEE_ALSO: gettext_lazy("Who reads one may want to see the other"),
}


@dataclass(frozen=True)
class LinkedPage:
    """A thing, what is linked to it, and what it could be linked to."""

    thing: models.Model
    entry: Entry
    related: list[links.Related]
    mine: frozenset[int]  # links this visitor may take away
    may_link: bool
    question: str
    offered: list[search.Hit]


def thing_at(visitor: Any, address: str) -> models.Model | None:
    """The thing at ``discussions.topic:42``, with all its Entry needs; None where it is not
    readable, or no address at all."""
    try:
        ref = Ref.parse(address[:80])
    except ValueError:
        return None
    kind = kinds().get(ref.kind)
    if kind is None or ref.pk >= 2**63 or not kind.visible_to(visitor).filter(pk=ref.pk).exists():
        return None
    return _whatever(ref)


def linked_page(visitor: Any, thing: models.Model, question: str) -> LinkedPage:
    here = Ref.to(thing)
    related = links.related(thing, visitor=visitor)
    known = {each.entry.ref for each in related} | {here}
    offered = _offered(visitor, question) if question else []
    return LinkedPage(
        thing=thing,
        entry=kinds()[here.kind].entry(thing),
        related=related,
        mine=frozenset(each.link.pk for each in related if may(visitor, "site.unlink", each.link)),
        may_link=may(visitor, "site.link", thing),
        question=question,
        offered=[hit for hit in offered if hit.ref not in known],
    )


def _offered(visitor: Any, question: str) -> list[search.Hit]:
    asked = search.Asked(text=question[:200])
    hits = search.search(asked, visitor=visitor, among=search.choices(visitor)).hits
    return [hit for hit in hits if not hit.is_part][:_MOST_OFFERED]


@transaction.atomic
def link(thing: models.Model, relation: str, other: str, *, by: Any) -> Link:
    """Say that two things belong together. Both must be open to who says so."""
    require(by, "site.link", thing)
    there = thing_at(by, other)
    if there is None or relation not in Link.Relation.values:
        raise Refused(_("Choose what to link, and how the two belong together."))
    made = links.link(thing, relation, there, by=by)
    _count(thing, there, 1)
    record(by, "linked", thing, relation=relation, other=other)
    return made


@transaction.atomic
def unlink(found: Link, *, by: Any) -> None:
    """Take a link away again."""
    require(by, "site.unlink", found)
    ends = [thing for ref in (found.source, found.target) if (thing := _whatever(ref))]
    found.delete()
    if len(ends) == 2:
        _count(ends[0], ends[1], -1)
    if ends:
        record(by, "unlinked", ends[0], other=str(found.target))


def link_at(visitor: Any, pk: int) -> Link | None:
    """A link between two things that are both open to the visitor."""
    found = Link.objects.filter(pk=pk).first()
    ends = [found.source, found.target] if found else []
    return found if ends and all(thing_at(visitor, str(end)) for end in ends) else None


def _whatever(ref: Ref) -> models.Model | None:
    found: list[models.Model] = list(kinds()[ref.kind].fetch([ref.pk]))
    return found[0] if found else None


def _count(one: models.Model, other: models.Model, change: int) -> None:
    """Pages show the panel by this number, so it counts only what all their readers may know of."""
    entries = {thing: kinds()[Ref.to(thing).kind].entry(thing) for thing in (one, other)}
    for here, there in ((one, other), (other, one)):
        if hasattr(here, "link_count") and _is_open_to_readers_of(entries[here], entries[there]):
            things = type(here)._default_manager.filter(pk=here.pk)
            things.update(link_count=models.functions.Greatest(models.F("link_count") + change, 0))


def _is_open_to_readers_of(here: Entry, there: Entry) -> bool:
    if there.label == Label.CLEAR:
        return True
    if here.label == Label.CLEAR or there.label == Label.RED:
        return False
    return there.label == Label.GREEN or (
        here.label in {Label.AMBER, Label.AMBER_STRICT} and here.circle_id == there.circle_id
    )
