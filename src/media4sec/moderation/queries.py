"""What the desk and its pages need to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from media4sec.kit.entry import Entry
from media4sec.kit.marking import Label
from media4sec.kit.paging import Page, keyset_page
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of, kinds
from media4sec.members.models import Member
from media4sec.moderation.models import Opening, Report


@dataclass(frozen=True)
class Seen:
    """A reported thing as this moderator may know it: its Entry, or only its label."""

    title: str
    kind: str
    icon: str
    label: Label | None
    entry: Entry | None

    @property
    def is_sealed(self) -> bool:
        return self.label is not None and self.entry is None


def visible_thing(ref: Ref, *, visitor: Any) -> models.Model | None:
    """The thing behind an address, if this visitor may open it."""
    if ref.kind not in kinds():
        return None
    if not kind_of(ref).visible_to(visitor).filter(pk=ref.pk).exists():
        return None
    return next(iter(kind_of(ref).fetch([ref.pk])), None)


def seen(refs: list[Ref], *, moderator: Member) -> dict[Ref, Seen]:
    """Several reported things at once; two queries and a fetch for each kind among them."""
    found: dict[Ref, Seen] = {}
    for name in {ref.kind for ref in refs} & set(kinds()):
        kind = kinds()[name]
        pks = [ref.pk for ref in refs if ref.kind == name]
        readable = set(kind.visible_to(moderator).filter(pk__in=pks).values_list("pk", flat=True))
        for thing in kind.fetch(pks):
            entry = kind.entry(thing)
            shown = entry if thing.pk in readable else None
            found[entry.ref] = Seen(
                shown.title if shown else "", str(kind.title), kind.icon, entry.label, shown
            )
    return found


def gone(ref: Ref) -> Seen:
    """A reported thing that has been deleted since."""
    kind = kinds().get(ref.kind)
    return Seen("", str(kind.title) if kind else "", kind.icon if kind else "flag", None, None)


@dataclass(frozen=True)
class Desk:
    """The moderators' desk: reports with what each is about, and openings that wait."""

    rows: list[tuple[Report, Seen]]
    page: Page[Report]
    waiting: list[Opening]


def desk_page(moderator: Member, *, state: str, before: str, after: str) -> Desk:
    """One page of reports, newest first, and the openings that wait for a second key."""
    reports = Report.objects.filter(state=state)
    page = keyset_page(reports, by="made_at", before=before, after=after)
    known = seen([each.ref for each in page.rows], moderator=moderator)
    waiting = Opening.objects.filter(state=Opening.State.ASKED).exclude(asked_by=moderator)
    return Desk(
        [(each, known.get(each.ref) or gone(each.ref)) for each in page.rows],
        page,
        list(waiting.select_related("report")[:20]),
    )


def report_page(report: Report, *, moderator: Member) -> dict[str, Any]:
    """One report: the thing as the moderator may see it, and the openings asked for it."""
    thing = seen([report.ref], moderator=moderator).get(report.ref) or gone(report.ref)
    return {
        "report": report,
        "thing": thing,
        "openings": [
            {"opening": each, "is_mine": each.asked_by_id == moderator.pk}
            for each in report.openings.all()
        ],
    }
