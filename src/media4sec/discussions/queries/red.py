"""TLP:RED things: no list shows them, one line counts them, one page leads their readers there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from media4sec.discussions.models import Reply, Topic
from media4sec.discussions.queries.sources import Sources
from media4sec.kit import typed
from media4sec.kit.marking import Label
from media4sec.kit.paging import PAGE_SIZE
from media4sec.kit.prepared import Prepared
from media4sec.members.models import is_reader
from media4sec.members.readers import Reader, as_reader
from media4sec.members.speakers import Byline


@dataclass(frozen=True)
class RedRow:
    """Something RED, without a word of it: where it is, from whom, when."""

    url: str
    byline: Byline
    at: datetime


def _red_topics(visitor: Any) -> QuerySet[Topic]:
    """By way of who is named, not of all topics: the answer is short."""
    named = Topic.readers.through.objects.filter(member_id=visitor.pk).values("topic_id")
    topics = Topic.objects.visible_to(visitor).standing().filter(label=Label.RED)
    return topics.filter(Q(author=visitor.pk) | Q(pk__in=named))


def _red_replies(visitor: Any) -> QuerySet[Reply]:
    named = Reply.readers.through.objects.filter(member_id=visitor.pk).values("reply_id")
    replies = Reply.objects.visible_to(visitor).standing().filter(label=Label.RED)
    return replies.filter(Q(author=visitor.pk) | Q(pk__in=named))


def count_red(visitor: Any) -> int:
    """How many RED things this member may read: the one line that a list says about them."""
    return len(_keys(**as_reader(visitor))) if is_reader(visitor) else 0


def _word_keys(*, member: int | None, circles: Sequence[int] | None) -> Any:
    visitor = Reader.of(member, circles)
    topics = _red_topics(visitor).order_by().values_list("pk")
    return topics.union(_red_replies(visitor).order_by().values_list("pk"), all=True)


_keys: Prepared[Any] = Prepared(_word_keys)


@dataclass(frozen=True)
class RedPage:
    rows: list[RedRow]
    current: int
    last: int


def red_page(visitor: Any, asked: str) -> RedPage:
    """What is for named readers only, newest first, for those readers; the page ``asked`` for."""
    last = max(1, -(-count_red(visitor) // PAGE_SIZE))
    current = min(typed.number(asked) or 1, last)
    begin = (current - 1) * PAGE_SIZE
    keys = list(_in_order(visitor)[begin : begin + PAGE_SIZE])
    posts = _posts(visitor, keys)
    sources = Sources(visitor, posts)
    return RedPage([_row(post, sources.byline(post)) for post in posts], current, last)


def _in_order(visitor: Any) -> Any:
    """(moment, "topic" or "reply", number), newest first."""

    def keys(things: QuerySet[Any], moment: str, name: str) -> QuerySet[Any, Any]:
        said = Value(name, output_field=CharField())
        return things.order_by().values_list(moment, said, "pk")

    topics = keys(_red_topics(visitor), "started_at", "topic")
    replies = keys(_red_replies(visitor), "posted_at", "reply")
    return topics.union(replies, all=True).order_by("-started_at", "-id")


def _posts(visitor: Any, keys: list[tuple[datetime, str, int]]) -> list[Topic | Reply]:
    def of(name: str) -> list[int]:
        return [pk for _at, which, pk in keys if which == name]

    topics = _red_topics(visitor).select_related("author").in_bulk(of("topic"))
    replies = _red_replies(visitor).select_related("author", "topic").in_bulk(of("reply"))
    found: dict[str, dict[int, Any]] = {"topic": topics, "reply": replies}
    return [found[name][pk] for _at, name, pk in keys if pk in found[name]]


def _row(post: Topic | Reply, byline: Byline) -> RedRow:
    # The short addresses: the long ones spell the title.
    if isinstance(post, Topic):
        return RedRow(reverse("discussions:topic_at", args=[post.pk]), byline, post.started_at)
    return RedRow(reverse("discussions:reply_at", args=[post.pk]), byline, post.posted_at)


def red_count(visitor: Any) -> Any:
    """The same number as part of another question."""
    return _counted(_red_topics(visitor)) + _counted(_red_replies(visitor))


def _counted(things: QuerySet[Any]) -> Coalesce:
    one_group = things.order_by().values(all=Value(1)).annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(one_group), 0)
