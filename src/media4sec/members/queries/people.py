"""The directory, profiles, and what members see of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from media4sec.kit.clock import now
from media4sec.kit.models import Theme
from media4sec.kit.paging import Page, keyset_page
from media4sec.members.countries import country_name, language_name
from media4sec.members.models import (
    PROFILE_FIELDS,
    Affiliation,
    Circle,
    Group,
    Invitation,
    Member,
    Membership,
    is_reader,
)
from media4sec.members.speakers import Byline, Names, shown_to


@dataclass(frozen=True)
class Line:
    """One fact of a profile in words, and who sees it."""

    name: str
    label: str
    words: str


@dataclass(frozen=True)
class Person:
    """A member as this visitor may know them."""

    member: Member
    byline: Byline
    facts: list[Line]
    about_html: str = ""
    circles: list[Circle] = field(default_factory=list)
    confirmed: list[Affiliation] = field(default_factory=list)


@dataclass(frozen=True)
class Wish:
    """What somebody looks for in the directory."""

    words: str = ""
    group: str = ""
    country: str = ""
    theme: str = ""
    language: str = ""


@dataclass(frozen=True)
class Directory:
    people: list[Person]
    page: Page[Any]
    total: int


def directory(visitor: Member, wish: Wish, *, before: str = "", after: str = "") -> Directory:
    """Those who chose to be found, by what this visitor may see of them."""
    found = _found(visitor, wish)
    near = Membership.objects.filter(member=OuterRef("pk"), circle_id__in=visitor.circle_ids)
    rows = found.annotate(is_near=Exists(near)).prefetch_related("themes")
    page = keyset_page(rows, by="joined_at", before=before, after=after)
    members: list[Any] = page.rows
    names = Names(visitor, members, near=[each.pk for each in members if each.is_near])
    return Directory([_person(each, names) for each in members], page, found.count())


def _found(visitor: Member, wish: Wish) -> QuerySet[Member]:
    found: QuerySet[Member] = Member.objects.findable()
    for each in wish.words.split()[:6]:
        found = found.filter(
            Q(name__icontains=each)
            | (Q(role__icontains=each) & shown_to(visitor, "role"))
            | (Q(organisation__icontains=each) & shown_to(visitor, "organisation"))
        )
    if wish.group:
        found = found.filter(shown_to(visitor, "group"), group=wish.group)
    if wish.country:
        found = found.filter(shown_to(visitor, "country"), country=wish.country)
    if wish.theme:
        found = found.filter(shown_to(visitor, "themes"), themes__slug=wish.theme)
    if wish.language:
        spoken = Cast("languages", TextField())
        found = found.annotate(spoken=spoken).filter(
            shown_to(visitor, "languages"), spoken__contains=f'"{wish.language}"'
        )
    return found


def _person(member: Member, names: Names, **more: Any) -> Person:
    seen = {each for each in PROFILE_FIELDS if names.shows(member, each)}
    return Person(
        member=member,
        byline=names.named(member),
        facts=[line for line in _facts(member) if line.name in seen and line.words],
        about_html=member.about_html if "about" in seen else "",
        **more,
    )


def _facts(member: Member) -> list[Line]:
    """Everything a profile may show but the words about oneself."""
    group = str(Group(member.group).label) if member.group else ""
    return [
        Line("role", _("Role"), member.role),
        Line("group", _("Group"), group),
        Line("organisation", _("Organisation"), member.organisation),
        Line("country", _("Country"), country_name(member.country)),
        Line("languages", _("Languages"), ", ".join(language_name(c) for c in member.languages)),
        Line("themes", _("Themes"), ", ".join(theme.title for theme in member.themes.all())),
    ]


def profile(member: Member, *, visitor: Any) -> Person:
    """A profile exactly as its owner allows this visitor."""
    mine = visitor.my_memberships if is_reader(visitor) else []
    theirs = Membership.objects.filter(member=member, circle__in=[each.circle_id for each in mine])
    shared = set(theirs.values_list("circle_id", flat=True)) if mine else set()
    names = Names(visitor, [member], near=[member.pk] if shared else [])
    confirmed = list(member.affiliations.valid()) if names.shows(member, "group") else []
    circles = [each.circle for each in mine if each.circle_id in shared]
    return _person(member, names, confirmed=confirmed, circles=circles)


def profile_themes() -> QuerySet[Theme]:
    return Theme.objects.all()


# Oneself

_CONFIRMATION = (
    "group",
    "way",
    "note",
    "asked_at",
    "granted_at",
    "expires_at",
    "withdrawn_at",
    "withdrawn_reason",
)


def my_affiliations(member: Member) -> list[Affiliation]:
    """Live ones and those that ended, newest first, with how many voices each has."""
    rows: Any = member.affiliations.select_related("organisation")
    return list(rows.annotate(voices=Count("vouches")))


def asks_me(member: Member) -> QuerySet[Affiliation]:
    """Who asks to be vouched for in a group in which I am confirmed myself."""
    if not is_reader(member):
        return Affiliation.objects.none()
    mine = member.affiliations.valid().values("group")
    asking: QuerySet[Affiliation] = (
        Affiliation.objects.waiting()
        .filter(way=Affiliation.Way.VOUCHED, group__in=mine, member__in=Member.objects.reading())
        .exclude(member=member)
        .select_related("member")
    )
    return asking


def circles_that_fit(member: Member, *, most: int = 6) -> list[Circle]:
    """Open to enter now, those on my themes first."""
    themes = set(member.themes.values_list("pk", flat=True))
    confirmed = set(member.affiliations.valid().values_list("group", flat=True))
    candidates = (
        Circle.objects.visible_to(member)
        .live()
        .filter(kind__in=[Circle.Kind.OPEN, Circle.Kind.MEMBERS])
        .exclude(pk__in=member.circle_ids)
        .select_related("theme")
    )
    fitting = [
        circle
        for circle in candidates
        if not circle.required_groups or confirmed.intersection(circle.required_groups)
    ]

    def closeness(circle: Circle) -> tuple[bool, bool, str]:
        for_my_group = member.group in circle.required_groups
        return (circle.theme_id not in themes, not for_my_group, circle.title)

    return sorted(fitting, key=closeness)[:most]


def everything_about(member: Member) -> dict[str, Any]:
    """What we hold about this member in this room, ready for JSON."""
    return {
        "exported_at": now(),
        "account": _plainly(member, "email", "joined_at", "confirmed_at", "welcomed_at")
        | {"last_sign_in": member.last_login, "suspension": _suspension(member)},
        "profile": _plainly(
            member, "name", "role", "group", "organisation", "country", "languages", "about"
        )
        | {
            "themes": [theme.slug for theme in member.themes.all()],
            "who_may_see": {each: member.audience_of(each) for each in PROFILE_FIELDS},
            "in_the_directory": member.is_findable,
        },
        "confirmed_groups": _rows(
            member.affiliations.select_related("organisation"),
            _CONFIRMATION,
        ),
        "circles": [
            {"circle": each.circle.title, "role": each.role, "since": each.since}
            for each in member.memberships.select_related("circle")
        ],
        "requests_to_enter": [
            {"circle": each.circle.title} | _plainly(each, "words", "state", "asked_at", "answer")
            for each in member.entry_requests.select_related("circle")
        ],
        "invitations_sent": [
            {"circle": each.circle.title} | _plainly(each, "email", "words", "made_at", "used_at")
            for each in Invitation.objects.filter(invited_by=member).select_related("circle")
        ],
        "access_log": _rows(member.access_log.all(), ("at", "sentence")),
        "sessions": _rows(member.usersession_set.all(), ("created_at", "ip", "user_agent")),
        "second_steps": _rows(member.authenticator_set.all(), ("type", "created_at")),
        "drafts": _rows(member.drafts.all(), ("place", "fields", "saved_at")),
    }


def _suspension(member: Member) -> dict[str, Any] | None:
    if not member.is_suspended:
        return None
    return {"since": member.suspended_at, "reason": member.suspension_reason}


def _plainly(row: Model, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _rows(rows: Iterable[Model], names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [_plainly(row, *names) for row in rows]


# For administrators


def find_members(words: str) -> QuerySet[Member]:
    """By name, address or organisation: administrators see all of it."""
    found: QuerySet[Member] = Member.objects.filter(is_active=True)
    for each in words.split()[:6]:
        found = found.filter(
            Q(name__icontains=each) | Q(email__icontains=each) | Q(organisation__icontains=each)
        )
    return found


def waiting_for_administrator() -> QuerySet[Affiliation]:
    """Who asks an administrator to confirm their group, the longest waiting first."""
    waiting: QuerySet[Affiliation] = Affiliation.objects.waiting()
    return (
        waiting.filter(way=Affiliation.Way.ADMINISTRATOR, member__is_active=True)
        .select_related("member")
        .order_by("asked_at")
    )
