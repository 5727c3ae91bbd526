"""One page of one topic: the question, the answer, twenty replies, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media4sec.discussions import rules
from media4sec.discussions.models import Reaction, Reading, Reply, Topic
from media4sec.discussions.queries.rows import may_know, with_reading
from media4sec.discussions.queries.sources import Sources
from media4sec.discussions.queries.voices import Voices, voices_of
from media4sec.kit.markdown import trusted
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Draft
from media4sec.kit.paging import PAGE_SIZE
from media4sec.members.models import Circle, is_reader
from media4sec.members.speakers import Byline

#: The words one may say about a question, a discussion, a reply; another only once it was said.
_OFFERED = {
    "question": (Reaction.Word.HELPFUL, Reaction.Word.SAME),
    "discussion": (Reaction.Word.HELPFUL, Reaction.Word.SAME),
    "reply": (Reaction.Word.HELPFUL, Reaction.Word.TRY),
}
REACTION_ICONS = {
    Reaction.Word.HELPFUL: "thumbs-up",
    Reaction.Word.SAME: "hand",
    Reaction.Word.TRY: "lightbulb",
}


@dataclass(frozen=True)
class Tally:
    """A reaction, how many said it, and whether the visitor is one of them."""

    word: str
    title: str
    icon: str
    count: int
    is_mine: bool


@dataclass(frozen=True)
class PostRow:
    """The question or a reply, finished for the template."""

    key: str  # "r12": its place on the page
    pk: int
    number: int  # 0 for the topic's own text
    url: str  # the address that stays
    base: str  # what its actions' addresses begin with
    byline: Byline
    verb: str
    at: datetime
    html: SafeString | str
    label: str  # "" unless narrower than its topic
    is_sealed: bool  # Chatham in a topic that is not
    tallies: list[Tally]
    attachments: list[dict[str, Any]]
    answers: tuple[int, str] | None  # number and place of the reply it answers
    is_accepted: bool
    is_shown_above: bool
    is_new: bool
    is_deleted: bool
    edited_at: datetime | None
    is_mine: bool


@dataclass(frozen=True)
class TopicPage:
    pk: int
    title: str
    language: str
    url: str
    label: str
    label_sentence: str
    is_chatham: bool
    face: str
    is_question: bool
    is_answered: bool
    is_pinned: bool
    is_locked: bool
    is_deleted: bool
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
    may: dict[str, bool]
    draft: dict[str, str]
    #: How far the member has read once this page is open; None when that is nothing new.
    read_up_to: int | None
    is_first_visit: bool


def readable_topics(visitor: Any) -> QuerySet[Topic]:
    """Topics as their page needs them: with people, places, my reading and my draft."""
    topics = with_reading(Topic.objects.visible_to(visitor), visitor).select_related(
        "author", "circle", "theme", "other_theme", "accepted__author"
    )
    return topics.defer("body", "accepted__body", *_LONG)


#: Texts of other tables that the page does not show.
_LONG = (
    "author__about",
    "author__about_html",
    "accepted__author__about",
    "accepted__author__about_html",
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


def topic_at(visitor: Any, pk: int) -> QuerySet[Topic]:
    """A topic for its page, with what the member was writing there; none if not readable."""
    topics = readable_topics(visitor).filter(pk=pk)
    if not visitor.is_authenticated:
        return topics
    kept = Draft.objects.filter(owner=visitor.pk, place=f"reply:{pk}").values("fields")
    return topics.annotate(draft=Subquery(kept))


def topic_page(visitor: Any, topic: Topic, asked: str) -> TopicPage:
    """The page ``asked`` for ("3", "last"), in four queries at most."""
    current = _page_number(asked, topic.last_page)
    replies = _replies_on(topic, visitor, current)
    accepted = _accepted(topic, visitor)
    on_top = accepted if current == 1 else None
    made = _Posts(visitor, topic, [*replies, *([on_top] if on_top else [])])
    posts = [made.reply(each, on_top=on_top) for each in replies]
    return TopicPage(
        pk=topic.pk,
        title=topic.title,
        language=topic.language,
        url=made.url,
        label=topic.label,
        label_sentence=Label(topic.label).sentence,
        is_chatham=topic.is_chatham,
        face=topic.face,
        is_question=topic.is_question,
        is_answered=accepted is not None,
        is_pinned=topic.pinned_at is not None,
        is_locked=topic.is_locked,
        is_deleted=topic.deleted_at is not None,
        lock_reason=topic.lock_reason,
        circle=_circle(topic.circle, visitor),
        is_archived=topic.circle is not None and topic.circle.is_archived,
        themes=_themes(topic),
        replies=_count_of(topic.reply_count),
        level=getattr(topic, "my_level", None) or Reading.Level.NORMAL,
        history=reverse("discussions:history", args=[topic.pk]),
        opening=[made.question(), *([made.reply(on_top, is_top=True)] if on_top else [])],
        posts=posts,
        more=_more(topic, on_top),
        current=current,
        last=topic.last_page,
        voices=voices_of(topic),
        has_links=topic.link_count > 0,
        may=dict.fromkeys(may_on(visitor, topic), True),
        draft=getattr(topic, "draft", None) or {},
        read_up_to=_read_up_to(visitor, topic, current),
        is_first_visit=getattr(topic, "my_number", None) is None,
    )


def _page_number(asked: str, last: int) -> int:
    if asked == "last":
        return last
    return min(max(int(asked), 1), last) if asked.isascii() and asked.isdigit() else 1


def _replies_on(topic: Topic, visitor: Any, page: int) -> list[Reply]:
    """Twenty numbers, not twenty rows: page 100 costs what page 1 costs."""
    first = (page - 1) * PAGE_SIZE
    found = list(
        topic.replies.within_reach_of(visitor)
        .filter(number__gt=first, number__lte=first + PAGE_SIZE)
        .select_related("author")
        .annotate(answers_number=F("answers_to__number"), answers_label=F("answers_to__label"))
        .defer("body", "author__about", "author__about_html")
        .order_by("number")
    )
    for reply in found:
        reply.topic = topic
    return found


def _accepted(topic: Topic, visitor: Any) -> Reply | None:
    """The accepted answer, if this visitor may read it and it still stands."""
    reply = topic.accepted
    if reply is None or reply.deleted_at is not None or reply.label == Label.RED:
        return None
    reply.topic = topic
    return reply if not reply.label or rules.reads(visitor, reply) else None


class _Posts:
    """Makes the rows of one page: bylines in one query, my reactions in another."""

    def __init__(self, visitor: Any, topic: Topic, replies: list[Reply]) -> None:
        self.visitor, self.topic, self.url = visitor, topic, topic.get_absolute_url()
        self.sources = Sources(visitor, [topic, *replies])
        self.mine = _my_reactions(visitor, topic, replies)
        self.on_page = {each.pk for each in replies}
        self.words = {word: str(word.label) for word in Reaction.Word}
        self.replied = _("replied")

    def question(self) -> PostRow:
        topic = self.topic
        return self._row(
            topic,
            key=f"t{topic.pk}",
            number=0,
            url=self.url,
            base=f"/t/{topic.pk}/",
            verb=_("asked") if topic.is_question else _("started"),
            at=topic.started_at,
            tallies=self._tallies(topic, None, topic.kind),
        )

    def reply(self, reply: Reply, *, on_top: Reply | None = None, is_top: bool = False) -> PostRow:
        """``on_top``: the accepted answer when this page shows it under the question."""
        is_shown_above = on_top is not None and on_top.pk == reply.pk
        is_accepted = reply.pk == self.topic.accepted_id and reply.deleted_at is None
        return self._row(
            reply,
            key=f"at{reply.number}" if is_shown_above else f"r{reply.pk}",
            number=reply.number,
            url=f"/r/{reply.pk}/",
            base=f"/r/{reply.pk}/",
            verb=self.replied,
            at=reply.posted_at,
            tallies=self._tallies(reply, reply.pk, "reply"),
            label=reply.label if reply.label != self.topic.label else "",
            is_sealed=reply.attribution == Attribution.CHATHAM and not self.topic.is_chatham,
            answers=self._answers(reply),
            is_accepted=is_accepted,
            is_shown_above=is_shown_above,
            is_new=not is_top and self._is_new(reply),
        )

    def _row(
        self,
        post: Topic | Reply,
        *,
        label: str = "",
        is_sealed: bool = False,
        answers: tuple[int, str] | None = None,
        is_accepted: bool = False,
        is_shown_above: bool = False,
        is_new: bool = False,
        **facts: Any,
    ) -> PostRow:
        is_deleted = post.deleted_at is not None
        return PostRow(
            pk=post.pk,
            byline=self.sources.byline(post),
            html="" if is_deleted else trusted(post.body_html),
            attachments=[] if is_deleted else post.attachments,
            is_deleted=is_deleted,
            edited_at=post.edited_at,
            is_mine=post.author_id == self.visitor.pk,
            label=label,
            is_sealed=is_sealed,
            answers=answers,
            is_accepted=is_accepted,
            is_shown_above=is_shown_above,
            is_new=is_new,
            **facts,
        )

    def _tallies(self, post: Topic | Reply, reply_id: int | None, what: str) -> list[Tally]:
        counts = post.reactions
        offered: tuple[Reaction.Word, ...] = _OFFERED[what]
        if post.author_id == self.visitor.pk or not is_reader(self.visitor):
            offered = ()
        return [
            Tally(
                word=word.value,
                title=self.words[word],
                icon=REACTION_ICONS[word],
                count=counts.get(word, 0),
                is_mine=(reply_id, word) in self.mine,
            )
            for word in Reaction.Word
            if counts.get(word) or word in offered
        ]

    def _answers(self, reply: Reply) -> tuple[int, str] | None:
        """Never the number of a reply that this visitor may not read."""
        number = getattr(reply, "answers_number", None)
        if number is None or reply.answers_to_id is None:
            return None
        if reply.answers_to_id in self.on_page:
            return number, f"#r{reply.answers_to_id}"
        if reply.answers_label:  # type: ignore[attr-defined]
            return None
        return number, f"/r/{reply.answers_to_id}/"

    def _is_new(self, reply: Reply) -> bool:
        read = getattr(self.topic, "my_number", None)
        return read is not None and reply.number > read and reply.author_id != self.visitor.pk


def _my_reactions(
    visitor: Any, topic: Topic, replies: Iterable[Reply]
) -> set[tuple[int | None, str]]:
    """What the visitor said about the posts on this page; no question when nobody said anything."""
    if not visitor.is_authenticated:
        return set()
    said = [each.pk for each in replies if each.reactions]
    if not (said or topic.reactions):
        return set()
    words = Reaction.objects.filter(member=visitor.pk, topic=topic)
    return {
        (reply_id, word)
        for reply_id, word in words.values_list("reply_id", "word")
        if reply_id is None or reply_id in said
    }


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


def may_on(visitor: Any, topic: Topic) -> frozenset[str]:
    """What to offer somebody who has the page open: the rules, without asking who may read again."""
    if not is_reader(visitor):
        return frozenset()
    may = {"follow", "react"}
    is_live = topic.circle is None or not topic.circle.is_archived
    if is_live and not topic.is_locked and not topic.deleted_at:
        may |= {"reply"} if rules.is_in_its_circle(visitor, topic) else set()
    if rules.keeps_order(visitor, topic):
        may |= {"pin", "lock", "move"}
        may |= {"propose"} if rules.lives_in_the_open(visitor, topic) else set()
    if topic.author_id == visitor.pk:
        may |= {"accept"} if topic.is_question and not topic.deleted_at else set()
    return frozenset(may)


def _read_up_to(visitor: Any, topic: Topic, page: int) -> int | None:
    if not visitor.is_authenticated:
        return None
    here = min(topic.last_number, page * PAGE_SIZE)
    known: int | None = getattr(topic, "my_number", None)
    return here if known is None or here > known else None


def reply_at(visitor: Any, pk: int) -> QuerySet[Reply]:
    """A reply for its stable address, if this visitor may read it."""
    return Reply.objects.visible_to(visitor).filter(pk=pk).select_related("topic")


__all__ = ["PostRow", "Tally", "TopicPage", "readable_topics", "topic_page"]
