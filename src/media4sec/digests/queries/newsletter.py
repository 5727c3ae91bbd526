"""What an issue of the newsletter shows, and what its editors may choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from textwrap import shorten
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from media4sec.digests.models import Issue, Subscriber
from media4sec.kit.clock import now
from media4sec.kit.entry import Entry
from media4sec.kit.marking import Door
from media4sec.kit.models import Activity, Theme
from media4sec.kit.paging import Page, keyset_page
from media4sec.kit.refs import Ref
from media4sec.kit.rooms import Kind, kinds

#: What began so long ago is proposed; what an issue holds at most.
MONTH = timedelta(days=35)
MOST_PROPOSED, MOST_CHOSEN, WORDS = 60, 30, 240
_EVERYBODY = AnonymousUser()


@dataclass(frozen=True)
class Item:
    """One public thing, as an issue tells of it."""

    ref: str
    kind: str
    title: str
    text: str
    url: str
    themes: list[int] = field(default_factory=list)

    @property
    def address(self) -> Ref:
        return Ref.parse(self.ref)


def _item(kind: Kind, entry: Entry) -> Item:
    words = shorten(entry.summary or entry.text, WORDS, placeholder=" …")
    return Item(str(entry.ref), str(kind.title), entry.title, words, entry.url, list(entry.themes))


def public_items(refs: Iterable[Ref]) -> list[Item]:
    """These things as everybody may know them, in this order. What is not public is not here."""
    wanted = list(refs)
    found: dict[Ref, Item] = {}
    for name, kind in _told().items():
        keys = [ref.pk for ref in wanted if ref.kind == name]
        seen = kind.visible_to(_EVERYBODY).filter(pk__in=keys).values_list("pk", flat=True)
        for thing in kind.fetch(list(seen)) if keys else ():
            entry = kind.entry(thing).through(Door.PUBLIC)
            if entry:
                found[entry.ref] = _item(kind, entry)
    return [found[ref] for ref in dict.fromkeys(wanted) if ref in found]


def proposed_items() -> list[Item]:
    """What began to be public this month, the newest first."""
    refs: list[tuple[int, Ref]] = []
    for name, kind in _told().items():
        began = Activity.objects.filter(
            subject_kind=name, verb__in=kind.begins, at__gt=now() - MONTH
        )
        known = began.order_by("-pk").values_list("pk", "subject_id")[: 10 * MOST_PROPOSED]
        refs += [(activity, Ref(name, pk)) for activity, pk in known]
    newest = [ref for _activity, ref in sorted(refs, key=lambda each: each[0], reverse=True)]
    return public_items(newest)[:MOST_PROPOSED]


def _told() -> dict[str, Kind]:
    return {
        name: kind
        for name, kind in kinds().items()
        if kind.syndicated and kind.begins and not kind.is_part
    }


def kept(items: Iterable[Item]) -> list[dict[str, Any]]:
    """As an issue keeps them."""
    return [asdict(item) for item in items]


def items_of(issue: Issue) -> list[Item]:
    """The issue's lines, without what has become secret or gone since: a question for each kind."""
    items = [Item(**each) for each in issue.things]
    public: set[Ref] = set()
    for name, kind in _told().items():
        keys = [item.address.pk for item in items if item.address.kind == name]
        if keys:
            public |= {Ref(name, pk) for pk in _there(kind, keys).values_list("pk", flat=True)}
    return [item for item in items if item.address in public]


def _there(kind: Kind, keys: list[int]) -> QuerySet[Any]:
    """What everybody may read, and nobody deleted or hid."""
    seen = kind.visible_to(_EVERYBODY).filter(pk__in=keys)
    return seen.standing() if hasattr(seen, "standing") else seen


def for_subscriber(items: list[Item], themes: set[int]) -> list[Item]:
    """Of their themes, if they chose some; what has no theme is for everybody."""
    return [item for item in items if not themes or not item.themes or themes & set(item.themes)]


def sent_issues(*, before: str = "", after: str = "") -> Page[Issue]:
    sent = Issue.objects.visible_to(_EVERYBODY).defer("body", "body_html", "things")
    return keyset_page(sent, by="sent_at", before=before, after=after)


@dataclass(frozen=True)
class Desk:
    drafts: list[Issue]
    sent: list[Issue]
    readers: int


def desk_page() -> Desk:
    """The editors' desk: drafts, what was sent, and how many read it; nobody's address."""
    issues = Issue.objects.defer("body", "body_html", "things")
    return Desk(
        drafts=list(issues.filter(state=Issue.State.DRAFT).order_by("-changed_at")[:50]),
        sent=list(issues.exclude(state=Issue.State.DRAFT)[:12]),
        readers=Subscriber.objects.confirmed().count(),
    )


def readers_of(issue: Issue) -> QuerySet[Subscriber]:
    return Subscriber.objects.confirmed().filter(language=issue.language)


def themes() -> QuerySet[Theme]:
    return Theme.objects.only("pk", "title")
