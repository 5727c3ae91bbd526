"""The kinds of circles in words, and why somebody cannot come in."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.members.models import (
    Affiliation,
    Circle,
    Group,
    Member,
    is_reader,
)

Kind = Circle.Kind
#: A circle may become any of these, never the other way: people wrote under its promise.
MORE_CLOSED: dict[Circle.Kind, tuple[Circle.Kind, ...]] = {
    Kind.OPEN: (Kind.MEMBERS, Kind.CLOSED, Kind.HIDDEN),
    Kind.MEMBERS: (Kind.CLOSED, Kind.HIDDEN),
    Kind.CLOSED: (Kind.HIDDEN,),
    Kind.HIDDEN: (),
}
KIND_SENTENCES = {
    Kind.OPEN: gettext_lazy("Everyone can find it. Every member of the community can enter."),
    Kind.MEMBERS: gettext_lazy(
        "Members of the community can find and enter it. The public cannot."
    ),
    Kind.CLOSED: gettext_lazy("Members of the community can find it. The hosts let people in."),
    Kind.HIDDEN: gettext_lazy("For people outside it does not exist. The hosts invite people."),
}
KIND_ICONS = {
    Kind.OPEN: "globe",
    Kind.MEMBERS: "users-round",
    Kind.CLOSED: "lock",
    Kind.HIDDEN: "eye-off",
}


def obstacle_to_membership(member: Member, circle: Circle) -> str:
    """Why this member cannot have a place in the circle by any way; empty when they can."""
    if circle.memberships.filter(member=member).exists():
        return _("Already in this circle.")
    return obstacle_from_outside(member, circle)


def obstacle_to_entering(member: Member, circle: Circle) -> str:
    """Why this member cannot simply walk in."""
    if circle.kind == Kind.CLOSED:
        return _("The hosts of this circle let people in. Ask them.")
    if circle.kind == Kind.HIDDEN:
        return _("People come into this circle by invitation only.")
    return obstacle_to_membership(member, circle)


def obstacle_to_requesting(member: Member, circle: Circle) -> str:
    """Why this member cannot ask the hosts."""
    if circle.kind != Kind.CLOSED:
        return _("This circle does not take requests.")
    return obstacle_to_membership(member, circle)


def obstacle_from_outside(member: Member, circle: Circle) -> str:
    if not is_reader(member):
        return _("Only active members with a confirmed email address can enter circles.")
    if circle.is_archived:
        return _("This circle is archived. Its members can read it, nobody can enter.")
    if circle.required_groups and not has_group_for(member, circle):
        return _("This circle is for members with a confirmed group: %(groups)s.") % {
            "groups": ", ".join(required_groups(circle))
        }
    return ""


def has_group_for(member: Member, circle: Circle) -> bool:
    """Whether one of the groups the circle asks for is confirmed for this member."""
    mine = Affiliation.objects.valid().filter(member=member)
    return mine.filter(group__in=circle.required_groups).exists()


def required_groups(circle: Circle) -> list[str]:
    return [str(Group(each).label) for each in circle.required_groups]
