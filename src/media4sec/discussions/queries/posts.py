"""The posts of one page, each finished: who, what, what one may do to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from media4sec.discussions.models import Reaction, Reply, Topic
from media4sec.discussions.queries.menus import Menus, Step
from media4sec.discussions.queries.sources import Sources
from media4sec.kit.markdown import trusted
from media4sec.kit.marking import Attribution
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


class File(NamedTuple):
    """A picture or PDF that a post carries."""

    url: str
    type: str
    name: str
    alt: str
    size: int
    width: int | None
    height: int | None


class PostRow(NamedTuple):
    """The question or a reply, finished for the page, and comparable as a whole."""

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
    tallies: tuple[Tally, ...]
    files: tuple[File, ...]
    answers: tuple[int, str] | None  # number and place of the reply it answers
    is_accepted: bool
    is_shown_above: bool
    is_new: bool
    is_deleted: bool
    hidden: str  # why a moderator hid it; "" when none did
    own_url: str  # where its author reads what was decided
    edited_at: datetime | None
    may_react: bool
    reply_url: str
    menu: tuple[Step, ...]


class Posts:
    """Makes the rows of one page; who is shown in them is one query."""

    def __init__(
        self, visitor: Any, topic: Topic, may: frozenset[str], replies: list[Reply]
    ) -> None:
        self.visitor, self.topic, self.url = visitor, topic, topic.get_absolute_url()
        self.sources = Sources(visitor, [topic, *replies])
        self.on_page = {each.pk for each in replies}
        self.words = {word: str(word.label) for word in Reaction.Word}
        self.replied = _("replied")
        self.may_react = "react" in may
        self.menus = Menus(visitor, topic, may)

    def question(self) -> PostRow:
        topic, base = self.topic, f"/t/{self.topic.pk}/"
        return self._row(
            topic,
            key=f"t{topic.pk}",
            number=0,
            url=self.url,
            base=base,
            verb=_("asked") if topic.is_question else _("started"),
            at=topic.started_at,
            offered=_OFFERED[topic.kind],
            reply_url="#reply",
            menu=self.menus.of_topic(base),
        )

    def reply(self, reply: Reply, *, on_top: Reply | None = None, is_top: bool = False) -> PostRow:
        """``on_top``: the accepted answer when this page shows it under the question."""
        is_shown_above = on_top is not None and on_top.pk == reply.pk
        base = f"/r/{reply.pk}/"
        return self._row(
            reply,
            key=f"at{reply.number}" if is_shown_above else f"r{reply.pk}",
            number=reply.number,
            url=base,
            base=base,
            verb=self.replied,
            at=reply.posted_at,
            offered=_OFFERED["reply"],
            reply_url=f"/t/{self.topic.pk}/reply/?answers={reply.pk}#reply",
            menu=self.menus.of_reply(reply, base),
            label=reply.label if reply.label != self.topic.label else "",
            is_sealed=reply.attribution == Attribution.CHATHAM and not self.topic.is_chatham,
            answers=self._answers(reply),
            is_accepted=reply.pk == self.topic.accepted_id and not reply.deleted_at,
            is_shown_above=is_shown_above,
            is_new=not is_top and self._is_new(reply),
        )

    def _row(
        self,
        post: Topic | Reply,
        *,
        offered: Sequence[Reaction.Word],
        label: str = "",
        is_sealed: bool = False,
        answers: tuple[int, str] | None = None,
        is_accepted: bool = False,
        is_shown_above: bool = False,
        is_new: bool = False,
        **facts: Any,
    ) -> PostRow:
        is_deleted = post.deleted_at is not None
        is_hidden, is_mine = post.is_withheld, post.author_id == self.visitor.pk
        may_react = self.may_react and not is_mine and not is_hidden
        return PostRow(
            pk=post.pk,
            byline=self.sources.byline(post),
            html="" if is_deleted else trusted(post.body_html),
            tallies=self._tallies(post, offered if may_react else ()),
            files=() if is_deleted else tuple(_file(each) for each in post.attachments),
            is_deleted=is_deleted,
            hidden=str(post.standing_reason or _("Against the house rules.")) if is_hidden else "",
            own_url=f"/decisions/{post.decision_id}/" if is_hidden and is_mine else "",
            edited_at=post.edited_at,
            may_react=may_react,
            label=label,
            is_sealed=is_sealed,
            answers=answers,
            is_accepted=is_accepted,
            is_shown_above=is_shown_above,
            is_new=is_new,
            **facts,
        )

    def _tallies(self, post: Topic | Reply, offered: Sequence[Reaction.Word]) -> tuple[Tally, ...]:
        counts = post.reactions
        return tuple(
            Tally(
                word=word.value,
                title=title,
                icon=REACTION_ICONS[word],
                count=counts.get(word, 0),
                is_mine=getattr(post, f"said_{word.value}", False),
            )
            for word, title in self.words.items()
            if word in offered or counts.get(word)
        )

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


def _file(kept: dict[str, Any]) -> File:
    """See ``kit.uploads.summary``."""
    facts = {name: kept[name] for name in ("type", "name", "alt", "size", "width", "height")}
    return File(url=f"/files/{kept['id']}/", **facts)
