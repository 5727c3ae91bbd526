"""What happens to circles: founding and closing, coming in and leaving, hosting."""

from media4sec.members.services.circles.founding import (
    archive,
    close_further,
    found,
    reopen,
    revise,
)
from media4sec.members.services.circles.inviting import (
    accept_invitation,
    invite,
    withdraw_invitation,
)
from media4sec.members.services.circles.membership import (
    end_memberships_without_group,
    enter,
    hand_over,
    leave,
    make_host,
    remove_member,
    step_down,
)
from media4sec.members.services.circles.requesting import (
    accept_request,
    decline_request,
    request_entry,
    withdraw_request,
)

__all__ = [
    "accept_invitation",
    "accept_request",
    "archive",
    "close_further",
    "decline_request",
    "end_memberships_without_group",
    "enter",
    "found",
    "hand_over",
    "invite",
    "leave",
    "make_host",
    "remove_member",
    "reopen",
    "request_entry",
    "revise",
    "step_down",
    "withdraw_invitation",
    "withdraw_request",
]
