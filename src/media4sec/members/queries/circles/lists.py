"""Lists of circles, and what waits for a member in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from media4sec.kit import markdown
from media4sec.kit.permissions import may
from media4sec.members.models import (
    Circle,
    EntryRequest,
    Member,
    Membership,
    is_reader,
)
from media4sec.members.queries.circles.door import KIND_ICONS, required_groups
from media4sec.members.queries.circles.invitations import WaitingInvitation, waiting_invitations

Kind = Circle.Kind
_MOST_CIRCLES = 200


@dataclass(frozen=True)
class CircleRow:
    """A circle in a list."""

    title: str
    url: str
    kind: str
    icon: str
    summary: str
    member_count: int
    required: list[str]
    standing: str  # "Host", "Member", "Asked" or nothing
    is_archived: bool


@dataclass(frozen=True)
class CirclesPage:
    mine: list[CircleRow]
    by_theme: list[tuple[str, list[CircleRow]]]
    invitations: list[WaitingInvitation]
    query: str
    is_cut: bool
    may_found: bool

    @property
    def is_empty(self) -> bool:
        return not self.mine and not self.by_theme


def circle_rows(visitor: Any) -> models.QuerySet[Circle]:
    """The circles this visitor may see, with how many are in each."""
    return (
        Circle.objects.visible_to(visitor)
        .select_related("theme")
        .annotate(member_count=count_of(Membership.objects.all()))
    )


def count_of(rows: models.QuerySet[Any]) -> Any:
    counted = (
        rows.filter(circle=OuterRef("pk"))
        .order_by()
        .values("circle")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


def circles_page(visitor: Any, *, query: str = "") -> CirclesPage:
    """My circles first, then those I may see, by theme."""
    mine = set(visitor.circle_ids) if visitor.is_authenticated else set()
    rows = circle_rows(visitor).filter(Q(archived_at__isnull=True) | Q(pk__in=mine))
    query = markdown.clean_line(query)[:80]
    if query:
        rows = rows.filter(Q(title__icontains=query) | Q(about__icontains=query))
    ordered = rows.order_by(F("theme__position").asc(nulls_last=True), "title", "pk")
    found = list(ordered[: _MOST_CIRCLES + 1])
    asked = _asked_by(visitor)
    by_theme: dict[str, list[CircleRow]] = {}
    for circle in found[:_MOST_CIRCLES]:
        if circle.pk not in mine:
            theme = circle.theme.title if circle.theme else _("Other subjects")
            by_theme.setdefault(theme, []).append(_row(circle, visitor, asked))
    return CirclesPage(
        mine=[_row(circle, visitor, asked) for circle in found if circle.pk in mine],
        by_theme=list(by_theme.items()),
        invitations=waiting_invitations(visitor),
        query=query,
        is_cut=len(found) > _MOST_CIRCLES,
        may_found=may(visitor, "members.found_circle"),
    )


def _row(circle: Any, visitor: Any, asked: set[int]) -> CircleRow:
    role = visitor.memberships_by_circle.get(circle.pk) if visitor.is_authenticated else None
    standing = str(Membership.Role(role).label) if role else ""
    return CircleRow(
        title=circle.title,
        url=circle.get_absolute_url(),
        kind=circle.get_kind_display(),
        icon=KIND_ICONS[Kind(circle.kind)],
        summary=Truncator(markdown.plain(circle.about_html)).words(28, truncate=" …"),
        member_count=circle.member_count,
        required=required_groups(circle),
        standing=standing or (_("Asked") if circle.pk in asked else ""),
        is_archived=circle.is_archived,
    )


def _asked_by(visitor: Any) -> set[int]:
    if not is_reader(visitor):
        return set()
    waiting = visitor.entry_requests.filter(state=EntryRequest.State.WAITING)
    return set(waiting.values_list("circle_id", flat=True))


@dataclass(frozen=True)
class HostsDuty:
    """Requests waiting in a circle I host."""

    title: str
    url: str
    waiting: int


def duties(member: Any) -> list[HostsDuty]:
    """What waits for this member as a host; no query for who hosts nothing."""
    hosted = {
        each.circle_id: each.circle
        for each in member.my_memberships
        if each.role == Membership.Role.HOST
    }
    if not hosted:
        return []
    counts: Iterable[tuple[int, int]] = (
        EntryRequest.objects.filter(circle__in=hosted, state=EntryRequest.State.WAITING)
        .order_by()
        .values_list("circle_id")
        .annotate(count=Count("pk"))
    )
    return [
        HostsDuty(hosted[pk].title, reverse("members:circle_desk", args=[hosted[pk].slug]), count)
        for pk, count in counts
    ]


def fitting_circles(member: Member, *, most: int = 6) -> list[CircleRow]:
    """Circles a newcomer may enter at once: those of their themes first."""
    themes = {theme.pk for theme in member.themes.all()}
    rows = circle_rows(member).filter(archived_at__isnull=True, kind__in=[Kind.OPEN, Kind.MEMBERS])
    free = [each for each in rows.exclude(pk__in=member.circle_ids) if each.is_entered_freely]
    free.sort(key=lambda each: (each.theme_id not in themes, each.title))
    return [_row(each, member, set()) for each in free[:most]]
