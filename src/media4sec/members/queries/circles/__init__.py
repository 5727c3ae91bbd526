"""What the pages of circles need to know."""

from media4sec.members.queries.circles.door import (
    KIND_ICONS,
    KIND_SENTENCES,
    MORE_CLOSED,
    has_group_for,
    obstacle_to_entering,
    obstacle_to_membership,
    obstacle_to_requesting,
    required_groups,
)
from media4sec.members.queries.circles.invitations import (
    find_invitation,
    hash_of,
    is_addressed_to,
    live_invitations,
    my_invitation,
    offer,
    waiting_invitations,
)
from media4sec.members.queries.circles.lists import (
    CircleRow,
    circle_rows,
    circles_page,
    duties,
    fitting_circles,
)
from media4sec.members.queries.circles.page import (
    CirclePage,
    circle_page,
    hosts_desk,
    members_page,
    named,
    with_hosts,
)

__all__ = [
    "KIND_ICONS",
    "KIND_SENTENCES",
    "MORE_CLOSED",
    "CirclePage",
    "CircleRow",
    "circle_page",
    "circle_rows",
    "circles_page",
    "duties",
    "find_invitation",
    "fitting_circles",
    "has_group_for",
    "hash_of",
    "hosts_desk",
    "is_addressed_to",
    "live_invitations",
    "members_page",
    "my_invitation",
    "named",
    "obstacle_to_entering",
    "obstacle_to_membership",
    "obstacle_to_requesting",
    "offer",
    "required_groups",
    "waiting_invitations",
    "with_hosts",
]
