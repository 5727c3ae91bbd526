"""With whom one shares one's words: which labels there are, and who may become a reader.

Rooms where members write ask here, so that the answer is the same in all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Label, within_ceiling
from media4sec.members.audience import CIRCLE_LABELS
from media4sec.members.models import Circle, Member, Membership


@dataclass(frozen=True)
class Marking:
    """How far a text may travel, who is named, and the readers of what is RED."""

    label: str
    attribution: str
    readers: list[int] = field(default_factory=list)


def marking_of(
    by: Member,
    circle: Circle | None,
    *,
    label: str | None,
    attribution: str | None,
    readers: Iterable[Member | int],
) -> Marking:
    """As one chose for a new text, or as is usual there; Refused where it may not be so."""
    label = Label(label or (circle.label if circle else Label.GREEN))
    attribution = Attribution(attribution or (circle.attribution if circle else Attribution.NAMED))
    check_label(label, circle)
    named: list[int] = []
    if label == Label.RED:
        named = named_readers(readers, possible_readers(circle), by=by)
    return Marking(label, attribution, named)


def check_label(label: str, circle: Circle | None) -> None:
    """Whether a member may choose this label there."""
    if circle is None and label in CIRCLE_LABELS:
        raise Refused(_("AMBER is for the members of a circle: choose one."))
    if circle and not within_ceiling(label, circle.ceiling):
        raise Refused(
            _("Nothing in this circle is shared further than %(ceiling)s.")
            % {"ceiling": circle.ceiling}
        )


def refuse_archived(circle: Circle | None) -> None:
    if circle and circle.is_archived:
        raise Refused(_("This circle is closed. You can read in it, but not write."))


# Readers


def inside(circle_id: int | None) -> QuerySet[Any]:
    """The keys of a circle's members, for a condition."""
    return Membership.objects.filter(circle_id=circle_id or 0).values("member_id")


def possible_readers(circle: Circle | None) -> QuerySet[Member]:
    """Who may be named as a reader of a RED text: in a circle its members."""
    people = Member.objects.reading()
    return people.filter(pk__in=inside(circle.pk)) if circle else people


def known_to(
    member: Member, people: QuerySet[Member], *, also: Q | None = None
) -> QuerySet[Member]:
    """Those of them whose names the member can find anyway: here, or in a circle they share."""
    near = Membership.objects.filter(circle_id__in=member.circle_ids).values("member_id")
    known = Q(is_findable=True) | Q(pk__in=near)
    return people.filter(known | also if also else known).exclude(Q(pk=member.pk) | Q(name=""))


def named_readers(
    readers: Iterable[Member | int], among: QuerySet[Member], *, by: Member
) -> list[int]:
    """The readers of a RED text, each of whom must be among those who may become one."""
    wanted = {each.pk if isinstance(each, Member) else each for each in readers} - {by.pk}
    if not wanted:
        raise Refused(_("Name at least one reader for a TLP:RED text."))
    allowed = set(among.filter(pk__in=wanted).values_list("pk", flat=True))
    if allowed != wanted:
        raise Refused(_("Some of these people cannot be readers here. Choose again."))
    return sorted(wanted)


def pick(names: Iterable[str], among: QuerySet[Member]) -> tuple[list[Member], list[str]]:
    """People by the names somebody typed, and the names that fit nobody or more than one."""
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))[:100]
    people: dict[str, list[Member]] = {}
    for member in among.filter(name__in=wanted):
        people.setdefault(member.name, []).append(member)
    found = [people[name][0] for name in wanted if len(people.get(name, ())) == 1]
    return found, [name for name in wanted if len(people.get(name, ())) != 1]
