"""Who may, among members and circles."""

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from media4sec.kit.permissions import permit
from media4sec.members.models import Affiliation, Circle, Member, Membership, is_reader

is_in_good_standing = rules.predicate(lambda member: is_reader(member), name="in good standing")


@rules.predicate
def is_administrator(member: Any) -> bool:
    return is_reader(member) and member.is_administrator


@rules.predicate
def is_moderator(member: Any) -> bool:
    return is_reader(member) and member.is_moderator


@rules.predicate
def is_editor(member: Any) -> bool:
    return is_reader(member) and member.is_editor


@rules.predicate
def hosts_circle(member: Any, circle: Circle | None) -> bool:
    return circle is not None and member.is_authenticated and member.hosts(circle)


@rules.predicate
def in_circle(member: Any, circle: Circle | None) -> bool:
    return circle is None or circle.pk in member.memberships_by_circle


@rules.predicate
def is_live(member: Any, circle: Circle | None) -> bool:
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
    otherwise=_("Only its hosts or an administrator can archive this circle or open it again."),
)


# People and their confirmed groups


@rules.predicate
def is_oneself(member: Any, other: Member | None) -> bool:
    return other is not None and member.pk == other.pk


@rules.predicate
def asked_for_it(member: Any, affiliation: Affiliation | None) -> bool:
    return affiliation is not None and affiliation.member_id == member.pk


@rules.predicate
def is_confirmed_in_its_group(member: Any, affiliation: Affiliation | None) -> bool:
    return affiliation is not None and bool(
        member.affiliations.valid().filter(group=affiliation.group).exists()
    )


permit(
    "members.edit_profile",
    is_in_good_standing,
    otherwise=_(
        "While your account is suspended you cannot change your profile. "
        "You can still download your data or close your account."
    ),
)
permit(
    "members.close_account",
    rules.is_authenticated,
    otherwise=_("Sign in to close your account."),
)
permit(
    "members.affiliate",
    is_in_good_standing,
    otherwise=_("Only members in good standing can have a group confirmed."),
)
permit(
    "members.take_back_affiliation",
    is_in_good_standing & asked_for_it,
    otherwise=_("Only the member who asked can take this back."),
)
permit(
    "members.vouch",
    is_in_good_standing & ~asked_for_it & is_confirmed_in_its_group,
    otherwise=_("Only confirmed members of the same group can vouch, and nobody for themselves."),
)
permit(
    "members.administer",
    is_administrator,
    otherwise=_("This is for administrators."),
)
permit(
    "members.suspend",
    is_administrator & ~is_oneself,
    otherwise=_("Only administrators suspend accounts, and not their own."),
)
