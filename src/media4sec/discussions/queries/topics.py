"""One page of one topic: the question, the answer, twenty replies, and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import ngettext

from media4sec.discussions.models import Reaction, Reply, Topic, WideningProposal
from media4sec.discussions.queries.menus import may_on
from media4sec.discussions.queries.posts import PostRow, Posts
from media4sec.discussions.queries.rows import may_know, with_reading
from media4sec.discussions.queries.voices import Voices, voices_of
from media4sec.kit import typed
from media4sec.kit.marking import Label
from media4sec.kit.models import Draft
from media4sec.kit.paging import PAGE_SIZE
from media4sec.kit.prepared import Prepared
from media4sec.kit.watching import Level
from media4sec.members.models import Circle, is_reader
from media4sec.members.readers import Reader, as_reader


@dataclass(frozen=True)
class TopicPage:
    pk: int
    title: str
    language: str
    url: str
    base: str  # what its actions' addresses begin with
    is_member: bool
    label: str
    label_sentence: str
    is_chatham: bool
    face: str
    is_question: bool
    is_answered: bool
    is_pinned: bool
    is_locked: bool
    lock_reason: str
    circle: tuple[str, str] | None  # title and address, where one may know it
    is_archived: bool
    themes: list[tuple[str, str]]
    replies: str
    level: str
    history: str
    opening: list[PostRow]  # the topic's own text, and on the first page the accepted answer
    posts: list[PostRow]
    more: str  # the heading over the replies
    current: int
    last: int
    voices: Voices
    has_links: bool
    may: frozenset[str]
    draft: dict[str, str]
    #: How far the member has read once this page is open; None when that is nothing new.
    read_up_to: int | None
    is_first_visit: bool
    #: Hosts wait for this author's answer: may it travel further?
    is_asked: bool


def readable_topics(visitor: Any) -> QuerySet[Topic]:
    """Topics for the smaller pages about them."""
    return Topic.objects.visible_to(visitor).select_related("author", "circle")


def readable_topic(visitor: Any, pk: int) -> Topic | None:
    """A topic one is about to do something with; None where it is not readable."""
    found = _readable(pk=pk, **as_reader(visitor))
    return found[0] if found else None


def _word_readable(
    *, pk: int, member: int | None, circles: Sequence[int] | None
) -> QuerySet[Topic]:
    topics = Topic.objects.visible_to(Reader.of(member, circles))
    return topics.filter(pk=pk).select_related("circle")


_readable = Prepared(_word_readable)


def topic_at(visitor: Any, pk: int) -> Topic | None:
    """A topic for its page, with my reading and my draft; None where it is not readable."""
    found = _topics(
        pk=pk, place=f"reply:{pk}" if visitor.is_authenticated else None, **as_reader(visitor)
    )
    return found[0] if found else None


def _word_topic(
    *, pk: int, place: str | None, member: int | None, circles: Sequence[int] | None
) -> QuerySet[Topic]:
    visitor = Reader.of(member, circles)
    topics = Topic.objects.visible_to(visitor).filter(pk=pk)
    topics = topics.select_related("author", "circle", "theme", "other_theme")
    topics = topics.defer("body", *_LONG)
    if member is None:
        return topics
    asked = WideningProposal.objects.filter(topic=OuterRef("pk"), answered_at__isnull=True)
    return with_reading(topics, visitor).annotate(
        draft=Subquery(Draft.objects.filter(owner=member, place=place).values("fields")),
        is_asked=Exists(asked.filter(topic__author=member)),
        **_said(member, topic=OuterRef("pk"), reply__isnull=True),
    )


_topics = Prepared(_word_topic)


def _said(member: int, **where: Any) -> dict[str, Exists]:
    """For each word whether the member said it: part of the question, not one more question."""
    mine = Reaction.objects.filter(member=member, **where)
    return {f"said_{word}": Exists(mine.filter(word=word)) for word in Reaction.Word.values}


#: What no byline says of an author.
_UNSEEN = tuple(
    f"author__{field}"
    for field in (
        "about",
        "about_html",
        "email",
        "is_administrator",
        "is_findable",
        "is_moderator",
        "joined_at",
        "languages",
        "last_login",
        "password",
        "suspension_reason",
        "welcomed_at",
    )
)
#: Texts of other tables that the page does not show.
_LONG = (
    *_UNSEEN,
    "circle__about",
    "circle__about_html",
    "circle__rules",
    "circle__rules_html",
    "theme__body",
    "theme__body_html",
    "theme__questions",
    "other_theme__body",
    "other_theme__body_html",
    "other_theme__questions",
)


def topic_page(visitor: Any, topic: Topic, asked: str) -> TopicPage:
    """The page ``asked`` for ("3", "last"), in two queries."""
    current = _page_number(asked, topic.last_page)
    replies = _replies_on(topic, visitor, current)
    on_top = _take_accepted(topic, replies, current)
    may = may_on(visitor, topic)
    made = Posts(visitor, topic, may, [*replies, *([on_top] if on_top else [])])
    posts = [made.reply(each, on_top=on_top) for each in replies]
    return TopicPage(
        pk=topic.pk,
        title=topic.title,
        language=topic.language,
        url=made.url,
        base=f"/t/{topic.pk}/",
        is_member=visitor.is_authenticated,
        label=topic.label,
        label_sentence=Label(topic.label).sentence,
        is_chatham=topic.is_chatham,
        face=topic.face,
        is_question=topic.is_question,
        is_answered=topic.accepted_id is not None,
        is_pinned=topic.pinned_at is not None,
        is_locked=topic.is_locked,
        lock_reason=topic.lock_reason,
        circle=_circle(topic.circle, visitor),
        is_archived=topic.circle is not None and topic.circle.is_archived,
        themes=_themes(topic),
        replies=_count_of(topic.reply_count),
        level=getattr(topic, "my_level", None) or Level.NORMAL,
        history=reverse("discussions:history", args=[topic.pk]),
        opening=[made.question(), *([made.reply(on_top, is_top=True)] if on_top else [])],
        posts=posts,
        more=_more(topic, on_top),
        current=current,
        last=topic.last_page,
        voices=voices_of(topic, visitor),
        has_links=topic.link_count > 0,
        may=may,
        draft=getattr(topic, "draft", None) or {},
        read_up_to=_read_up_to(visitor, topic, current),
        is_first_visit=getattr(topic, "my_number", None) is None,
        is_asked=getattr(topic, "is_asked", False),
    )


def _page_number(asked: str, last: int) -> int:
    if asked == "last":
        return last
    return min(typed.number(asked) or 1, last)


def _replies_on(topic: Topic, visitor: Any, page: int) -> list[Reply]:
    """Twenty numbers, not twenty rows: page 100 costs what page 1 costs."""
    first = (page - 1) * PAGE_SIZE
    # The accepted answer comes along when the first page shows it above its place.
    above = topic.accepted_id if page == 1 else None
    found = _replies(
        topic=topic.pk, first=first, last=first + PAGE_SIZE, above=above, **as_reader(visitor)
    )
    for reply in found:
        reply.topic = topic
    return found


def _word_replies(
    *,
    topic: int,
    first: int,
    last: int,
    above: int | None,
    member: int | None,
    circles: Sequence[int] | None,
) -> QuerySet[Reply]:
    # Each side names the topic, so that each can walk an index.
    here = Q(topic=topic, number__gt=first, number__lte=last)
    if above is not None:
        here |= Q(topic=topic, pk=above)
    replies = (
        Reply.objects.filter(here)
        .within_reach_of(Reader.of(member, circles))
        .select_related("author")
        .annotate(answers_number=F("answers_to__number"), answers_label=F("answers_to__label"))
        .defer("body", *_UNSEEN)
        .order_by("number")
    )
    return replies if member is None else replies.annotate(**_said(member, reply=OuterRef("pk")))


_replies = Prepared(_word_replies)


def _take_accepted(topic: Topic, replies: list[Reply], page: int) -> Reply | None:
    """The accepted answer as the first page shows it; on its own page it also keeps its place."""
    if page > 1:
        return None
    found = next((each for each in replies if each.pk == topic.accepted_id), None)
    if found and found.number > PAGE_SIZE:
        replies.remove(found)
    return found if found and not found.deleted_at and not found.is_withheld else None


def _circle(circle: Circle | None, visitor: Any) -> tuple[str, str] | None:
    if circle is None or not may_know(circle, visitor):
        return None
    return circle.title, circle.get_absolute_url()


def _themes(topic: Topic) -> list[tuple[str, str]]:
    return [
        (theme.title, theme.get_absolute_url())
        for theme in (topic.theme, topic.other_theme)
        if theme is not None
    ]


def _count_of(count: int) -> str:
    return ngettext("%d reply", "%d replies", count) % count


def _more(topic: Topic, on_top: Reply | None) -> str:
    if on_top is None or on_top.label:
        return _count_of(topic.reply_count)
    count = topic.reply_count - 1
    return ngettext("%d more reply", "%d more replies", count) % count


def _read_up_to(visitor: Any, topic: Topic, page: int) -> int | None:
    if not visitor.is_authenticated:
        return None
    here = min(topic.last_number, page * PAGE_SIZE)
    known: int | None = getattr(topic, "my_number", None)
    return here if known is None or here > known else None


def left_behind(visitor: Any) -> QuerySet[Reply]:
    """A member's own replies; for those in discussions they may not open any more."""
    if not is_reader(visitor):
        return Reply.objects.none()
    return Reply.objects.filter(author=visitor.pk, deleted_at__isnull=True)


def reply_at(visitor: Any, pk: int) -> QuerySet[Reply]:
    """A reply for its stable address, if this visitor may read it."""
    return Reply.objects.visible_to(visitor).filter(pk=pk).select_related("topic")
