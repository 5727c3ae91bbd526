"""What became of a topic: edits with their words side by side, and what hosts did, with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media4sec.discussions.models import Reply, Topic
from media4sec.discussions.queries.sources import Post, Sources
from media4sec.kit.models import Activity, Revision
from media4sec.kit.paging import Page, keyset_page
from media4sec.kit.refs import Ref
from media4sec.kit.revisions import compare
from media4sec.members.models import Member
from media4sec.members.speakers import Byline

_TOPIC, _REPLY = Topic._meta.label_lower, Reply._meta.label_lower
#: What the author of the text itself did, and what those did who keep order.
_BY_AUTHOR = {
    "started": gettext_lazy("started this"),
    "edited": gettext_lazy("changed the text"),
    "deleted": gettext_lazy("deleted the text"),
    "narrowed": gettext_lazy("shared it with fewer people"),
    "widened": gettext_lazy("shared it with more people"),
    "sealed": gettext_lazy("turned on Chatham House mode"),
    "accepted": gettext_lazy("accepted this answer"),
    "reopened": gettext_lazy("took the accepted answer back"),
}
_BY_MODERATOR = {
    "hid": gettext_lazy("hid the text"),
    "restored": gettext_lazy("showed the text again"),
}
_BY_HOST = {
    "pinned": gettext_lazy("pinned the discussion"),
    "unpinned": gettext_lazy("took the pin away"),
    "locked": gettext_lazy("locked the discussion"),
    "unlocked": gettext_lazy("opened the discussion for replies again"),
    "moved": gettext_lazy("moved the discussion to where it is now"),
    "proposed_widening": gettext_lazy("proposed to share it with more people"),
}
_SAID = {**_BY_AUTHOR, **_BY_HOST, **_BY_MODERATOR}


@dataclass(frozen=True)
class Comparison:
    """A text before and after an edit, what changed marked in both."""

    old_title: SafeString | str
    new_title: SafeString | str
    old: SafeString
    new: SafeString


@dataclass(frozen=True)
class Deed:
    """One line of the history."""

    pk: int
    byline: Byline
    text: str
    at: datetime
    reason: str
    labels: tuple[str, str] | None  # from, to
    reply: tuple[int, str] | None  # number and address of the reply it is about
    comparison: Comparison | None


@dataclass(frozen=True)
class HistoryPage:
    title: str
    url: str
    label: str
    is_chatham: bool
    page: Page[Deed]


def history_page(visitor: Any, topic: Topic, asked: Mapping[str, str]) -> HistoryPage:
    """One page of what happened to a topic and to those of its replies the visitor may read."""
    page = keyset_page(
        _activities(visitor, topic),
        by="id",
        before=asked.get("before", ""),
        after=asked.get("after", ""),
    )
    deeds = _Deeds(visitor, topic, page.rows)
    return HistoryPage(
        title=topic.title,
        url=topic.get_absolute_url(),
        label=topic.label,
        is_chatham=topic.is_chatham,
        page=replace(page, rows=[deeds.of(each) for each in page.rows]),
    )


def _activities(visitor: Any, topic: Topic) -> Any:
    here = Ref.to(topic)
    readable = topic.replies.within_reach_of(visitor).values("pk")
    about_topic = Q(subject_kind=here.kind, subject_id=here.pk)
    about_replies = Q(within_kind=here.kind, within_id=here.pk, subject_kind=_REPLY)
    return (
        Activity.objects.filter(about_topic | (about_replies & Q(subject_id__in=readable)))
        .filter(verb__in=[*_BY_AUTHOR, *_BY_HOST, *_BY_MODERATOR])
        .select_related("actor")
    )


class _Deeds:
    """Turns activities into lines: three more queries, however many lines."""

    def __init__(self, visitor: Any, topic: Topic, activities: list[Activity]) -> None:
        self.topic = topic
        self.replies = self._replies(activities)
        self.revisions = _revisions(activities)
        # Where Chatham holds, hosts are not named either: they may be speakers.
        actors: list[Member] = []
        if not topic.is_chatham:
            actors = [each.actor for each in activities if each.actor and each.verb in _BY_HOST]
        posts: list[Post] = [topic, *self.replies.values()]
        self.sources = Sources(visitor, posts, actors=actors)

    def _replies(self, activities: Iterable[Activity]) -> dict[int, Reply]:
        pks = {each.subject_id for each in activities if each.subject_kind == _REPLY}
        replies = self.topic.replies.filter(pk__in=pks).select_related("author") if pks else []
        for reply in replies:
            reply.topic = self.topic
        return {reply.pk: reply for reply in replies}

    def of(self, activity: Activity) -> Deed:
        reply = self.replies.get(activity.subject_id) if activity.subject_kind == _REPLY else None
        facts = activity.facts
        return Deed(
            pk=activity.pk,
            byline=self._byline(activity, reply),
            text=str(_SAID[activity.verb]),
            at=activity.at,
            reason=facts.get("reason", ""),
            labels=(facts["was"], facts["label"]) if "was" in facts else None,
            reply=(reply.number, f"/r/{reply.pk}/") if reply else None,
            comparison=self._comparison(activity, reply or self.topic),
        )

    def _byline(self, activity: Activity, reply: Reply | None) -> Byline:
        if activity.verb in _BY_MODERATOR:
            return Byline(_("A moderator"))
        if activity.verb in _BY_HOST:
            if self.topic.is_chatham or activity.actor is None:
                return Byline(_("A host") if self.topic.circle_id else _("A moderator"))
            return self.sources.actor(activity.actor)
        # Whoever accepts is the asker, whoever edits or narrows wrote the text.
        if reply is None or activity.verb == "accepted":
            return self.sources.byline(self.topic)
        return self.sources.byline(reply)

    def _comparison(self, activity: Activity, post: Post) -> Comparison | None:
        version = activity.facts.get("version")
        if activity.verb != "edited" or not version or post.deleted_at or post.is_withheld:
            return None
        old = self.revisions.get((activity.subject_kind, post.pk, version - 1))
        new = self.revisions.get((activity.subject_kind, post.pk, version))
        if old is None:
            return None
        title = post.title if isinstance(post, Topic) else ""
        return _compared(old, new.title if new else title, new.body if new else post.body)


def _revisions(activities: Iterable[Activity]) -> dict[tuple[str, int, int], Revision]:
    """The texts before and after these edits; the last one stands on the thing itself."""
    wanted = Q()
    for each in activities:
        version = each.facts.get("version")
        if each.verb == "edited" and version:
            wanted |= Q(
                thing_kind=each.subject_kind,
                thing_id=each.subject_id,
                version__in=[version - 1, version],
            )
    found = Revision.objects.filter(wanted) if wanted else []
    return {(each.thing_kind, each.thing_id, each.version): each for each in found}


def _compared(revision: Revision, title: str, body: str) -> Comparison:
    old_title, new_title = ("", "")
    if revision.title != title:
        old_title, new_title = _sides(revision.title, title)
    old, new = _sides(revision.body, body)
    return Comparison(old_title, new_title, old, new)


def _sides(old: str, new: str) -> tuple[SafeString, SafeString]:
    changes = compare(old, new)
    return (
        _marked(changes, without="ins"),
        _marked(changes, without="del"),
    )


def _marked(changes: Iterable[tuple[str, str]], *, without: str) -> SafeString:
    shown = [(how, _lines(text)) for how, text in changes if how != without]
    return format_html_join(
        "", "{}", ((text if how == "same" else _tagged(how, text),) for how, text in shown)
    )


def _tagged(how: str, text: SafeString) -> SafeString:
    return format_html("<del>{}</del>" if how == "del" else "<ins>{}</ins>", text)


def _lines(text: str) -> SafeString:
    return linebreaksbr(text)
