"""One circle: its head, its members, its hosts' desk."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from media4sec.kit.marking import Attribution, Label
from media4sec.kit.paging import Page, keyset_page
from media4sec.kit.permissions import may
from media4sec.members.models import (
    AccessLog,
    Circle,
    EntryRequest,
    Invitation,
    Member,
    Membership,
    is_reader,
)
from media4sec.members.queries.circles.door import (
    KIND_ICONS,
    KIND_SENTENCES,
    obstacle_from_outside,
    required_groups,
)
from media4sec.members.queries.circles.invitations import live_invitations
from media4sec.members.queries.circles.lists import circle_rows, count_of
from media4sec.members.speakers import Byline, Names

Kind = Circle.Kind


@dataclass(frozen=True)
class WayIn:
    """What the visitor can do at the door: a step, or the reason why there is none."""

    step: str  # "inside", "enter", "ask", "waiting", "sign_in" or "none"
    sentence: str = ""
    request: EntryRequest | None = None
    is_about_group: bool = False


@dataclass(frozen=True)
class CirclePage:
    """The head and the facts of a circle; its other pages add to it."""

    circle: Circle
    member_count: int
    kind: str
    kind_icon: str
    kind_sentence: str
    ceiling: Label
    usual_label: Label
    usual_attribution: Attribution
    required: list[str]
    shows_topics: bool
    is_inside: bool
    way_in: WayIn
    tabs: list[tuple[str, str, str, int | None]]
    may: set[str] = field(default_factory=set)
    hosts: list[Byline] = field(default_factory=list)


def circle_page(visitor: Any, slug: str) -> CirclePage:
    """What this visitor may know of the circle. Circle.DoesNotExist, hidden or never there."""
    waiting = EntryRequest.objects.filter(state=EntryRequest.State.WAITING)
    circle: Any = circle_rows(visitor).annotate(waiting_count=count_of(waiting)).get(slug=slug)
    is_inside = visitor.is_authenticated and circle.pk in visitor.memberships_by_circle
    is_host = may(visitor, "members.host_circle", circle)
    # A closed circle shows people outside what it is for, never who is in it or what is said.
    is_transparent = is_inside or circle.kind in {Kind.OPEN, Kind.MEMBERS}
    return CirclePage(
        circle=circle,
        member_count=circle.member_count,
        kind=circle.get_kind_display(),
        kind_icon=KIND_ICONS[Kind(circle.kind)],
        kind_sentence=str(KIND_SENTENCES[Kind(circle.kind)]),
        ceiling=circle.ceiling,
        usual_label=Label(circle.label),
        usual_attribution=Attribution(circle.attribution),
        required=required_groups(circle),
        shows_topics=is_transparent,
        is_inside=is_inside,
        way_in=_way_in(visitor, circle),
        tabs=_tabs(circle, is_transparent, is_inside, is_host),
        may=_may(visitor, circle, is_inside=is_inside, is_host=is_host),
    )


def with_hosts(page: CirclePage, *, visitor: Any) -> CirclePage:
    """The same and who hosts it, for members of the community who may know who is in it."""
    if not page.shows_topics or not is_reader(visitor):
        return page
    rows = page.circle.memberships.filter(role=Membership.Role.HOST).select_related("member")
    people = [each.member for each in rows]
    names = _names(visitor, people, page.is_inside)
    return replace(page, hosts=[names.named(member) for member in people])


def _names(visitor: Any, people: list[Member], is_inside: bool) -> Names:
    """Who is in a circle with the visitor shows them what they show to their circles."""
    return Names(visitor, people, near=[each.pk for each in people] if is_inside else None)


def _way_in(visitor: Any, circle: Circle) -> WayIn:
    if not visitor.is_authenticated:
        return WayIn("sign_in")
    if circle.pk in visitor.memberships_by_circle:
        return WayIn("inside")
    if obstacle := obstacle_from_outside(visitor, circle):
        about_group = is_reader(visitor) and not circle.is_archived
        return WayIn("none", obstacle, is_about_group=about_group)
    if circle.kind != Kind.CLOSED:
        return WayIn("enter")
    waiting = circle.requests.filter(member=visitor, state=EntryRequest.State.WAITING).first()
    return WayIn("waiting", request=waiting) if waiting else WayIn("ask")


def _tabs(
    circle: Any, shows_topics: bool, is_inside: bool, is_host: bool
) -> list[tuple[str, str, str, int | None]]:
    def to(name: str) -> str:
        return reverse(f"members:{name}", args=[circle.slug])

    tabs: list[tuple[str, str, str, int | None]] = []
    if shows_topics:
        tabs.append(("topics", _("Topics"), to("circle"), None))
        tabs.append(("about", _("About"), to("circle_about"), None))
    if is_inside:
        tabs.append(("members", _("Members"), to("circle_members"), circle.member_count))
    if is_host:
        tabs.append(("desk", _("Host’s desk"), to("circle_desk"), circle.waiting_count or None))
    return tabs


def _may(visitor: Any, circle: Circle, *, is_inside: bool, is_host: bool) -> set[str]:
    """The buttons this visitor gets."""
    found = set()
    if is_inside:
        found.add("leave")
    if is_host:
        found.add("host")
    if visitor.is_authenticated and may(visitor, "members.archive_circle", circle):
        found.add("reopen" if circle.is_archived else "archive")
    if is_inside and not circle.is_archived:
        found.add("write")
    if not is_host and getattr(visitor, "is_administrator", False):
        found |= {"take_over"} if may(visitor, "members.make_host", circle) else set()
    return found


@dataclass(frozen=True)
class Place:
    """A member of the circle, in the list of its members."""

    pk: int
    byline: Byline
    since: datetime
    is_host: bool


def members_page(visitor: Any, circle: Circle, *, before: str = "", after: str = "") -> Page[Place]:
    """Who is in the circle, newest first; for its members only."""
    rows = circle.memberships.select_related("member")
    page = keyset_page(rows, by="since", before=before, after=after)
    names = _names(visitor, [each.member for each in page.rows], is_inside=True)
    places = [
        Place(each.pk, names.named(each.member), each.since, each.role == Membership.Role.HOST)
        for each in page.rows
    ]
    return Page(places, page.older, page.newer)


@dataclass(frozen=True)
class Desk:
    """What waits for the hosts of a circle."""

    requests: list[tuple[EntryRequest, Byline]]
    invitations: list[Invitation]
    log: list[AccessLog]


def hosts_desk(visitor: Any, circle: Circle) -> Desk:
    requests = list(
        circle.requests.filter(state=EntryRequest.State.WAITING)
        .select_related("member")
        .order_by("asked_at")[:50]
    )
    names = Names(visitor, [each.member for each in requests])
    return Desk(
        requests=[(each, names.named(each.member)) for each in requests],
        invitations=list(live_invitations().filter(circle=circle)[:50]),
        log=list(circle.access_log.all()[:20]),
    )


def named(visitor: Any, member: Member) -> Byline:
    """One member, as a page about a single step with them shows them."""
    return Names(visitor, [member]).named(member)
