"""Telling followers elsewhere what became public, changed, or is not public any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from media4sec.feeds.activitypub import COMMUNITY
from media4sec.feeds.models import Delivery, Follower, Message, Peer, Publication
from media4sec.feeds.queries.publications import live
from media4sec.kit.clock import now

#: What is older was read long ago: it is not told to those who have just begun to follow.
NEWS = timedelta(days=7)
#: So long we remember what a server that we gave up has still to delete.
REMEMBERED = timedelta(days=365)
_AT_ONCE = 100
_Inboxes = dict[str, int]  # inbox → peer
Verb = Message.Verb


def tell() -> int:
    """Write messages for what is untold, a publication at a time; how many there were."""
    if not settings.FEDERATION:
        return 0
    pks = list(Publication.objects.untold().order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    return sum(_tell(pk) for pk in pks)


@transaction.atomic
def _tell(pk: int) -> bool:
    """Messages, deliveries and ``told`` in one transaction: killed before its end, all is anew."""
    row = Publication.objects.select_for_update().get(pk=pk)
    if row.told >= row.version:
        return False
    if live().filter(pk=pk).exists():
        _tell_of(row)
    elif row.messages.exists():
        _tell_that_it_is_gone(row)
    row.told = row.version
    row.save(update_fields=["told"])
    return True


def _tell_of(row: Publication) -> None:
    there = _where_it_is(row)
    if there:
        _send(row, Verb.UPDATE, COMMUNITY, there)
    if row.published_at < now() - NEWS:
        return
    _send(row, Verb.CREATE, COMMUNITY, _without(_inboxes([COMMUNITY]), there))
    for theme in (row.theme, row.other_theme):
        if theme:
            _send(row, Verb.ANNOUNCE, theme.slug, _without(_inboxes([theme.slug]), there))


def _tell_that_it_is_gone(row: Publication) -> None:
    """Everywhere it may be, also where nobody follows us any more."""
    waiting = Delivery.objects.waiting().filter(message__publication=row)
    there = _where_it_is(row)
    waiting.update(state=Delivery.State.GIVEN_UP)
    _send(row, Verb.DELETE, COMMUNITY, there)


def _where_it_is(row: Publication) -> _Inboxes:
    """Whoever was sent it, or may have been: an answer can get lost on its way back."""
    tried = Q(state=Delivery.State.DONE) | Q(tries__gt=0)
    sent = Delivery.objects.filter(tried, message__publication=row, peer__blocked_at__isnull=True)
    last = sent.filter(message__verb=Verb.DELETE).order_by("-message__version").first()
    since = last.message.version if last else -1
    return dict(sent.filter(message__version__gt=since).values_list("inbox", "peer_id"))


def _inboxes(actors: Iterable[str]) -> _Inboxes:
    """One inbox for each server that takes all its messages in one, else one for each follower."""
    follows = Follower.objects.filter(
        actor__in=list(actors),
        remote__peer__blocked_at__isnull=True,
        remote__peer__given_up_at__isnull=True,
    )
    rows = follows.values_list("remote__shared_inbox", "remote__inbox", "remote__peer_id")
    return {shared or own: peer for shared, own, peer in rows.iterator()}


def _without(inboxes: _Inboxes, others: _Inboxes) -> _Inboxes:
    return {inbox: peer for inbox, peer in inboxes.items() if inbox not in others}


def _send(row: Publication, verb: str, actor: str, inboxes: _Inboxes) -> None:
    if inboxes:
        message = Message.objects.create(
            actor=actor, verb=verb, publication=row, version=row.version, at=now()
        )
        enqueue(message, inboxes)


def enqueue(message: Message, inboxes: _Inboxes) -> None:
    """A row for each inbox: what is a row cannot be lost."""
    moment = now()
    Delivery.objects.bulk_create(
        (
            Delivery(message=message, inbox=inbox, peer_id=peer, next_try=moment)
            for inbox, peer in inboxes.items()
        ),
        batch_size=500,
        ignore_conflicts=True,
    )


def welcome_back(peer: Peer) -> None:
    """It was silent for long and given up. What was taken back meanwhile it still shows."""
    missed = Delivery.objects.filter(peer=peer, state=Delivery.State.GIVEN_UP)
    missed.filter(message__verb=Verb.DELETE).update(
        state=Delivery.State.WAITING, tries=0, next_try=now()
    )


def forget_old() -> None:
    """Once an hour: messages that nobody waits for and that say nothing about where a thing is."""
    old = Message.objects.filter(at__lt=now() - Peer.PATIENCE)
    done = old.filter(Q(verb=Verb.ACCEPT) | Q(publication__withdrawn_at__isnull=False))
    missed = Q(verb=Verb.DELETE, deliveries__peer__given_up_at__gt=now() - REMEMBERED)
    wanted = Message.objects.filter(missed | Q(deliveries__state=Delivery.State.WAITING))
    done.exclude(pk__in=wanted.values("pk")).delete()
