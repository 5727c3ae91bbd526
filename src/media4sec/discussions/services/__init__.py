"""What members do in discussions: gate, lock, invariant, change, record."""

from media4sec.discussions.services.answers import (
    accept,
    react,
    take_back_acceptance,
    take_back_reaction,
)
from media4sec.discussions.services.editing import (
    delete_reply,
    delete_topic,
    edit_reply,
    edit_topic,
)
from media4sec.discussions.services.order import lock, move, pin, unlock, unpin
from media4sec.discussions.services.posting import refuse_replies, reply, start_topic
from media4sec.discussions.services.readings import follow, mark_opened, mark_read, mute, unfollow
from media4sec.discussions.services.sharing import (
    agree_to_widening,
    decline_widening,
    narrow,
    possible_readers_again,
    propose_widening,
    widen,
)
from media4sec.discussions.services.sources import has_been_seen, refuse_reveal, reveal, seal
from media4sec.discussions.services.standing import reply_stood_anew, topic_stood_anew
from media4sec.kit.errors import EditedMeanwhile

__all__ = [
    "EditedMeanwhile",
    "accept",
    "agree_to_widening",
    "decline_widening",
    "delete_reply",
    "delete_topic",
    "edit_reply",
    "edit_topic",
    "follow",
    "has_been_seen",
    "lock",
    "mark_opened",
    "mark_read",
    "move",
    "mute",
    "narrow",
    "pin",
    "possible_readers_again",
    "propose_widening",
    "react",
    "refuse_replies",
    "refuse_reveal",
    "reply",
    "reply_stood_anew",
    "reveal",
    "seal",
    "start_topic",
    "take_back_acceptance",
    "take_back_reaction",
    "topic_stood_anew",
    "unfollow",
    "unlock",
    "unpin",
    "widen",
]
