"""What a topic counts after moderators have hidden or restored a part of it."""

from media4sec.discussions.models import Reply, Topic
from media4sec.discussions.services import common


def topic_stood_anew(topic: Topic) -> None:
    """Who spoke is counted anew; what is hidden is not pinned."""
    if topic.is_withheld:
        topic.pinned_at = None
    common.recount(topic)
    topic.save(update_fields=["pinned_at", "reply_count", "voices"])


def reply_stood_anew(reply: Reply) -> None:
    """A hidden reply is nobody's accepted answer, and is not counted."""
    topic = Topic.objects.select_for_update(of=("self",)).get(pk=reply.topic_id)
    if reply.is_withheld and topic.accepted_id == reply.pk:
        topic.accepted = None
    common.recount(topic)
    topic.save(update_fields=["accepted", "reply_count", "voices"])
