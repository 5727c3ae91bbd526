"""What several verbs share: the way in, what may be written, and what is counted."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from media4sec.discussions import mentions, rules  # noqa: F401 - whoever comes in meets the rules
from media4sec.discussions.models import Reply, Topic
from media4sec.kit.errors import Refused
from media4sec.kit.markdown import clean_line, render
from media4sec.kit.permissions import require
from media4sec.kit.refs import Ref
from media4sec.members.models import Audience, Member, Speaker

LONGEST_REASON = 200


def enter(topic: Topic, *, by: Any, permission: str) -> None:
    """Gate and lock. The gate is asked twice: the topic may have moved while we waited."""
    require(by, permission, topic)
    locked = Topic.objects.select_for_update(of=("self",)).select_related("circle")
    topic.refresh_from_db(from_queryset=locked)
    require(by, permission, topic)


def enter_reply(reply: Reply, *, by: Any, permission: str) -> None:
    """The same for a reply. Whoever changes a reply holds its topic, so that counts are right."""
    require(by, permission, reply)
    locked = Topic.objects.select_for_update(of=("self",)).select_related("circle")
    topic = locked.get(pk=reply.topic_id)
    reply.refresh_from_db(from_queryset=Reply.objects.select_for_update())
    reply.topic = topic
    require(by, permission, reply)


def refuse_deleted(post: Topic | Reply) -> None:
    if post.is_withheld:
        raise Refused(_("A moderator hid this. Nobody can change it or write here."))
    if post.deleted_at:
        raise Refused(
            _("This discussion was deleted by the person who started it.")
            if isinstance(post, Topic)
            else _("This reply was deleted by the person who wrote it.")
        )


def clean_reason(reason: str) -> str:
    reason = clean_line(reason)
    if not reason:
        raise Refused(_("Give a reason. Everybody who reads the discussion can see it."))
    if len(reason) > LONGEST_REASON:
        raise Refused(_("Shorten the reason to 200 letters or fewer."))
    return reason


def rendered(text: str, among: Callable[[], models.QuerySet[Member]]) -> tuple[str, list[int]]:
    """The text as HTML, and whom it mentions; ``among`` says whom it may, and is seldom asked."""
    people = mentions.resolve(text, among)
    html = render(text, people=mentions.addresses(people))
    return html, sorted(member.pk for member in people.values())


# Who is talking


def shown_group(author: Member, speaker: Speaker | None) -> str:
    """The group under which a voice is counted: never more than its byline says."""
    if speaker:
        return speaker.group
    shown = author.audience_of("group") in {Audience.EVERYONE, Audience.COMMUNITY}
    return author.group if shown else ""


def recount(topic: Topic) -> None:
    """Count again what every reader of the topic can read: replies, and voices by group.

    Who speaks both by name and sealed is two voices: one would tell that they are the same.
    """
    replies = Reply.objects.standing().filter(topic=topic, label="")
    topic.reply_count = replies.count()
    spoken = {
        (author, topic.is_chatham or bool(attribution))
        for author, attribution in replies.order_by().values_list("author_id", "attribution")
    }
    if not topic.deleted_at and not topic.is_withheld:
        spoken.add((topic.author_id, topic.is_chatham))
    here = Ref.to(topic)
    speakers = {
        each.member_id: each
        for each in Speaker.objects.filter(thing_kind=here.kind, thing_id=here.pk)
    }
    people = Member.objects.in_bulk({author for author, _sealed in spoken})
    voices: dict[str, int] = {}
    for author, is_sealed in spoken:
        group = shown_group(people[author], speakers.get(author) if is_sealed else None)
        voices[group] = voices.get(group, 0) + 1
    topic.voices = voices
