"""Somebody elsewhere answered the newest article; a moderator has not looked yet."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from media4sec.feeds import activitypub, queries, services
from media4sec.feeds.models import Peer, RemoteActor
from media4sec.kit.clock import pretend
from media4sec.kit.town import Town

#: A name that is nobody's (RFC 2606): nothing is ever asked of it.
_ELSEWHERE = "https://social.example"


def furnish(town: Town) -> None:
    newest = queries.live().order_by("-published_at").first()
    if newest is None:
        return
    with pretend(town.today - timedelta(hours=2)):
        services.receive(_answer(activitypub.note_uri(newest.ref), town), by=_somebody(town))


def _somebody(town: Town) -> RemoteActor:
    peer = Peer.objects.get_or_create(host="social.example")[0]
    uri = f"{_ELSEWHERE}/users/volunteer"
    facts = {
        "peer": peer,
        "name": _("Volunteer in a community centre"),
        "handle": "@volunteer@social.example",
        "url": uri,
        "inbox": f"{uri}/inbox",
        "key_id": f"{uri}#main-key",
        "public_pem": "",
        "read_at": town.today,
    }
    return RemoteActor.objects.get_or_create(uri=uri, defaults=facts)[0]


def _answer(target: str, town: Town) -> dict[str, object]:
    words = _("We print the short version and hang it up at the entrance. People read it there.")
    return {
        "id": f"{_ELSEWHERE}/activities/1",
        "type": "Create",
        "actor": f"{_ELSEWHERE}/users/volunteer",
        "object": {
            "id": f"{_ELSEWHERE}/notes/1",
            "type": "Note",
            "attributedTo": f"{_ELSEWHERE}/users/volunteer",
            "inReplyTo": target,
            "to": [activitypub.PUBLIC],
            "content": f"<p>{words}</p>",
            "contentMap": {"en": f"<p>{words}</p>"},
            "published": (town.today - timedelta(hours=2)).isoformat(),
        },
    }
