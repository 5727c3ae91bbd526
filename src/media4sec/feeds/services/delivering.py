"""Handing messages over: taken with a lease, tried again with growing pauses, given up in the end.

Killed between any two lines, a worker loses nothing: what it held is due again when the lease
ends. Sent twice it has the same id, and other servers know it by that.
"""

from __future__ import annotations

import json
import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django_tasks import task

from media4sec.feeds import activitypub, keys, signatures
from media4sec.feeds.models import Delivery, Message, Peer, Publication, SigningKey
from media4sec.feeds.queries.publications import live
from media4sec.kit import http
from media4sec.kit.clock import now
from media4sec.kit.http import Unreachable

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440, 2880)]
#: So many messages at once, and to one server: a slow one does not hold up the others.
_AT_ONCE, PER_PEER = 20, 5
_PATIENCE = 10.0
#: Who takes longer to say yes gets one message a minute, so that the others get theirs.
_SLOW = 3.0
_State = Delivery.State
#: Their way to say: not this, and not later.
_TOO_MANY = 429
_NEVER = {400, 403, 404, 405, 406, 410, 413, 415, 422, 501}


def deliver_due(*, seconds: float = 20.0) -> int:
    """Hand over what is due, for so long; how many were taken by the other side."""
    if not settings.FEDERATION:
        return 0
    done, end = 0, time.monotonic() + seconds
    while time.monotonic() < end and (taken := _take()):
        key = keys.own_key()
        for delivery in taken:
            if time.monotonic() > end:
                _put_back(delivery)
            else:
                done += _hand_over(delivery, key)
    return done


@task()
def deliver_soon() -> None:
    """Somebody has just followed us: they wait for our yes."""
    deliver_due()


@transaction.atomic
def _take() -> list[Delivery]:
    """Lease some of what is due. Two workers never hold the same."""
    if not Delivery.objects.due().exists():
        return []
    due = Delivery.objects.due().filter(pk__in=_next())
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    taken = list(due.select_related("message__publication", "peer").order_by("next_try", "pk"))
    Delivery.objects.filter(pk__in=[each.pk for each in taken]).update(next_try=now() + LEASE)
    return taken


def _next() -> list[int]:
    """A few of each server, the first of all of them before the second of any."""
    order = [F("next_try"), F("pk")]
    place = Window(RowNumber(), partition_by=F("peer_id"), order_by=order)
    due = Delivery.objects.due().annotate(place=place).filter(place__lte=PER_PEER)
    return list(due.order_by("place", *order).values_list("pk", flat=True)[:_AT_ONCE])


def _put_back(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(next_try=now())


def _hand_over(delivery: Delivery, key: SigningKey) -> bool:
    delivery.peer.refresh_from_db()
    if delivery.peer.next_try and delivery.peer.next_try > now():
        # It failed a moment ago, for another message: let it rest.
        _put_back(delivery)
        return False
    message = delivery.message
    activity = activitypub.worded(message, _as_it_is(message))
    if activity is None:
        _finish(delivery, _State.GIVEN_UP)
        return False
    # Before it leaves: killed afterwards we still know that it may be there.
    delivery.tries += 1
    delivery.save(update_fields=["tries"])
    began = time.monotonic()
    try:
        status = _post(delivery.inbox, json.dumps(activity).encode(), message.actor, key)
    except Unreachable as reason:
        logger.info("%s cannot be reached: %s", delivery.peer, reason)
        _wait(delivery, is_silent=True)
        return False
    is_done = _conclude(delivery, status)
    if status == _TOO_MANY or time.monotonic() - began > _SLOW:
        _let_rest(delivery.peer_id)
    return is_done


def _as_it_is(message: Message) -> Publication | None:
    """Asked at the last moment: what was narrowed a second ago does not leave any more."""
    return live().filter(pk=message.publication_id).first() if message.publication_id else None


def _post(inbox: str, body: bytes, actor: str, key: SigningKey) -> int:
    def headers(url: str) -> dict[str, str]:
        key_id = activitypub.key_id(actor)
        return signatures.signed_headers("POST", url, key=key, key_id=key_id, body=body)

    return http.fetch(inbox, method="POST", body=body, headers=headers, seconds=_PATIENCE).status


def _conclude(delivery: Delivery, status: int) -> bool:
    if 200 <= status < 300:
        _finish(delivery, _State.DONE)
    elif status in _NEVER:
        _finish(delivery, _State.GIVEN_UP)
    else:
        _wait(delivery, is_silent=status >= 500)
        return False
    # Also who says no is alive.
    Peer.objects.filter(pk=delivery.peer_id).exclude(failures=0).update(
        failures=0, failing_since=None, next_try=None, given_up_at=None
    )
    return delivery.state == _State.DONE


def _finish(delivery: Delivery, state: str) -> None:
    delivery.state = state
    delivery.save(update_fields=["state"])


def _wait(delivery: Delivery, *, is_silent: bool) -> None:
    """Later again, or never: for this message, and for its server when that is silent."""
    if delivery.tries > len(PAUSES):
        _finish(delivery, _State.GIVEN_UP)
    else:
        delivery.next_try = now() + PAUSES[delivery.tries - 1]
        delivery.save(update_fields=["next_try"])
    if is_silent:
        _rest(delivery.peer)


def _let_rest(peer: int) -> None:
    """It is alive, and has a lot to do."""
    soon = now() + PAUSES[0]
    Peer.objects.filter(pk=peer).exclude(next_try__gt=soon).update(next_try=soon)


@transaction.atomic
def _rest(peer: Peer) -> None:
    peer = Peer.objects.select_for_update().get(pk=peer.pk)
    peer.failures += 1
    peer.failing_since = peer.failing_since or now()
    peer.next_try = now() + PAUSES[min(peer.failures, len(PAUSES)) - 1]
    if now() - peer.failing_since > Peer.PATIENCE:
        peer.given_up_at = now()
        Delivery.objects.waiting().filter(peer=peer).update(state=_State.GIVEN_UP)
        logger.info("%s is given up: silent since %s", peer, peer.failing_since)
    peer.save(update_fields=["failures", "failing_since", "next_try", "given_up_at"])
