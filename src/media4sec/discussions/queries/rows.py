"""One topic as a list shows it: its title and facts, never its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media4sec.discussions.models import Reply, Topic
from media4sec.discussions.queries.sources import Sources
from media4sec.kit.marking import Label
from media4sec.kit.watching import Level, my_level
from media4sec.members.models import Circle, is_reader
from media4sec.members.speakers import Byline

TOPIC = Topic._meta.label_lower


@dataclass(frozen=True)
class Row:
    """Finished for ``_topic_row.html``."""

    title: str
    url: str
    byline: Byline
    source: str  # role and country, or what a sealed speaker shows
    place: str  # the circle, the Commons, or "" where its circle may not be known
    replies: str
    new: int
    is_new: bool
    at: datetime
    label: str  # "" for TLP:CLEAR: a list marks what is restricted
    face: str
    status: str  # of a question: "answered", "open" or ""
    is_chatham: bool
    is_pinned: bool
    is_locked: bool
    reason: str = ""  # why it stands on this list


def listed(visitor: Any) -> QuerySet[Topic]:
    """What a list may show this visitor: what they may read, except RED, which no list shows."""
    topics = Topic.objects.visible_to(visitor).standing().exclude(label=Label.RED)
    return with_reading(topics, visitor).select_related("author", "circle").defer(*_WORDS)


#: No list loads the words of its topics.
_WORDS = (
    "body",
    "body_html",
    "attachments",
    "author__about",
    "author__about_html",
    "circle__about",
    "circle__about_html",
    "circle__rules",
    "circle__rules_html",
)


def with_reading(topics: QuerySet[Topic], visitor: Any) -> QuerySet[Topic]:
    """Each topic with how far this member has read it (``my_number``) and how they watch it."""
    if not visitor.is_authenticated:
        return topics
    mine = FilteredRelation("readings", condition=Q(readings__member=visitor.pk))
    return topics.annotate(
        mine=mine, my_number=F("mine__number"), my_level=my_level(TOPIC, member=visitor.pk)
    )


def with_new(topics: QuerySet[Topic], visitor: Any) -> QuerySet[Topic]:
    """Each topic with the replies since then, of those that all its readers may read."""
    if not visitor.is_authenticated:
        return topics
    since = Reply.objects.standing().filter(
        topic=OuterRef("pk"),
        number__gt=Coalesce(OuterRef("my_number"), OuterRef("last_number")),
        label="",
    )
    counted = since.order_by().values("topic").annotate(count=Count("pk")).values("count")
    return topics.annotate(new_count=Coalesce(Subquery(counted), 0))


def rows_of(
    topics: Iterable[Topic], visitor: Any, *, by: str = "last_post_at", sources: Any = None
) -> list[Row]:
    """These topics, ready to show; ``by`` is the moment the list is about."""
    found = list(topics)
    sources = sources or Sources(visitor, found)
    return [_row(topic, visitor, sources, getattr(topic, by)) for topic in found]


def _row(topic: Topic, visitor: Any, sources: Sources, at: datetime) -> Row:
    new = getattr(topic, "new_count", 0)
    byline = sources.byline(topic)
    return Row(
        title=topic.title,
        url=topic.get_absolute_url(),
        byline=byline,
        source=" · ".join(filter(None, (byline.role or byline.name, byline.country))),
        place=place_of(topic, visitor),
        replies=_replies(topic, new),
        new=new,
        is_new=_is_new(topic, visitor, new),
        at=at,
        label="" if topic.label == Label.CLEAR else topic.label,
        face=topic.face,
        status=_status(topic),
        is_chatham=topic.is_chatham,
        is_pinned=topic.pinned_at is not None,
        is_locked=topic.is_locked,
        reason=getattr(topic, "reason", ""),
    )


def place_of(topic: Topic, visitor: Any) -> str:
    if topic.circle is None:
        return _("Commons")
    return topic.circle.title if may_know(topic.circle, visitor) else ""


def may_know(circle: Circle, visitor: Any) -> bool:
    """``Circle.visible_to`` for one circle in hand: a public topic may live in a hidden circle."""
    if circle.kind == Circle.Kind.OPEN:
        return True
    if not is_reader(visitor):
        return False
    return circle.kind != Circle.Kind.HIDDEN or circle.pk in visitor.memberships_by_circle


def _status(topic: Topic) -> str:
    if not topic.is_question:
        return ""
    return "answered" if topic.accepted_id else "open"


def _replies(topic: Topic, new: int) -> str:
    count = topic.reply_count
    if not count:
        return _("no answer yet") if topic.is_question else _("no reply yet")
    said = ngettext("%d reply", "%d replies", count) % count
    return _("%(replies)s, %(new)d new") % {"replies": said, "new": new} if new else said


def _is_new(topic: Topic, visitor: Any, new: int) -> bool:
    """Something to read since the member was here, or since they joined."""
    if not visitor.is_authenticated or getattr(topic, "my_level", "") == Level.MUTED:
        return False
    if getattr(topic, "my_number", None) is not None:
        return new > 0
    is_later: bool = topic.last_post_at > visitor.joined_at
    return is_later and topic.author_id != visitor.pk
