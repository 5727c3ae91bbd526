"""Verbs of this room. What somebody watches and reads is their own affair: it is in no log."""

from media4sec.digests.services.mailbox import choose_letters, start_letters, stop_letters
from media4sec.digests.services.notices import forget, mark_all_read, mark_read, mark_seen, watch

__all__ = [
    "choose_letters",
    "forget",
    "mark_all_read",
    "mark_read",
    "mark_seen",
    "start_letters",
    "stop_letters",
    "watch",
]
