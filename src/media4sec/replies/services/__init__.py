"""Verbs of replies: leave, leave as guest, confirm, withdraw, want no letters, take back."""

from media4sec.replies.services.guests import confirm, want_no_letters, withdraw
from media4sec.replies.services.keeping import forget_addresses, stood_anew
from media4sec.replies.services.leaving import leave, leave_as_guest, take_back
from media4sec.replies.services.letters import write

__all__ = [
    "confirm",
    "forget_addresses",
    "leave",
    "leave_as_guest",
    "stood_anew",
    "take_back",
    "want_no_letters",
    "withdraw",
    "write",
]
