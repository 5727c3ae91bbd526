"""Who is shown as the source: a byline, sealed where the Chatham House Rule holds.

Templates never see an author. They get a ``Byline``, and only this module makes one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from media4sec.kit.marking import Description, describe_speaker, draw_number
from media4sec.kit.refs import Ref
from media4sec.members.audience import Shared, readers_of
from media4sec.members.countries import country_name
from media4sec.members.models import (
    PROFILE_FIELDS,
    Audience,
    Group,
    Member,
    Membership,
    Speaker,
    is_reader,
)


@dataclass(frozen=True)
class Byline:
    """The source of a thing as this visitor may know it."""

    name: str
    group: str = ""  # a Group value, for icon and colour
    role: str = ""
    country: str = ""  # in words
    number: int | None = None  # tells sealed speakers apart within one thing
    url: str = ""  # profile, never where sealed
    is_verified: bool = False
    is_me: bool = False

    @property
    def icon(self) -> str:
        return Group(self.group).icon if self.group else "users-round"

    @property
    def tone(self) -> str:
        return f"g-{Group(self.group).css}" if self.group else ""

    def __str__(self) -> str:
        return " · ".join(part for part in (self.name, self.country) if part)


def let_speak(member: Member, thing: Shared) -> Speaker:
    """The member as this Chatham thing shows them; drawn and frozen when they first speak."""
    ref = Ref.to(thing)
    spoken = Speaker.objects.filter(thing_kind=ref.kind, thing_id=ref.pk)
    known = spoken.filter(member=member).first()
    if known:
        return known
    said = _may_be_said(member, thing, spoken)
    while True:
        number = draw_number(set(spoken.values_list("number", flat=True)))
        try:
            with transaction.atomic():
                return Speaker.objects.create(
                    thing_kind=ref.kind,
                    thing_id=ref.pk,
                    member=member,
                    number=number,
                    group=said.group,
                    country=said.country,
                )
        except IntegrityError:
            # Two people began to speak at the same moment.
            known = spoken.filter(member=member).first()
            if known:
                return known


def _may_be_said(member: Member, thing: Shared, spoken: models.QuerySet[Speaker]) -> Description:
    """What at least five who could have spoken here share: never more."""
    people = possible_speakers(thing)
    # Who has left, or has shown their name since, is nobody's cover any more.
    covering = spoken.filter(named_at__isnull=True, member__in=people)
    heard = _tally(covering)
    crowd = _tally(people.exclude(pk__in=spoken.values("member_id")).exclude(pk=member.pk))
    own = (member.group, member.country)
    crowd[own] = crowd.get(own, 0) + 1
    return describe_speaker(*own, crowd=crowd, heard=heard)


def _tally(people: models.QuerySet[Any]) -> dict[tuple[str, str], int]:
    rows = people.order_by().values_list("group", "country").annotate(count=Count("pk"))
    return {(group, country): count for group, country, count in rows}


def possible_speakers(thing: Shared) -> models.QuerySet[Member]:
    """Its readers; in a circle only those of its members, for nobody else may write there."""
    readers = readers_of(thing)
    if thing.circle_id is None:
        return readers
    inside = Membership.objects.filter(circle_id=thing.circle_id).values("member_id")
    return readers.filter(pk__in=inside)


def speakers_of(things: Iterable[models.Model]) -> dict[tuple[Ref, int], Speaker]:
    """The sealed speakers of these things (all of one kind), in one query."""
    refs = [Ref.to(thing) for thing in things]
    if not refs:
        return {}
    found = Speaker.objects.filter(thing_kind=refs[0].kind, thing_id__in=[ref.pk for ref in refs])
    return {(Ref(each.thing_kind, each.thing_id), each.member_id): each for each in found}


def sealed(speaker: Speaker | None, *, visitor: Any = None) -> Byline:
    """A speaker as everybody sees them; only the speaker learns that it is them."""
    if speaker is None or not speaker.group:
        name, group = _("A member"), ""
    else:
        name, group = Group(speaker.group).one, speaker.group
    return Byline(
        name=name,
        group=group,
        country=country_name(speaker.country) if speaker else "",
        number=speaker.number if speaker else None,
        is_me=speaker is not None and getattr(visitor, "pk", None) == speaker.member_id,
    )


class Names:
    """Bylines for one page: what the visitor may know about each author, in one query at most."""

    def __init__(
        self, visitor: Any, authors: Iterable[Member], *, near: Collection[int] | None = None
    ) -> None:
        """``near``: who of them is in a circle of the visitor's, where a page knows it already."""
        self.visitor = visitor
        self.is_reader = is_reader(visitor)
        self._near = set(_neighbours(visitor, authors) if near is None else near)

    def shows(self, member: Member, field: str) -> bool:
        """Whether the visitor may see this field of this member's profile."""
        audience = member.audience_of(field)
        if self.visitor.pk == member.pk and member.pk is not None:
            return True
        if audience == Audience.EVERYONE:
            return True
        if not self.is_reader:
            return False
        if audience == Audience.CIRCLES:
            return member.pk in self._near
        return audience == Audience.COMMUNITY

    def named(self, member: Member) -> Byline:
        """An author who speaks under their own name."""
        seen = {f: self.shows(member, f) for f in ("group", "role", "country")}
        group = member.group if seen["group"] else ""
        return Byline(
            name=member.shown_name,
            group=group,
            role=(member.role if seen["role"] else "")
            or (str(Group(group).label) if group else ""),
            country=country_name(member.country) if seen["country"] else "",
            url=_profile(member.pk) if self.is_reader and member.is_active else "",
            is_verified=bool(group) and member.is_verified,
            is_me=self.visitor.pk == member.pk,
        )


@lru_cache(maxsize=8192)
def _profile(pk: int) -> str:
    # A page of twenty posts would reverse the same few addresses again and again.
    return reverse("members:profile", args=[pk])


def shown_to(visitor: Any, field: str) -> Q:
    """``Names.shows`` as a condition on members: nobody is found by what they hide."""
    wide = {Audience.EVERYONE, Audience.COMMUNITY} if is_reader(visitor) else {Audience.EVERYONE}
    rule = Q(pk=visitor.pk) | _audience_in(field, wide)
    if not is_reader(visitor) or not visitor.circle_ids:
        return rule
    near = Membership.objects.filter(member=OuterRef("pk"), circle_id__in=visitor.circle_ids)
    return rule | (_audience_in(field, {Audience.CIRCLES}) & Q(Exists(near)))


def _audience_in(field: str, audiences: Collection[str]) -> Q:
    chosen = f"visibility__{field}"
    rule = Q(**{f"{chosen}__in": [str(each) for each in audiences]})
    # A choice never made is the one the profile starts with.
    return rule | Q(**{f"{chosen}__isnull": True}) if PROFILE_FIELDS[field] in audiences else rule


def asking(visitor: Any, authors: Iterable[Member]) -> set[int]:
    """The authors with a field for their circles only, where it matters: is the visitor in one?"""
    if not is_reader(visitor) or not visitor.circle_ids:
        return set()
    return {each.pk for each in authors if _asks_for_circles(each)}


def _neighbours(visitor: Any, authors: Iterable[Member]) -> set[int]:
    asked = asking(visitor, authors)
    if not asked:
        return set()
    near = Membership.objects.filter(member_id__in=asked, circle_id__in=visitor.circle_ids)
    return set(near.values_list("member_id", flat=True))


def _asks_for_circles(member: Member) -> bool:
    return any(
        member.audience_of(field) == Audience.CIRCLES for field in ("group", "role", "country")
    )
