"""The people of checks: who has which part, who must agree, and what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from media4sec.assessments.models import Check, Part, Role
from media4sec.kit.entry import Entry
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.refs import Ref

# How a part leaves the house: with a hint at most


def fetch_parts(pks: Iterable[int]) -> list[Part]:
    there = Part.objects.filter(pk__in=list(pks)).exclude(check_of__state=Check.State.WITHDRAWN)
    return list(there.select_related("check_of", "member"))


def writers_of_part(part: Part) -> list[int]:
    """Whom it is about: they hear that they are asked."""
    return [part.member_id]


def part_entry(part: Part) -> Entry:
    """What somebody is asked for. It names the check no more than its label lets out: not at all,
    for who was removed learns no more of it."""
    check = part.check_of
    return Entry(
        ref=Ref.to(part),
        title=str(Role(part.role).label),
        text="",
        html="",
        url=part.get_absolute_url(),
        label=Label(check.label),
        attribution=Attribution.NAMED,
        author=_("A member"),
        author_id=None,
        at=part.asked_at,
        circle_id=check.circle_id,
        reader_ids=(part.member_id,),
    )


def people_of(check: Check) -> list[int]:
    """Everybody who works on it, reviews it, decides about it: they hear of each other's steps."""
    taken = check.parts.filter(state=Part.State.TAKEN).values_list("member", flat=True)
    return sorted({check.author_id, *taken})
