"""Changing and deleting one's own words."""

from datetime import datetime
from functools import partial
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from media4sec.discussions import mentions
from media4sec.discussions.models import Reaction, Reply, Topic
from media4sec.discussions.services import common
from media4sec.kit import revisions, typed, uploads
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import EditedMeanwhile
from media4sec.kit.marking import Label
from media4sec.kit.models import Draft
from media4sec.members import sharing
from media4sec.members.models import Member

Post = TypeVar("Post", Topic, Reply)


@transaction.atomic
def edit_topic(topic: Topic, *, by: Member, base_version: int, title: str, body: str) -> Topic:
    """Change title or text; the earlier one stays in the history."""
    common.enter(topic, by=by, permission="discussions.edit")
    common.refuse_deleted(topic)
    sharing.refuse_archived(topic.circle)
    title, text = typed.clean_title(title), typed.clean_body(body)
    if (title, text) == (topic.title, topic.body):
        return topic
    _keep_history(topic, base_version, title=topic.title, at=topic.started_at)
    among = partial(mentions.mentionable_in, topic, by=by)
    topic.title, topic.body = title, text
    topic.body_html, mentioned = common.rendered(text, among)
    topic.save(update_fields=["title", "body", "body_html", "version", "edited_at"])
    record(by, "edited", topic, within=topic.circle, mentioned=mentioned, version=topic.version)
    return topic


@transaction.atomic
def edit_reply(reply: Reply, *, by: Member, base_version: int, body: str) -> Reply:
    """Change the text; the earlier one stays in the history."""
    common.enter_reply(reply, by=by, permission="discussions.edit")
    common.refuse_deleted(reply)
    sharing.refuse_archived(reply.topic.circle)
    text = typed.clean_body(body)
    if text == reply.body:
        return reply
    _keep_history(reply, base_version, title="", at=reply.posted_at)
    reply.body = text
    reply.body_html, mentioned = common.rendered(text, partial(mentionable_in_reply, reply, by=by))
    reply.save(update_fields=["body", "body_html", "version", "edited_at"])
    record(by, "edited", reply, within=reply.topic, mentioned=mentioned, version=reply.version)
    return reply


def mentionable_in_reply(reply: Reply, *, by: Member) -> QuerySet[Member]:
    readers = list(reply.readers.values_list("pk", flat=True)) if reply.label == Label.RED else None
    return mentions.mentionable_in(
        reply.topic, by=by, label=reply.label, attribution=reply.attribution, readers=readers
    )


def _keep_history(post: Post, base_version: int, *, title: str, at: datetime) -> None:
    if base_version != post.version:
        raise EditedMeanwhile
    revisions.keep(post, title=title, body=post.body, version=post.version, at=post.edited_at or at)
    post.version += 1
    post.edited_at = now()


@transaction.atomic
def delete_topic(topic: Topic, *, by: Member) -> Topic:
    """Take one's words back. Others' replies stay, under a marked gap."""
    common.enter(topic, by=by, permission="discussions.delete")
    common.refuse_deleted(topic)
    _wipe(topic, by)
    topic.title = str(_("Deleted by the person who started it"))
    topic.pinned_at = None
    common.recount(topic)
    topic.save(update_fields=[*_WIPED, "title", "pinned_at", "reply_count", "voices"])
    Reaction.objects.filter(topic=topic, reply__isnull=True).delete()
    record(by, "deleted", topic, within=topic.circle)
    return topic


@transaction.atomic
def delete_reply(reply: Reply, *, by: Member) -> Reply:
    """Take one's words back; a marked gap stays, so that the answers to it make sense."""
    common.enter_reply(reply, by=by, permission="discussions.delete")
    common.refuse_deleted(reply)
    _wipe(reply, by)
    reply.save(update_fields=_WIPED)
    Reaction.objects.filter(reply=reply).delete()
    topic = reply.topic
    if topic.accepted_id == reply.pk:
        topic.accepted = None
    common.recount(topic)
    topic.save(update_fields=["accepted", "reply_count", "voices"])
    record(by, "deleted", reply, within=topic)
    return reply


_WIPED = ["body", "body_html", "attachments", "reactions", "deleted_at"]


def _wipe(post: Post, by: Member) -> None:
    """Words, files and history go; number, speaker and place stay."""
    post.body = post.body_html = ""
    post.attachments, post.reactions = [], {}
    post.deleted_at = now()
    uploads.wipe(post)
    revisions.wipe(post)
    place = f"edit:{post._meta.model_name}:{post.pk}:"
    Draft.objects.filter(owner=by, place__startswith=place).delete()
