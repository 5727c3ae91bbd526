"""The writing desk: what waits for whom, and what comes when."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR

from media4sec.journal.models import Article, Document
from media4sec.journal.rules import wrote_it
from media4sec.kit.clock import now
from media4sec.kit.ical import Dated
from media4sec.kit.refs import Ref
from media4sec.members.models import Member, is_reader
from media4sec.members.speakers import Byline, Names

_State = Article.State
_MOST = 100
#: How long what appeared stands on the desk.
_RECENT = timedelta(days=60)


@dataclass(frozen=True)
class Card:
    """An article on the desk, and what it waits for."""

    article: Article
    sent_in_by: Byline | None
    is_mine: bool
    may_review: bool


@dataclass(frozen=True)
class Day:
    date: date
    is_in_month: bool
    is_today: bool
    articles: list[Article]


@dataclass(frozen=True)
class Month:
    """The weeks of a month, with what appeared and what will."""

    title: str
    weekdays: list[tuple[str, str]]
    weeks: list[list[Day]]
    before: str
    after: str


@dataclass(frozen=True)
class Desk:
    drafts: list[Card]
    in_review: list[Card]
    scheduled: list[Card]
    published: list[Card]
    documents: list[Document]
    month: Month

    @property
    def is_bare(self) -> bool:
        return not (self.drafts or self.in_review or self.scheduled or self.published)


def desk_page(member: Member, asked_month: str) -> Desk:
    """Everything an editor needs, in three queries: articles, their authors, documents."""
    first = _first_of(asked_month)
    articles = list(_on_the_desk(member, first)[:_MOST])
    names = Names(member, [each.submitted_by for each in articles if each.submitted_by])
    cards = [_card(each, member, names) for each in articles]
    recent = now() - _RECENT
    shown: dict[str, list[Card]] = defaultdict(list)
    for card in cards:
        shown[card.article.state].append(card)
    published = [card for card in shown[_State.PUBLISHED] if _appears(card) > recent]
    return Desk(
        drafts=sorted(shown[_State.DRAFT], key=lambda card: not card.is_mine),
        in_review=sorted(shown[_State.IN_REVIEW], key=lambda card: not card.may_review),
        scheduled=sorted(shown[_State.SCHEDULED], key=_appears),
        published=sorted(published, key=_appears, reverse=True)[:8],
        documents=_documents(member),
        month=_month(first, articles),
    )


def scheduled_dates(member: Member) -> list[Dated]:
    """What will appear, as dates to take along; the same articles as on their desk."""
    found = _on_the_desk(member, timezone.localdate(now())).filter(state=_State.SCHEDULED)
    return [
        Dated(
            Ref.to(each), each.title, each.get_absolute_url(), each.publish_at, text=each.standfirst
        )
        for each in found.order_by("publish_at", "pk")
    ]


def _appears(card: Card) -> datetime:
    """When it appeared, or shall."""
    article = card.article
    return article.published_at or article.publish_at or article.written_at


def _on_the_desk(member: Member, first: date) -> Any:
    """What is in the making and visible to them; what appeared lately or in that month."""
    begin, end = _bounds(first)
    making = Q(state__in=[_State.DRAFT, _State.IN_REVIEW, _State.SCHEDULED])
    appeared = Q(state=_State.PUBLISHED) & (
        Q(published_at__gt=now() - _RECENT) | Q(published_at__gte=begin, published_at__lt=end)
    )
    found = Article.objects.visible_to(member).filter(making | appeared)
    if not member.is_editor:
        found = found.filter(Q(written_by=member) | Q(authorships__member=member)).distinct()
    return (
        found.defer("body", "body_html", "attachments")
        .select_related("submitted_by", "series")
        .prefetch_related("authorships")
        .order_by("-written_at")
    )


def _card(article: Article, member: Member, names: Names) -> Card:
    mine = wrote_it(member, article)
    waits = article.state == _State.IN_REVIEW
    return Card(
        article=article,
        sent_in_by=names.named(article.submitted_by) if article.submitted_by and waits else None,
        is_mine=mine,
        may_review=waits and member.is_editor and not mine and article.submitted_by_id != member.pk,
    )


def _documents(member: Member) -> list[Document]:
    if not member.is_editor:
        return []
    return list(Document.objects.filter(state=Document.State.DRAFT).order_by("-added_at")[:20])


def waiting_for(member: Any) -> int:
    """How many articles this editor may review now; strangers and others cost no question."""
    if not is_reader(member) or not member.is_editor:
        return 0
    return (
        Article.objects.filter(state=_State.IN_REVIEW)
        .exclude(submitted_by=member.pk)
        .exclude(written_by=member.pk)
        .exclude(authorships__member_id=member.pk)
        .count()
    )


# The calendar


def _first_of(asked: str) -> date:
    """The first day of ``2027-03``, or of this month when that is none."""
    today = timezone.localdate(now())
    try:
        year, month = (int(part) for part in asked.split("-"))
        first = date(year, month, 1)
    except (ValueError, OverflowError):
        first = today.replace(day=1)
    return first if abs(first.year - today.year) <= 10 else today.replace(day=1)


def _bounds(first: date) -> tuple[datetime, datetime]:
    """The moments at which the month begins and ends where the site is."""
    zone = timezone.get_default_timezone()
    after = (first + timedelta(days=32)).replace(day=1)
    return (
        datetime(first.year, first.month, 1, tzinfo=zone),
        datetime(after.year, after.month, 1, tzinfo=zone),
    )


def _month(first: date, articles: Iterable[Article]) -> Month:
    by_day: dict[date, list[Article]] = defaultdict(list)
    for article in articles:
        moment = article.publish_at if article.state == _State.SCHEDULED else article.published_at
        if moment and article.state in {_State.SCHEDULED, _State.PUBLISHED}:
            by_day[timezone.localdate(moment)].append(article)
    today = timezone.localdate(now())
    weeks = [
        [Day(day, day.month == first.month, day == today, by_day.get(day, [])) for day in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    return Month(
        title=f"{MONTHS[first.month]} {first.year}",
        weekdays=_weekdays(range(7)),
        weeks=weeks,
        before=f"{(first - timedelta(days=1)):%Y-%m}",
        after=f"{(first + timedelta(days=32)):%Y-%m}",
    )


def _weekdays(numbers: Sequence[int]) -> list[tuple[str, str]]:
    return [(str(WEEKDAYS_ABBR[number]), str(WEEKDAYS[number])) for number in numbers]
