"""What other servers ask about us, and what administrators see of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from media4sec.feeds.activitypub import COMMUNITY, Actor, community, of_theme
from media4sec.feeds.models import Delivery, Echo, Follower, Peer, Publication
from media4sec.feeds.queries.publications import live, publication_at
from media4sec.kit.entry import Entry
from media4sec.kit.markdown import plain
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Theme
from media4sec.kit.paging import Page, keyset_page
from media4sec.kit.refs import Ref

_COUNTS = "feeds:echoes"


def actors() -> list[Actor]:
    return [community(), *map(of_theme, Theme.objects.defer("body", "body_html", "questions"))]


def actor(name: str) -> Actor | None:
    """One of ours; at most one query."""
    if name == COMMUNITY:
        return community()
    theme = Theme.objects.filter(slug=name).first()
    return of_theme(theme) if theme else None


def said_by(actor: Actor) -> QuerySet[Publication]:
    """What this actor told or passed on."""
    if actor.name == COMMUNITY:
        return live()
    return live().filter(Q(theme__slug=actor.name) | Q(other_theme__slug=actor.name))


def outbox(actor: Actor, *, before: str) -> Page[Publication]:
    return keyset_page(said_by(actor), by="published_at", before=before)


def follower_count(actor: Actor) -> int:
    return Follower.objects.filter(actor=actor.name).count()


def was_public(ref: Ref) -> bool:
    return Publication.objects.of(ref).exists()


# Echoes


def held_echoes() -> QuerySet[Echo]:
    """What waits for a moderator, the oldest first."""
    return Echo.objects.filter(standing=Echo.Standing.HELD).order_by("received_at", "pk")


def fetch_echoes(pks: Iterable[int]) -> list[Echo]:
    """These echoes, with the title of what each answers."""
    answered = Publication.objects.live().filter(
        thing_kind=OuterRef("thing_kind"), thing_id=OuterRef("thing_id")
    )
    found = Echo.objects.filter(pk__in=list(pks)).select_related("remote")
    return list(found.annotate(answers=Subquery(answered.values("title")[:1])))


def echo_entry(echo: Echo) -> Entry:
    """It was public where it was written; here it is when a moderator released it."""
    return Entry(
        ref=Ref.to(echo),
        title=_("Answer to “%(title)s”") % {"title": getattr(echo, "answers", None) or "…"},
        text=plain(echo.body_html),
        html=echo.body_html,
        url=echo.get_absolute_url(),
        label=Label.CLEAR,
        attribution=Attribution.NAMED,
        author=echo.remote.name or echo.remote.handle,
        author_id=None,
        at=echo.written_at,
        language=echo.language,
        is_withheld=echo.is_withheld,
    )


def echo_count(ref: Ref) -> int:
    """How many were released, as of a minute ago: known without a question on each page."""
    counts = cache.get(_COUNTS)
    if counts is None:
        rows = Echo.objects.released().order_by().values_list("thing_kind", "thing_id")
        counts = {(kind, pk): count for kind, pk, count in rows.annotate(count=Count("pk"))}
        cache.set(_COUNTS, counts, 60)
    return int(counts.get((ref.kind, ref.pk), 0))


def echoes_of(ref: Ref) -> list[Echo]:
    """What was said elsewhere about a thing, and released; in one query."""
    return list(Echo.objects.of(ref).released().select_related("remote__peer")[:200])


def answered_by(echo: Echo) -> Publication | None:
    return publication_at(echo.ref)


# Other servers


def is_blocked(host: str) -> bool:
    """Whether we speak with that server, or with whom it belongs to."""
    return Peer.objects.blocked().around(host).exists()


@dataclass(frozen=True)
class PeersPage:
    """How it goes with other servers, for administrators."""

    is_on: bool
    page: Page[Peer]
    blocked: list[Peer]
    followers: int
    waiting: int
    actors: list[Actor]


def peers_page(*, before: str, after: str) -> PeersPage:
    counted: QuerySet[Any] = Peer.objects.filter(blocked_at__isnull=True).annotate(
        follower_count=Count("actors__follows", distinct=True)
    )
    return PeersPage(
        is_on=settings.FEDERATION,
        page=keyset_page(counted, by="host", before=before, after=after),
        blocked=list(Peer.objects.blocked()[:200]),
        followers=Follower.objects.count(),
        waiting=Delivery.objects.waiting().count(),
        actors=actors(),
    )
