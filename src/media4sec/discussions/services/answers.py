"""Accepting an answer, and the small words readers leave."""

from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from media4sec.discussions.models import Reaction, Reply, Topic
from media4sec.discussions.services import common
from media4sec.kit.activity import record
from media4sec.kit.errors import Refused
from media4sec.members import sharing
from media4sec.members.models import Member


@transaction.atomic
def accept(reply: Reply, *, by: Member) -> Topic:
    """Say which reply answers the question. A later choice replaces an earlier one."""
    topic = reply.topic
    common.enter(topic, by=by, permission="discussions.accept")
    reply.refresh_from_db(from_queryset=Reply.objects.select_for_update())
    reply.topic = topic
    common.refuse_deleted(topic)
    common.refuse_deleted(reply)
    if reply.label:
        # The mark stands where every reader sees it: it would tell of a text they cannot read.
        raise Refused(_("Only an answer that every reader can see can be accepted."))
    if topic.accepted_id != reply.pk:
        topic.accepted = reply
        topic.save(update_fields=["accepted"])
        record(by, "accepted", reply, within=topic)
    return topic


@transaction.atomic
def take_back_acceptance(topic: Topic, *, by: Member) -> Topic:
    """The question is open again."""
    common.enter(topic, by=by, permission="discussions.accept")
    reply = topic.accepted
    if reply:
        topic.accepted = None
        topic.save(update_fields=["accepted"])
        record(by, "reopened", topic, within=topic.circle, reply=reply.pk)
    return topic


@transaction.atomic
def react(post: Topic | Reply, *, by: Member, word: str) -> Topic | Reply:
    """Leave a small word; the post keeps the count, and nobody sees whose they are."""
    _enter(post, by, word)
    mine = Reaction.objects.filter(**_where(post), member=by, word=word)
    if not mine.exists():
        Reaction.objects.create(**_where(post), member=by, word=word)
        _count(post, word, 1)
        record(by, "reacted", post, within=_context(post), word=word)
    return post


@transaction.atomic
def take_back_reaction(post: Topic | Reply, *, by: Member, word: str) -> Topic | Reply:
    """As if it had never been said."""
    _enter(post, by, word)
    gone, _rows = Reaction.objects.filter(**_where(post), member=by, word=word).delete()
    if gone:
        _count(post, word, -1)
        record(by, "took_back_reaction", post, within=_context(post), word=word)
    return post


def _enter(post: Topic | Reply, by: Member, word: str) -> None:
    if word not in Reaction.Word.values:
        raise Refused(_("There is no such reaction."))
    if isinstance(post, Topic):
        common.enter(post, by=by, permission="discussions.react")
        circle = post.circle
    else:
        common.enter_reply(post, by=by, permission="discussions.react")
        circle = post.topic.circle
    common.refuse_deleted(post)
    sharing.refuse_archived(circle)


def _where(post: Topic | Reply) -> dict[str, Any]:
    if isinstance(post, Topic):
        return {"topic": post, "reply": None}
    return {"topic": post.topic, "reply": post}


def _context(post: Topic | Reply) -> Model | None:
    return post.circle if isinstance(post, Topic) else post.topic


def _count(post: Topic | Reply, word: str, step: int) -> None:
    # The post is locked, so that nobody else counts at the same moment.
    counts = {**post.reactions, word: post.reactions.get(word, 0) + step}
    post.reactions = {each: count for each, count in counts.items() if count > 0}
    post.save(update_fields=["reactions"])
