"""Whom we do not speak with: an administrator's decision, with a reason."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from media4sec.feeds.models import Delivery, Echo, Follower, Peer
from media4sec.feeds.services.echoes import forget
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.permissions import require

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?")


@transaction.atomic
def block(host: str, *, by: Any, reason: str) -> Peer:
    """From now on nothing comes in from this server and nothing goes there, nor to any server
    whose name ends with its name: whoever has a name can make as many below it as they like."""
    require(by, "feeds.keep_peers")
    host = host.strip().lower().removeprefix("https://").removeprefix("@").rstrip("/")
    host = host.removesuffix(":443").rstrip(".")
    if not _HOST.fullmatch(host) or len(host) > 253:
        raise Refused(_("Write the name of a server, such as example.org."))
    peer, _is_new = Peer.objects.select_for_update().get_or_create(host=host)
    if peer.is_blocked:
        raise Refused(_("This server is blocked already."))
    peer.blocked_at, peer.block_reason = now(), reason
    peer.save(update_fields=["blocked_at", "block_reason"])
    theirs = list(Peer.objects.within(host).values_list("pk", flat=True))
    Follower.objects.filter(remote__peer__in=theirs).delete()
    forget(Echo.objects.filter(remote__peer__in=theirs))
    Delivery.objects.waiting().filter(peer__in=theirs).update(state=Delivery.State.GIVEN_UP)
    record(by, "blocked", peer)
    return peer


@transaction.atomic
def unblock(peer: Peer, *, by: Any) -> Peer:
    """They may speak to us again. Who followed us before has to follow anew."""
    require(by, "feeds.keep_peers")
    peer.refresh_from_db(from_queryset=Peer.objects.select_for_update())
    if not peer.is_blocked:
        raise Refused(_("This server is not blocked."))
    peer.blocked_at, peer.block_reason = None, ""
    peer.save(update_fields=["blocked_at", "block_reason"])
    record(by, "unblocked", peer)
    return peer
