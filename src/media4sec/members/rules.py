"""Who may, among members and circles."""

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from media4sec.kit.permissions import permit
from media4sec.members.models import Circle, Membership, is_reader

is_in_good_standing = rules.predicate(lambda member: is_reader(member), name="in good standing")


@rules.predicate
def is_administrator(member) -> bool:
    return is_reader(member) and member.is_administrator


@rules.predicate
def is_moderator(member) -> bool:
    return is_reader(member) and member.is_moderator


@rules.predicate
def hosts_circle(member, circle) -> bool:
    return circle is not None and member.is_authenticated and member.hosts(circle)


@rules.predicate
def in_circle(member, circle) -> bool:
    return circle is None or circle.pk in member.memberships_by_circle


@rules.predicate
def is_live(member, circle) -> bool:
    return circle is None or not circle.is_archived


permit(
    "members.write_in_circle",
    is_in_good_standing & in_circle & is_live,
    otherwise=_("Only members of this circle can write here, while it is open."),
)


@rules.predicate
def sees_circle(visitor: Any, circle: Circle) -> bool:
    """``Circle.objects.visible_to`` for one circle in hand; a test holds the two together."""
    if not is_reader(visitor):
        return circle.kind == Circle.Kind.OPEN
    return circle.kind != Circle.Kind.HIDDEN or circle.pk in visitor.memberships_by_circle


@rules.predicate
def rescues_circle(member: Any, circle: Circle) -> bool:
    """An administrator in a circle that has lost all its hosts, or never had one."""
    hosts = circle.memberships.filter(role=Membership.Role.HOST)
    return is_administrator(member) and in_circle(member, circle) and not hosts.exists()


permit(
    "members.view_circle",
    sees_circle,
    otherwise=_("This circle is not open to you."),
)
permit(
    "members.found_circle",
    is_in_good_standing,
    otherwise=_("Confirm your email address first. Then you can found a circle."),
)
permit(
    "members.found_open_circle",
    is_administrator,
    otherwise=_("Open circles can be read by everyone, so only administrators found them."),
)
permit(
    "members.enter_circle",
    is_in_good_standing & sees_circle,
    otherwise=_("Sign in and confirm your email address first. Then you can enter circles."),
)
permit(
    "members.accept_invitation",
    is_in_good_standing,
    otherwise=_("Confirm your email address first. Then you can use the invitation."),
)
permit(
    "members.host_circle",
    is_in_good_standing & hosts_circle,
    otherwise=_("Only the hosts of this circle can do this."),
)
permit(
    "members.make_host",
    (is_in_good_standing & hosts_circle) | rescues_circle,
    otherwise=_("Only the hosts of this circle can do this."),
)
permit(
    "members.archive_circle",
    (is_in_good_standing & hosts_circle) | (is_administrator & sees_circle),
    otherwise=_("Only its hosts or an administrator can close this circle or open it again."),
)
