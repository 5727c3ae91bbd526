"""ActivityPub in our words: who speaks, and how a publication is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _

from media4sec.feeds.models import Message, Publication, SigningKey
from media4sec.feeds.writing import absolute, moment
from media4sec.kit.models import Theme
from media4sec.kit.refs import Ref

COMMUNITY = "community"
CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]
#: Words that Mastodon added, so that readers of JSON-LD know them.
_ACTOR_CONTEXT = [
    *CONTEXT,
    {
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "toot": "http://joinmastodon.org/ns#",
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
    },
]
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
#: The same, as some servers write it.
PUBLICS = {PUBLIC, "as:Public", "Public"}
TYPE = "application/activity+json"


@dataclass(frozen=True)
class Actor:
    """One of ours: the community, or one of its themes."""

    name: str
    label: str  # what it is called among the others
    summary: str
    page: str

    @property
    def title(self) -> str:
        """What it is called elsewhere."""
        return f"{self.label} · {settings.SITE_NAME}" if self.name != COMMUNITY else self.label

    @property
    def uri(self) -> str:
        return actor_uri(self.name)

    @property
    def handle(self) -> str:
        return f"@{self.name}@{urlsplit(settings.SITE_URL).netloc}"


def actor_uri(name: str) -> str:
    return absolute(f"/actors/{name}/")


def key_id(name: str) -> str:
    return f"{actor_uri(name)}#main-key"


def followers_uri(name: str) -> str:
    return f"{actor_uri(name)}followers/"


def note_uri(ref: Ref) -> str:
    return absolute(f"/notes/{ref}/")


def community() -> Actor:
    about = _("What this community shares with everyone: social media and public security.")
    return Actor(COMMUNITY, settings.SITE_NAME, about, "/")


def of_theme(theme: Theme) -> Actor:
    return Actor(theme.slug, theme.title, theme.summary, theme.get_absolute_url())


def actor_document(actor: Actor, key: SigningKey) -> dict[str, Any]:
    uri = actor.uri
    return {
        "@context": _ACTOR_CONTEXT,
        "id": uri,
        "type": "Group" if actor.name != COMMUNITY else "Organization",
        "preferredUsername": actor.name,
        "name": actor.title,
        "summary": str(format_html("<p>{}</p>", actor.summary)),
        "url": absolute(actor.page),
        "inbox": f"{uri}inbox/",
        "outbox": f"{uri}outbox/",
        "followers": followers_uri(actor.name),
        "endpoints": {"sharedInbox": absolute("/inbox/")},
        "manuallyApprovesFollowers": False,
        "discoverable": True,
        "indexable": True,
        "published": moment(key.made_at),
        "publicKey": {"id": key_id(actor.name), "owner": uri, "publicKeyPem": key.public_pem},
    }


def note(row: Publication) -> dict[str, Any]:
    """A publication as others show it: title, a few words, the way here. Nobody is named."""
    url, uri = absolute(row.url), note_uri(row.ref)
    content = str(
        format_html(
            '<p><strong>{}</strong></p><p>{}</p><p><a href="{}">{}</a></p>',
            row.title,
            row.summary,
            url,
            url,
        )
    )
    return {
        "id": uri,
        "type": "Note",
        "attributedTo": actor_uri(COMMUNITY),
        "to": [PUBLIC],
        "cc": [followers_uri(COMMUNITY)],
        "published": moment(row.published_at),
        "updated": moment(row.changed_at),
        "url": url,
        "content": content,
        "contentMap": {row.language or settings.LANGUAGE_CODE: content},
    }


def tombstone(row: Publication) -> dict[str, Any]:
    return {"id": note_uri(row.ref), "type": "Tombstone"}


def worded(message: Message, row: Publication | None) -> dict[str, Any] | None:
    """The activity as it is sent; None when what it tells of is not public any more.

    ``row`` is the publication as it is at this moment.
    """
    verb = Message.Verb(message.verb)
    if verb is Message.Verb.ACCEPT:
        return _activity(message, "Accept", f"#accepts-{message.pk}", message.answers, to=[])
    if message.publication is None:
        return None
    uri, serial = note_uri(message.publication.ref), f"#{verb}-{message.version}"
    if verb is Message.Verb.DELETE:
        # It may have become public again meanwhile; then it is not deleted but told anew.
        gone = tombstone(message.publication)
        return _activity(message, "Delete", serial, gone, base=uri) if row is None else None
    if row is None:
        return None
    if verb is Message.Verb.ANNOUNCE:
        return _activity(message, "Announce", f"{serial}-{message.actor}", uri, base=uri)
    return _activity(message, str(verb).title(), serial, note(row), base=uri)


def _activity(
    message: Message,
    kind: str,
    serial: str,
    about: Any,
    *,
    base: str = "",
    to: Sequence[str] = (PUBLIC,),
) -> dict[str, Any]:
    actor = actor_uri(message.actor)
    made = {
        "@context": CONTEXT,
        "id": f"{base or actor}{serial}",
        "type": kind,
        "actor": actor,
        "published": moment(message.at),
        "object": about,
    }
    if not to:
        return {**made, "to": [about["actor"]]}
    return {**made, "to": list(to), "cc": [followers_uri(message.actor)]}


def collection(uri: str, *, count: int, first: str = "") -> dict[str, Any]:
    """An ordered collection of which only the number is told, or which begins elsewhere."""
    made = {"@context": CONTEXT, "id": uri, "type": "OrderedCollection", "totalItems": count}
    return {**made, "first": first} if first else made


def outbox_page(
    actor: str, rows: Iterable[Publication], *, here: str, following: str
) -> dict[str, Any]:
    verb = Message.Verb.CREATE if actor == COMMUNITY else Message.Verb.ANNOUNCE
    items = [
        worded(
            Message(actor=actor, verb=verb, publication=row, version=1, at=row.published_at), row
        )
        for row in rows
    ]
    page = {
        "@context": CONTEXT,
        "id": here,
        "type": "OrderedCollectionPage",
        "partOf": f"{actor_uri(actor)}outbox/",
        "orderedItems": items,
    }
    return {**page, "next": following} if following else page


def webfinger(actor: Actor) -> dict[str, Any]:
    return {
        "subject": f"acct:{actor.handle.removeprefix('@')}",
        "aliases": [actor.uri, absolute(actor.page)],
        "links": [
            {"rel": "self", "type": TYPE, "href": actor.uri},
            {
                "rel": "http://webfinger.net/rel/profile-page",
                "type": "text/html",
                "href": absolute(actor.page),
            },
        ],
    }


def nodeinfo(*, posts: int) -> dict[str, Any]:
    """How many members there are is nobody's business: only what is public is counted."""
    return {
        "version": "2.1",
        "software": {"name": "media4sec", "version": "0.1.0"},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": ["atom1.0"]},
        "openRegistrations": settings.SIGNUP == "open",
        "usage": {"users": {}, "localPosts": posts},
        "metadata": {"nodeName": settings.SITE_NAME},
    }
