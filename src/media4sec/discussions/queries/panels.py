"""Topics in other places: a circle's page, a theme's, a profile, the two homes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from media4sec.discussions.models import Reply, Topic
from media4sec.discussions.queries.lists import Filters, paged
from media4sec.discussions.queries.red import count_red, red_count
from media4sec.discussions.queries.rows import TOPIC, Row, listed, place_of, rows_of, with_new
from media4sec.discussions.queries.sources import Sources
from media4sec.kit.clock import now
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Theme
from media4sec.kit.paging import Page
from media4sec.kit.prepared import Prepared
from media4sec.kit.watching import Level, watched
from media4sec.members.models import Circle, Group, Member, is_reader
from media4sec.members.readers import Reader, as_reader

#: How long a question waits on somebody's home before it is an old one.
WAITS = timedelta(days=90)


@dataclass(frozen=True)
class CirclePanel:
    """The topics of one circle, on its page."""

    tab: str
    tabs: list[tuple[str, str, str, int | None]]
    pinned: list[Row]
    page: Page[Row]
    start_url: str  # "" for those who may not write here
    all_url: str


def circle_panel(visitor: Any, circle: Circle, asked: Mapping[str, str]) -> CirclePanel:
    """Latest or unanswered; the pinned ones first."""
    tab = "unanswered" if asked.get("tab") == "unanswered" else "latest"
    pinned, page = paged(visitor, tab, Filters(circle=circle.slug), asked)
    # The page is about this circle: its rows need not say so.
    pinned = [replace(row, place="") for row in pinned]
    page = replace(page, rows=[replace(row, place="") for row in page.rows])
    writes = is_reader(visitor) and circle.pk in visitor.memberships_by_circle
    index = reverse("discussions:index")
    return CirclePanel(
        tab=tab,
        tabs=[
            ("latest", _("Latest"), circle.get_absolute_url(), None),
            ("unanswered", _("Unanswered"), f"{circle.get_absolute_url()}?tab=unanswered", None),
        ],
        pinned=pinned,
        page=page,
        start_url=f"{reverse('discussions:start')}?circle={circle.slug}"
        if writes and not circle.is_archived
        else "",
        all_url=f"{index}?circle={circle.slug}",
    )


def theme_rows(visitor: Any, theme: Theme, *, most: int = 8) -> list[Row]:
    """What was last talked about under a theme."""
    topics = listed(visitor).filter(Q(theme=theme) | Q(other_theme=theme))
    return rows_of(with_new(topics, visitor).order_by("-last_post_at", "-pk")[:most], visitor)


def strangers_rows(*, visitor: Any, most: int = 4) -> list[Row]:
    """Active discussions that everyone may read, for the public home.

    By people who show who they are: that page has one question left, and seals would ask two.
    """
    topics = listed(visitor).filter(
        label=Label.CLEAR, attribution=Attribution.NAMED, reply_count__gt=0
    )
    return rows_of(topics.order_by("-last_post_at", "-pk")[:most], visitor)


@dataclass(frozen=True)
class Said:
    """One thing a member wrote under their name."""

    title: str
    url: str
    place: str
    is_reply: bool
    at: datetime
    label: str


def said_by(member: Member, *, visitor: Any, most: int = 5) -> list[Said]:
    """What a member wrote by name, as far as the visitor may read it. Never what is Chatham."""
    topics = (
        listed(visitor)
        .filter(author=member, attribution=Attribution.NAMED)
        .order_by("-started_at", "-pk")[:most]
    )
    replies = (
        Reply.objects.visible_to(visitor)
        .standing()
        .filter(
            author=member,
            attribution__in=["", Attribution.NAMED],
            topic__attribution=Attribution.NAMED,
        )
        .exclude(Q(label=Label.RED) | Q(topic__label=Label.RED))
        .select_related("topic__circle")
        .order_by("-pk")[:most]
    )
    found = [_said(topic, topic, visitor) for topic in topics]
    found += [_said(reply, reply.topic, visitor) for reply in replies]
    return sorted(found, key=lambda said: said.at, reverse=True)[:most]


def _said(post: Topic | Reply, topic: Topic, visitor: Any) -> Said:
    is_reply = isinstance(post, Reply)
    label = post.own_label if isinstance(post, Reply) else post.label
    return Said(
        title=topic.title,
        url=f"/r/{post.pk}/" if is_reply else topic.get_absolute_url(),
        place=place_of(topic, visitor),
        is_reply=is_reply,
        at=post.posted_at if isinstance(post, Reply) else post.started_at,
        label="" if label == Label.CLEAR else label,
    )


@dataclass(frozen=True)
class HomePanels:
    """A member's home: what is new, what waits for them, and the line about RED things."""

    new: list[Row]
    waiting: list[Row]
    group: str
    only_for_you: int


def home_panels(visitor: Any) -> HomePanels:
    """In three queries: two lists, and who is shown in both."""
    new = _new(**as_reader(visitor))
    waiting = _waiting_for(visitor) if is_reader(visitor) else []
    sources = Sources(visitor, [*new, *waiting])
    return HomePanels(
        new=rows_of(new, visitor, sources=sources),
        waiting=rows_of(waiting, visitor, by="started_at", sources=sources),
        group=str(Group(visitor.group).label) if visitor.group else "",
        only_for_you=getattr(new[0], "red_count", 0) if new else count_red(visitor),
    )


def _word_new(*, member: int | None, circles: Sequence[int] | None) -> QuerySet[Topic]:
    """The latest of my circles that I do not mute; before the first circle, of the Commons."""
    visitor = Reader.of(member, circles)
    mine = Q(circle__in=visitor.circle_ids) if visitor.circle_ids else Q(circle__isnull=True)
    muted = watched(TOPIC, member=member or 0, level=Level.MUTED)
    shown = with_new(listed(visitor).filter(mine).exclude(pk__in=muted), visitor)
    return shown.annotate(red_count=red_count(visitor)).order_by("-last_post_at", "-pk")[:6]


_new: Prepared[Topic] = Prepared(_word_new)


def _waiting_for(visitor: Any) -> list[Topic]:
    """Open questions of others: unanswered in my themes, or where nobody of my group spoke."""
    found = _waiting(visitor.group)(since=now() - WAITS, **as_reader(visitor))
    for topic in found:
        topic.reason = _reason(topic, visitor)  # type: ignore[attr-defined]
    return found


@cache
def _waiting(group: str) -> Prepared[Topic]:
    def word(
        *, since: datetime, member: int | None, circles: Sequence[int] | None
    ) -> QuerySet[Topic]:
        themes = Member.themes.through.objects.filter(member=member).values("theme")
        wanted = Q(reply_count=0) & (Q(theme__in=themes) | Q(other_theme__in=themes))
        if group:
            wanted |= ~Q(voices__has_key=group)
        questions = listed(Reader.of(member, circles)).filter(
            wanted,
            kind=Topic.Kind.QUESTION,
            accepted__isnull=True,
            locked_at__isnull=True,
            started_at__gt=since,
        )
        return questions.exclude(author=member).order_by("-started_at", "-pk")[:4]

    return Prepared(word)


def _reason(topic: Topic, visitor: Any) -> str:
    if visitor.group and visitor.group not in topic.voices:
        return _("Nobody of your group has spoken here yet")
    return _("In a theme you follow, without an answer")
