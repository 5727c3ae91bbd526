"""Who is shown as the source of every topic and reply of one page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import DateTimeField, Value

from media4sec.discussions.models import Reply, Topic
from media4sec.kit.prepared import Prepared
from media4sec.members.models import Member, Membership, Speaker
from media4sec.members.speakers import Byline, Names, asking, sealed

Post = Topic | Reply
_NEVER = Value(None, output_field=DateTimeField())


class Sources:
    """Bylines for these posts, as this visitor may know them, in one query at most."""

    def __init__(
        self, visitor: Any, posts: Collection[Post], *, actors: Collection[Member] = ()
    ) -> None:
        """``actors`` are named beside the posts: hosts on a page of history."""
        self.visitor = visitor
        self._kept: dict[tuple[int, int], Byline] = {}
        authors = [*(post.author for post in posts), *actors]
        self._speakers, near = _speakers_and_neighbours(visitor, posts, authors)
        self._names = Names(visitor, authors, near=near)
        for post in posts:
            if post.is_chatham:
                # Known from here on: the post's Entry need not ask again.
                post.speaker = self._speakers.get((_topic_id(post), post.author_id))  # type: ignore[union-attr]

    def byline(self, post: Post) -> Byline:
        """Named, or sealed where Chatham holds and the speaker has not taken the seal away."""
        thing = _topic_id(post) if post.is_chatham else 0
        key = thing, post.author_id
        if key not in self._kept:
            self._kept[key] = self._made(thing, post.author)
        return self._kept[key]

    def actor(self, member: Member) -> Byline:
        """Somebody who acted under their own name: never for what is Chatham."""
        return self._names.named(member)

    def _made(self, thing: int, author: Member) -> Byline:
        if not thing:
            return self._names.named(author)
        speaker = self._speakers.get((thing, author.pk))
        if speaker and speaker.named_at:
            return self._names.named(author)
        return sealed(speaker, visitor=self.visitor)


def _topic_id(post: Post) -> int:
    return post.pk if isinstance(post, Topic) else post.topic_id


def _speakers_and_neighbours(
    visitor: Any, posts: Collection[Post], authors: Collection[Member]
) -> tuple[dict[tuple[int, int], Speaker], set[int]]:
    """Both in one question: a page that needs both would otherwise go over its eight."""
    topics = sorted({_topic_id(post) for post in posts if post.is_chatham})
    asked = sorted(asking(visitor, authors))
    members = sorted({each.pk for each in authors})
    if topics and asked:
        rows = _both(
            topics=topics, members=members, asked=asked, circles=sorted(visitor.circle_ids)
        )
    elif topics:
        rows = _speakers(topics=topics, members=members)
    elif asked:
        rows = _neighbours(asked=asked, circles=sorted(visitor.circle_ids))
    else:
        return {}, set()
    speakers = {}
    for thing, member, number, group, country, named_at in rows:
        speakers[thing, member] = Speaker(
            thing_id=thing,
            member_id=member,
            number=number,
            group=group,
            country=country,
            named_at=named_at,
        )
    # No speaker has number 0, and no topic: these are the neighbours.
    near = {member for thing, member in speakers if not thing}
    return speakers, near


def _word_speakers(*, topics: Sequence[int], members: Sequence[int]) -> Any:
    return (
        Speaker.objects.filter(
            thing_kind=Topic._meta.label_lower, thing_id__in=topics, member_id__in=members
        )
        .order_by()
        .values_list("thing_id", "member_id", "number", "group", "country", "named_at")
    )


def _word_neighbours(*, asked: Sequence[int], circles: Sequence[int]) -> Any:
    return (
        Membership.objects.filter(member_id__in=asked, circle_id__in=circles)
        .order_by()
        .values_list(Value(0), "member_id", Value(0), Value(""), Value(""), _NEVER)
    )


def _word_both(
    *,
    topics: Sequence[int],
    members: Sequence[int],
    asked: Sequence[int],
    circles: Sequence[int],
) -> Any:
    near = _word_neighbours(asked=asked, circles=circles)
    return _word_speakers(topics=topics, members=members).union(near, all=True)


_speakers: Prepared[Any] = Prepared(_word_speakers)
_neighbours: Prepared[Any] = Prepared(_word_neighbours)
_both: Prepared[Any] = Prepared(_word_both)
