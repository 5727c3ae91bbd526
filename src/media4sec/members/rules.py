"""Who may, among members and circles."""

import rules
from django.utils.translation import gettext_lazy as _

from media4sec.kit.permissions import permit
from media4sec.members.models import is_reader

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
