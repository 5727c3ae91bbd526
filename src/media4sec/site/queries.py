"""What the front pages show: true figures, a member's own state, what is public."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import BigIntegerField, CharField, Count, Max, QuerySet, Value
from django.db.models.functions import Cast, JSONObject
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media4sec.discussions.models import Topic
from media4sec.journal.queries import SLUGS
from media4sec.kit import heartbeat
from media4sec.kit.clock import now
from media4sec.kit.marking import K_ANONYMITY, Door
from media4sec.kit.models import Face, Theme
from media4sec.kit.rooms import kinds, rooms
from media4sec.members.countries import country_name
from media4sec.members.models import Circle, Group, Member
from media4sec.site.models import SearchEntry

#: So many addresses stand in one part of the site map.
MAP_PART = 1000
#: A worker that was silent for so many seconds is not well.
SILENCE = 300


@dataclass(frozen=True)
class FaceCard:
    name: str
    title: str
    icon: str
    words: str
    count: int


@dataclass(frozen=True)
class ThemeCard:
    theme: Theme
    count: int


@dataclass(frozen=True)
class GroupBar:
    """How many members a group has; None when fewer than five would be pointed at."""

    group: Group
    count: int | None
    width: int  # percent of the largest


@dataclass(frozen=True)
class StrangersHome:
    faces: list[FaceCard]
    themes: list[ThemeCard]
    groups: list[GroupBar]


def strangers_home() -> StrangersHome:
    """The public home in one query, all of it public; what rooms add asks for itself."""
    faces: dict[str, int] = {}
    themes: dict[int, int] = {}
    groups: dict[str, int] = {}
    known: list[Theme] = []
    for what, value, theme, other, count in _figures():
        if what == "member":
            groups[value] = count
        elif what == "theme":
            known.append(Theme(pk=theme, position=count, **json.loads(value)))
        else:
            faces[value] = faces.get(value, 0) + count
            for pk in {theme, other} - {None}:
                themes[pk] = themes.get(pk, 0) + count
    return StrangersHome(
        faces=[_face_card(face, faces.get(face, 0)) for face in Face],
        themes=[
            ThemeCard(theme, themes.get(theme.pk, 0))
            for theme in sorted(known, key=lambda theme: theme.position)
        ],
        groups=_bars(groups),
    )


def _figures() -> QuerySet[Any, Any]:
    """(what, face or group, theme, other theme, how many), counted by the database.

    The themes themselves come along, their words as JSON, their place as the number.
    """
    nothing = Value(None, output_field=BigIntegerField())
    topics = (
        SearchEntry.objects.public()
        .filter(kind=Topic._meta.label_lower)
        .order_by()
        .values_list(Value("topic", output_field=CharField()), "face", "theme_id", "other_theme_id")
        .annotate(count=Count("pk"))
    )
    members = (
        Member.objects.reading()
        .order_by()
        .values_list(Value("member", output_field=CharField()), "group", nothing, nothing)
        .annotate(count=Count("pk"))
    )
    words = {name: name for name in ("slug", "title", "icon", "summary")}
    themes = Theme.objects.order_by().values_list(
        Value("theme", output_field=CharField()),
        Cast(JSONObject(**words), CharField()),
        Cast("pk", BigIntegerField()),
        nothing,
        Cast("position", BigIntegerField()),
    )
    return topics.union(members, themes, all=True)


def _face_card(face: Face, count: int) -> FaceCard:
    icons = {Face.GOOD: "handshake", Face.BAD: "triangle-alert", Face.UGLY: "venetian-mask"}
    words = {
        Face.GOOD: _(
            "Solving problems together, fighting crime, lowering the fear of crime, and "
            "improving daily life."
        ),
        Face.BAD: _(
            "Where social media feeds digitised crime and terrorism, from fraud and stolen "
            "identities to recruitment."
        ),
        Face.UGLY: _(
            "The grey areas: trolling, bullying, threats, the dark web, and live video of police "
            "operations."
        ),
    }
    return FaceCard(face.value, str(face.label), icons[face], words[face], count)


def _bars(counts: dict[str, int]) -> list[GroupBar]:
    shown = {group: counts.get(group, 0) for group in Group}
    largest = max(shown.values())
    bars = [
        GroupBar(group, count, round(100 * count / largest))
        if count >= K_ANONYMITY
        else GroupBar(group, None, 0)
        for group, count in shown.items()
    ]
    return sorted(bars, key=lambda bar: -(bar.count or 0))


# A member's home


@dataclass(frozen=True)
class Step:
    """Something that makes the community more useful to a newcomer."""

    title: str
    note: str
    url: str
    is_done: bool


@dataclass(frozen=True)
class MembersHome:
    greeting: str
    who: list[str]
    is_verified: bool
    suspension: str
    panels: list[SafeString]
    aside: list[SafeString]
    steps: list[Step]


def members_home(request: HttpRequest) -> MembersHome:
    """What the rooms have for this member, and what they may want to do next."""
    member: Member = request.user  # type: ignore[assignment]
    panels: dict[bool, list[SafeString]] = {False: [], True: []}
    for room in rooms():
        for panel in room.home(request) if room.home else ():
            html = render_to_string(panel["template"], panel, request)
            panels[bool(panel.get("aside"))].append(html)
    steps = _steps(member)
    return MembersHome(
        greeting=greeting(now()),
        who=[part for part in (_role(member), country_name(member.country)) if part],
        is_verified=member.is_verified,
        suspension=member.suspension_reason if member.is_suspended else "",
        panels=panels[False],
        aside=panels[True],
        steps=[] if all(step.is_done for step in steps) else steps,
    )


def greeting(moment: datetime) -> str:
    """By the part of the day where the site is."""
    hour = timezone.localtime(moment).hour
    if 5 <= hour < 12:
        return _("Good morning")
    return _("Good afternoon") if 12 <= hour < 18 else _("Good evening")


def _role(member: Member) -> str:
    return member.role or (str(Group(member.group).label) if member.group else "")


def _steps(member: Member) -> list[Step]:
    circles = len(member.my_memberships)
    return [
        Step(
            _("Say who you are"),
            _("Role, group and country"),
            reverse("members:edit_profile"),
            bool(member.name and member.role and member.group and member.country),
        ),
        Step(
            _("Confirm your role"),
            _("Some circles ask for it"),
            reverse("members:affiliations"),
            member.is_verified,
        ),
        Step(
            _("Join a circle"),
            ngettext("You are in %d circle", "You are in %d circles", circles) % circles
            if circles
            else _("Six are open to everybody, one for each theme"),
            reverse("members:circles"),
            bool(circles),
        ),
    ]


# Themes


def theme_with_circles(slug: str, visitor: Any) -> tuple[Theme | None, list[Circle]]:
    """A theme and its live circles that this visitor knows of, its starter circle first."""
    found = Circle.objects.visible_to(visitor).live().filter(theme__slug=slug)
    circles = list(found.select_related("theme").order_by("-is_starter", "title"))
    # Every theme has a circle to begin with, which brings it along; it may have been closed.
    return circles[0].theme if circles else Theme.objects.filter(slug=slug).first(), circles


# For machines


@dataclass(frozen=True)
class Health:
    database: bool
    worker_silence: float | None

    @property
    def is_well(self) -> bool:
        return self.database and self.worker_silence is not None and self.worker_silence < SILENCE


def health() -> Health:
    """Whether we can work: the database answers, and a worker was here lately."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            answers = cursor.fetchone() == (1,)
    except Exception:
        answers = False
    return Health(answers, heartbeat.seconds_since())


