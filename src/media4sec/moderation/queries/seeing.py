"""What a moderator may know of a thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from media4sec.kit.entry import Entry
from media4sec.kit.marking import Label
from media4sec.kit.models import Moderated
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of, kinds
from media4sec.members.models import Member
from media4sec.moderation.models import Case, Opening
from media4sec.moderation.rules import wrote_it

#: Labels that every member may read.
WIDE = {Label.CLEAR, Label.GREEN}


@dataclass(frozen=True)
class Seen:
    """A thing as this moderator may know it: its Entry, or only its label."""

    title: str
    kind: str
    icon: str
    label: Label | None
    entry: Entry | None
    is_hidden: bool = False
    is_own: bool = False  # the moderator's own words: a colleague decides

    @property
    def is_sealed(self) -> bool:
        return self.label is not None and self.entry is None


def visible_thing(ref: Ref, *, visitor: Any) -> models.Model | None:
    """The thing behind an address, if this visitor may open it."""
    if ref.kind not in kinds() or ref.pk >= 2**63:
        return None
    if not kind_of(ref).visible_to(visitor).filter(pk=ref.pk).exists():
        return None
    return next(iter(kind_of(ref).fetch([ref.pk])), None)


def seen(refs: list[Ref], *, moderator: Member) -> dict[Ref, Seen]:
    """Several things at once; two queries and a fetch for each kind among them."""
    found: dict[Ref, Seen] = {}
    for name in {ref.kind for ref in refs} & set(kinds()):
        kind = kinds()[name]
        pks = [ref.pk for ref in refs if ref.kind == name]
        readable = set(kind.visible_to(moderator).filter(pk__in=pks).values_list("pk", flat=True))
        for thing in kind.fetch(pks):
            entry = kind.entry(thing)
            shown = entry if thing.pk in readable or _waits_for_all(thing, entry) else None
            found[entry.ref] = Seen(
                shown.title if shown else "",
                str(kind.title),
                kind.icon,
                entry.label,
                shown,
                entry.is_withheld,
                wrote_it(moderator, thing),
            )
    return found


def _waits_for_all(thing: Any, entry: Entry) -> bool:
    """Held things are nobody's to read yet, but of moderators where every member would read."""
    return isinstance(thing, Moderated) and thing.is_withheld and entry.label in WIDE


def gone(ref: Ref) -> Seen:
    """A reported thing that has been deleted since."""
    kind = kinds().get(ref.kind)
    return Seen("", str(kind.title) if kind else "", kind.icon if kind else "flag", None, None)


def seen_one(ref: Ref, moderator: Member) -> Seen:
    """One thing, or the trace of one that is gone."""
    return seen([ref], moderator=moderator).get(ref) or gone(ref)


def has_read(thing: models.Model, *, case: Case | None, moderator: Member) -> bool:
    """Whether they may read it as themselves, or have opened the glass for this case."""
    ref = Ref.to(thing)
    known = seen([ref], moderator=moderator).get(ref)
    if known is not None and known.entry is not None:
        return True
    if case is None:
        return False
    return Opening.objects.of(moderator).in_force().filter(report__case=case).exists()
