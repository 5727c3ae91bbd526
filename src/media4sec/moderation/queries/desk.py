"""The desk: what is to decide, what is held, what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, Lower, NullIf
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media4sec.kit.clock import now
from media4sec.kit.marking import Label
from media4sec.kit.paging import Page, keyset_page
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import kind_of, kinds
from media4sec.members.models import Member
from media4sec.moderation import conduct
from media4sec.moderation.models import Case, Decision, Opening, Report
from media4sec.moderation.queries.seeing import WIDE, Seen, gone, seen
from media4sec.moderation.rules import is_about_their_words

_CASES = Case._meta.label_lower
_MOST_CASES = 50
#: Who reported: an address, a member, or somebody nameless. Nobody is counted twice.
_WHO = Coalesce(
    NullIf(Lower("reports__reporter_email"), Value("")),
    Cast("reports__reporter_id", CharField()),
    Concat(Value("report "), Cast("reports__pk", CharField())),
)


@dataclass(frozen=True)
class CaseRow:
    case: Case
    thing: Seen
    reports: int
    words: str
    left: str
    is_late: bool

    @property
    def is_narrow(self) -> bool:
        """A list marks what is restricted."""
        return self.thing.label not in {None, Label.CLEAR}


@dataclass(frozen=True)
class HeldRow:
    ref: Ref
    kind: str
    name: str
    title: str
    url: str
    text: str
    doubt: str
    at: datetime


@dataclass(frozen=True)
class DecidedRow:
    decision: Decision
    thing: Seen
    reference: str


@dataclass(frozen=True)
class Desk:
    """The moderators' desk: one of its three lists, the counts, and openings that wait."""

    tab: str
    tabs: list[tuple[str, Any, str, int | None]]
    cases: list[CaseRow]
    held: list[HeldRow]
    decided: list[DecidedRow]
    page: Page[Any] | None
    waiting: list[Opening]


def desk_page(moderator: Member, *, tab: str, before: str, after: str) -> Desk:
    """One page of a list: what is to decide, what is held, what was decided."""
    waiting = Opening.objects.filter(state=Opening.State.ASKED).exclude(asked_by=moderator)
    cases: list[CaseRow] = []
    held: list[HeldRow] = []
    decided: list[DecidedRow] = []
    page: Page[Any] | None = None
    if tab == "held":
        held = held_rows(moderator)
    elif tab == "decided":
        page = keyset_page(Decision.objects.all(), by="at", before=before, after=after)
        decided = _decided_rows(page.rows, moderator)
    else:
        cases = queue(moderator, most=_MOST_CASES)
    return Desk(
        tab,
        _tabs(moderator),
        cases,
        held,
        decided,
        page,
        list(waiting.select_related("report")[:20]),
    )


def _open_cases() -> Any:
    first = Report.objects.filter(case=OuterRef("pk")).order_by("pk").values("words")[:1]
    return Case.objects.filter(state=Case.State.OPEN).annotate(
        report_count=Count(_WHO, distinct=True), first_words=Subquery(first)
    )


def queue(moderator: Member, *, most: int) -> list[CaseRow]:
    """What is due first, first. Whoever decides the first ones sees the others."""
    return _case_rows(list(_open_cases().order_by("opened_at", "pk")[:most]), moderator)


def _case_rows(cases: list[Any], moderator: Member) -> list[CaseRow]:
    known = seen([each.ref for each in cases], moderator=moderator)
    return [
        CaseRow(
            case=each,
            thing=known.get(each.ref) or gone(each.ref),
            reports=each.report_count,
            words=_words_for(moderator, each, known.get(each.ref)),
            left=left(each),
            is_late=each.due_at < now(),
        )
        for each in cases
    ]


def _words_for(moderator: Member, case: Any, thing: Seen | None) -> str:
    """What was reported; not to whoever wrote the thing, for words can tell who reported it."""
    is_own = thing.is_own if thing else is_about_their_words(moderator, case)
    return "" if is_own else case.first_words or ""


def left(case: Case) -> str:
    """How long our promise still gives us."""
    hours = int((case.due_at - now()).total_seconds() // 3600)
    if hours < 0:
        return _("Late")
    if hours < 48:
        return ngettext("%d hour left", "%d hours left", hours) % hours
    days = hours // 24
    return ngettext("%d day left", "%d days left", days) % days


def held_rows(moderator: Member, refs: list[Ref] | None = None, *, most: int = 50) -> list[HeldRow]:
    """What waits for a moderator, the oldest first; or these, if they still wait."""
    things: list[Any] = []
    some = _waiting(moderator)
    for kind in kinds().values():
        if kind.held is not None and some.get(kind.name):
            waiting = kind.held()
            if refs is not None:
                waiting = waiting.filter(pk__in=[ref.pk for ref in refs if ref.kind == kind.name])
            things += kind.fetch(waiting.values_list("pk", flat=True)[:most])
    return [_held_row(thing) for thing in things if _is_theirs(thing, moderator)]


def _is_theirs(thing: Any, moderator: Member) -> bool:
    return kind_of(Ref.to(thing)).entry(thing).label in WIDE and thing.author_id != moderator.pk


def _held_row(thing: Any) -> HeldRow:
    entry = kind_of(Ref.to(thing)).entry(thing)
    return HeldRow(
        ref=entry.ref,
        kind=str(kind_of(entry.ref).title),
        name=entry.author,
        title=entry.title,
        url=entry.url,
        text=entry.text,
        doubt=thing.get_doubt_display() if hasattr(thing, "get_doubt_display") else "",
        at=entry.at,
    )


def held_things(refs: list[Ref]) -> list[Any]:
    """These held things themselves, for the verbs."""
    return [
        thing
        for kind in kinds().values()
        if kind.held is not None
        for thing in kind.fetch([ref.pk for ref in refs if ref.kind == kind.name])
    ]


def _decided_rows(decisions: list[Decision], moderator: Member) -> list[DecidedRow]:
    known = seen([each.ref for each in decisions], moderator=moderator)
    return [
        DecidedRow(each, known.get(each.ref) or gone(each.ref), conduct.said(each.reference))
        for each in decisions
    ]


def open_count(moderator: Any) -> int:
    """How many things wait for a moderator: cases and held things."""
    return sum(_waiting(moderator).values())


def _waiting(moderator: Any) -> dict[str, int]:
    """Cases, and what is held of each kind, in one question a page: the menu shows their sum."""
    known: dict[str, int] | None = getattr(moderator, "waiting_counts", None)
    if known is None:
        cases = _counted(Case.objects.filter(state=Case.State.OPEN), _CASES)
        held = [_counted(kind.held(), kind.name) for kind in kinds().values() if kind.held]
        known = dict(cases.union(*held, all=True))
        moderator.waiting_counts = known
    return known


def _counted(things: Any, what: str) -> Any:
    said = Value(what, output_field=CharField())
    return things.order_by().values(what=said).annotate(n=Count("pk")).values_list("what", "n")


def _tabs(moderator: Any) -> list[tuple[str, Any, str, int | None]]:
    waiting = _waiting(moderator)
    return [
        ("open", _("To decide"), "?tab=open", waiting.get(_CASES, 0)),
        ("held", _("Guest replies"), "?tab=held", sum(waiting.values()) - waiting.get(_CASES, 0)),
        ("decided", _("Decided"), "?tab=decided", None),
    ]