def map_parts() -> int:
    """Into how many parts the map of public things falls."""
    return int(SearchEntry.objects.aggregate(last=Max("pk"))["last"] or 0) // MAP_PART + 1


@dataclass(frozen=True)
class Mapped:
    """An address in the site map: in which language one reads there, and since when."""

    url: str
    language: str = settings.LANGUAGE_CODE
    changed_at: datetime | None = None


def mapped(part: int) -> list[Mapped]:
    """The addresses in one part: what the door "public" lets through, without anchors."""
    rows = SearchEntry.objects.public().filter(
        is_part=False, pk__gte=part * MAP_PART, pk__lt=(part + 1) * MAP_PART
    )
    things: dict[str, list[int]] = {}
    for name, pk in rows.order_by("pk").values_list("kind", "thing_id"):
        things.setdefault(name, []).append(pk)
    entries = (
        kind.entry(thing).through(Door.PUBLIC)
        for kind in kinds().values()
        for thing in kind.fetch(things.get(kind.name, []))
    )
    return [
        Mapped(entry.url, entry.language or settings.LANGUAGE_CODE, entry.changed_at or entry.at)
        for entry in entries
        if entry
    ]


def mapped_pages() -> list[str]:
    """Addresses that are always there and always public."""
    themes = [theme.get_absolute_url() for theme in Theme.objects.all()]
    about = [reverse("journal:page", args=[slug]) for slug in SLUGS]
    of_rooms = [url for room in rooms() for url in room.pages()]
    return [reverse("site:home"), reverse("feeds:index"), *about, *themes, *of_rooms]
