"""Who may, in discussions."""

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from media4sec.discussions.models import Reply, Topic
from media4sec.kit.marking import Label
from media4sec.kit.permissions import permit
from media4sec.members.audience import CIRCLE_LABELS, can_read
from media4sec.members.models import Circle, is_reader
from media4sec.members.rules import hosts_circle, in_circle, is_in_good_standing, is_moderator

Post = Topic | Reply


@rules.predicate
def reads(visitor: Any, post: Post) -> bool:
    """``visible_to`` for one post in hand; a test holds the two together."""
    if isinstance(post, Topic):
        return can_read(visitor, post)
    return can_read(visitor, post.topic) and _within_reach(visitor, post)


def _within_reach(visitor: Any, reply: Reply) -> bool:
    if reply.label in {"", Label.CLEAR}:
        return True
    if not is_reader(visitor):
        return False
    if reply.author_id == visitor.pk or reply.label == Label.GREEN:
        return True
    if reply.label in CIRCLE_LABELS:
        return reply.topic.circle_id in visitor.memberships_by_circle
    return reply.readers.filter(pk=visitor.pk).exists()


@rules.predicate
def is_author(member: Any, post: Post) -> bool:
    return post.author_id == member.pk


@rules.predicate
def is_in_its_circle(member: Any, topic: Topic) -> bool:
    return topic.circle_id is None or topic.circle_id in member.memberships_by_circle


@rules.predicate
def keeps_order(member: Any, topic: Topic) -> bool:
    """Its circle's hosts; in the Commons, where nobody is host, the moderators."""
    if topic.circle_id is None:
        return is_moderator(member)
    return hosts_circle(member, topic.circle)


@rules.predicate
def is_question(_member: Any, topic: Topic) -> bool:
    return topic.is_question


@rules.predicate
def lives_in_the_open(_member: Any, topic: Topic) -> bool:
    return topic.circle is None or topic.circle.kind != Circle.Kind.HIDDEN


permit("discussions.view_topic", reads, otherwise=_("This discussion is not open to you."))
permit("discussions.view_reply", reads, otherwise=_("This reply is not open to you."))
permit(
    "discussions.start",
    is_in_good_standing & in_circle,
    otherwise=_("Only members of this circle can write here."),
)
permit(
    "discussions.reply",
    is_in_good_standing & reads & is_in_its_circle,
    otherwise=_("Only members of this circle can write here."),
)
permit(
    "discussions.edit",
    is_in_good_standing & is_author,
    otherwise=_("Only the person who wrote this can change it."),
)
permit(
    "discussions.delete",
    is_in_good_standing & is_author,
    otherwise=_("Only the person who wrote this can delete it."),
)
permit(
    "discussions.accept",
    is_in_good_standing & is_author & is_question,
    otherwise=_("Only the person who asked the question can accept an answer."),
)
permit(
    "discussions.react",
    is_in_good_standing & reads & ~is_author,
    otherwise=_("Reactions are for readers, not for who wrote it."),
)
permit(
    "discussions.follow",
    is_in_good_standing & reads,
    otherwise=_("Sign in to follow this discussion."),
)
_for_those_who_keep_order = is_in_good_standing & reads & keeps_order
permit(
    "discussions.pin",
    _for_those_who_keep_order,
    otherwise=_("Only the hosts can pin a discussion."),
)
permit(
    "discussions.lock",
    _for_those_who_keep_order,
    otherwise=_("Only the hosts can lock a discussion."),
)
permit(
    "discussions.move",
    _for_those_who_keep_order,
    otherwise=_("Only the hosts can move a discussion."),
)
permit(
    "discussions.narrow",
    is_in_good_standing & is_author,
    otherwise=_("Only the person who wrote this can share it with fewer people."),
)
permit(
    "discussions.widen",
    is_in_good_standing & is_author,
    otherwise=_("Only the person who wrote this can share it with more people."),
)
permit(
    "discussions.propose_widening",
    is_in_good_standing & reads & keeps_order & lives_in_the_open,
    otherwise=_("Only the hosts can propose this, and never in a hidden circle."),
)
permit(
    "discussions.seal",
    is_in_good_standing & is_author,
    otherwise=_("Only the person who started this discussion can change how writers are shown."),
)
permit(
    "discussions.reveal",
    is_in_good_standing & reads,
    otherwise=_("Only the person who has spoken here can show their name."),
)
