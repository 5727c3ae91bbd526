"""How topics and replies leave the house, and what a member takes along of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import prefetch_related_objects

from media4sec.discussions.models import Reaction, Reading, Reply, Topic
from media4sec.kit.entry import Entry
from media4sec.kit.markdown import plain
from media4sec.kit.marking import Attribution, Door, Extent, Label, extent
from media4sec.kit.models import Withheld
from media4sec.kit.refs import Ref
from media4sec.members.models import Member, Speaker
from media4sec.members.speakers import sealed


def fetch_topics(pks: Iterable[int]) -> list[Topic]:
    """These topics, with all their entries need. Deleted ones have left, hidden ones say so."""
    there = Topic.objects.filter(pk__in=list(pks), deleted_at__isnull=True)
    topics = list(there.select_related("author"))
    _fetch_readers(topics)
    _seat_speakers(topics)
    return topics


def fetch_replies(pks: Iterable[int]) -> list[Reply]:
    """These replies and their topics, with all their entries need."""
    replies = list(
        Reply.objects.filter(pk__in=list(pks), deleted_at__isnull=True).select_related(
            "author", "topic"
        )
    )
    _fetch_readers([*replies, *(reply.topic for reply in replies)])
    _seat_speakers(replies)
    return replies


def _fetch_readers(posts: Iterable[Topic | Reply]) -> None:
    """Only what is RED has readers of its own."""
    for kind in (Topic, Reply):
        red = [each for each in posts if isinstance(each, kind) and each.label == Label.RED]
        prefetch_related_objects(red, "readers")


def _seat_speakers(posts: Iterable[Topic | Reply]) -> None:
    """Each Chatham post with its speaker, in one query."""
    chatham = [post for post in posts if post.is_chatham]
    if not chatham:
        return
    found = Speaker.objects.filter(
        thing_kind=Topic._meta.label_lower, thing_id__in={_topic(post).pk for post in chatham}
    )
    speakers = {(each.thing_id, each.member_id): each for each in found}
    for post in chatham:
        post.speaker = speakers.get((_topic(post).pk, post.author_id))  # type: ignore[union-attr]


def _topic(post: Topic | Reply) -> Topic:
    return post if isinstance(post, Topic) else post.topic


def topic_entry(topic: Topic) -> Entry:
    return _entry(topic, topic.label, topic.started_at)


def reply_entry(reply: Reply) -> Entry:
    """A reply travels under its topic's title, and never further than either may."""
    return _entry(reply, reply.own_label, reply.posted_at)


def answered_by(reply: Reply) -> list[int]:
    """Whose words it answers, besides those who watch its topic."""
    return [reply.answers_to.author_id] if reply.answers_to else []


def _entry(post: Topic | Reply, label: str, at: Any) -> Entry:
    topic = _topic(post)
    if post.is_chatham and not hasattr(post, "speaker"):
        _seat_speakers([post])
    return Entry(
        ref=Ref.to(post),
        title=topic.title,
        text=plain(post.body_html),
        html=post.body_html,
        url=post.get_absolute_url(),
        label=Label(label),
        attribution=Attribution.CHATHAM if post.is_chatham else Attribution.NAMED,
        # Also of somebody who took their seal away: they did so on the page, not for an index.
        author=str(sealed(post.speaker)) if post.is_chatham else post.author.name,  # type: ignore[union-attr]
        author_id=None if post.is_chatham else post.author_id,
        at=at,
        changed_at=post.edited_at,
        is_withheld=post.is_withheld,
        circle_id=topic.circle_id,
        themes=tuple(pk for pk in (topic.theme_id, topic.other_theme_id) if pk),
        face=topic.face,
        language=topic.language,
        reader_ids=_readers(post) if label == Label.RED else (),
    )


def _readers(post: Topic | Reply) -> tuple[int, ...]:
    """Who a RED thing is for: its named readers, and who wrote it."""
    # A reply without a label of its own is for the readers of its topic.
    thing = post if post.label == Label.RED else _topic(post)
    named = {each.pk for each in thing.readers.all()}
    return tuple(sorted(named | {post.author_id, thing.author_id}))


def own_words(member: Member) -> dict[str, list[dict[str, Any]]]:
    """Everything a member wrote and did here, Chatham words included: for their own export."""
    replies = list(Reply.objects.filter(author=member).select_related("topic").order_by("pk"))
    topics = list(Topic.objects.filter(author=member).order_by("pk"))
    titles = _titles({reply.topic_id for reply in replies}, member)
    kept = _withheld([*topics, *replies])
    return {
        "topics": [
            {"title": topic.title, **_own(topic, topic), **kept.get(Ref.to(topic), {})}
            for topic in topics
        ],
        "replies": [
            {
                "topic": titles.get(reply.topic_id, ""),
                **_own(reply, reply.topic),
                **kept.get(Ref.to(reply), {}),
            }
            for reply in replies
        ],
        "reactions": [
            {"topic": each.topic_id, "reply": each.reply_id, "word": each.word}
            for each in Reaction.objects.filter(member=member).order_by("pk")
        ],
        "readings": [
            {"topic": each.topic_id, "read_up_to": each.number}
            for each in Reading.objects.filter(member=member).order_by("pk")
        ],
    }


def _withheld(posts: Iterable[Topic | Reply]) -> dict[Ref, dict[str, str]]:
    """What moderators hid is still its author's own: the words, and that they are hidden."""
    refs = {Ref.to(post) for post in posts if post.is_withheld}
    rows = Withheld.objects.filter(
        thing_kind__in={ref.kind for ref in refs}, thing_id__in={ref.pk for ref in refs}
    )
    return {
        ref: {name: each.words[name] for name in ("title", "body") if name in each.words}
        for each in rows
        if (ref := Ref(each.thing_kind, each.thing_id)) in refs
    }


def _titles(pks: set[int], member: Member) -> dict[int, str]:
    """Of other people's topics only the titles that may leave the house, to whom reads them."""
    topics = Topic.objects.visible_to(member).filter(pk__in=pks)
    return {
        pk: title
        for pk, title, label in topics.values_list("pk", "title", "label")
        if extent(label, Door.EXPORT) is Extent.FULL
    }


def _own(post: Topic | Reply, topic: Topic) -> dict[str, Any]:
    at = post.started_at if isinstance(post, Topic) else post.posted_at
    return {
        # Without its slug, which is made of the title.
        "url": f"/t/{post.pk}/" if isinstance(post, Topic) else f"/r/{post.pk}/",
        "body": post.body,
        "label": post.label or topic.label,
        "attribution": Attribution.CHATHAM if post.is_chatham else Attribution.NAMED,
        "written_at": at.isoformat(),
        "edited_at": post.edited_at.isoformat() if post.edited_at else None,
        "deleted_at": post.deleted_at.isoformat() if post.deleted_at else None,
    }
