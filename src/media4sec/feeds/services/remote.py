"""Other servers and who speaks there: read from their own documents, and kept for a day."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from media4sec.feeds import activitypub, keys, signatures
from media4sec.feeds.models import Peer, RemoteActor
from media4sec.kit import http
from media4sec.kit.clock import now
from media4sec.kit.http import Unreachable
from media4sec.kit.markdown import clean_line, is_safe_link

#: Nothing of ours is nested so deeply; what is was made to hurt.
DEEPEST = 32
_LONGEST_ANSWER = 256 * 1024
#: A page may wait for it, so it is short.
_PATIENCE = 5.0
_ACCEPT = f'{activitypub.TYPE}, application/ld+json; profile="{activitypub.CONTEXT[0]}"'
_ACTORS = {"Application", "Group", "Organization", "Person", "Service"}
#: What a document of the fediverse calls itself. A server that keeps files for others may show
#: any other JSON of anybody's, under its own name.
_DOCUMENTS = (activitypub.TYPE, "application/ld+json")
#: What no database keeps: NUL, and halves of letters.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


def host_of(uri: str) -> str:
    """The server an address is of, in one spelling; nothing when it is no address of the web."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    usual = {"https": ":443", "http": ":80"}
    if parts.scheme not in usual or not uri.isascii() or not uri.isprintable():
        return ""
    return parts.netloc.lower().removesuffix(usual[parts.scheme]).rstrip(".")


def peer_of(uri: str) -> Peer:
    return Peer.objects.get_or_create(host=host_of(uri)[:253])[0]


def remote_actor(uri: str, *, anew: bool = False) -> RemoteActor:
    """Who that is, from memory or from their server; Unreachable says why not."""
    known = RemoteActor.objects.select_related("peer").filter(uri=uri).first()
    if known and known.is_fresh and not anew:
        return known
    return _kept(_checked(uri, read_document(uri)))


def read_document(uri: str) -> dict[str, Any]:
    """A document of another server, asked for under our signature, as some demand."""
    key = keys.own_key()

    def headers(url: str) -> dict[str, str]:
        key_id = activitypub.key_id(activitypub.COMMUNITY)
        signed = signatures.signed_headers("GET", url, key=key, key_id=key_id)
        return {**signed, "Accept": _ACCEPT}

    answer = http.fetch(
        uri, headers=headers, redirects=2, seconds=_PATIENCE, most_bytes=_LONGEST_ANSWER
    )
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not answer.is_success or kind not in _DOCUMENTS:
        raise Unreachable(f"it answers {answer.status} and no document")
    if host_of(answer.url) != host_of(uri):
        # Many a server sends anybody anywhere: what is read there are not its own words.
        raise Unreachable("it sends us on to another server")
    return parsed(answer.body)


def parsed(body: bytes) -> dict[str, Any]:
    """JSON from elsewhere, neither deep nor with what a database cannot keep."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreachable("this is no JSON that we read") from error
    if not isinstance(found, dict) or not _is_plain(found):
        raise Unreachable("this is no document that we read")
    return found


def _is_plain(found: Any) -> bool:
    level, layer = 0, [found]
    while layer:
        level += 1
        if level > DEEPEST or any(_UNWRITABLE.search(each) for each in layer if _is_text(each)):
            return False
        dicts = [item for each in layer if isinstance(each, dict) for item in each.items()]
        lists = [each for each in layer if isinstance(each, list)]
        layer = [part for pair in dicts for part in pair] + [
            part for each in lists for part in each
        ]
    return True


def _is_text(found: Any) -> bool:
    return isinstance(found, str)


def is_one_of(said: Any, kinds: set[str]) -> bool:
    """Whether a type is among these; some servers name several."""
    several = said if isinstance(said, list) else [said]
    return any(_is_text(each) and each in kinds for each in several)


def _checked(uri: str, said: dict[str, Any]) -> dict[str, Any]:
    """A document proves itself by its address: nobody speaks for another host."""
    if said.get("id") != uri or not is_one_of(said.get("type"), _ACTORS):
        raise Unreachable("this is not the document of that actor")
    key, host = _key_of(said), host_of(uri)
    inbox = said.get("inbox")
    shared = (said.get("endpoints") or {}) if isinstance(said.get("endpoints"), dict) else {}
    addresses = [key.get("id"), inbox]
    if not all(isinstance(each, str) and host_of(each) == host for each in addresses):
        raise Unreachable("its key and inbox are on another server")
    if key.get("owner") != uri or not isinstance(key.get("publicKeyPem"), str):
        raise Unreachable("its key belongs to somebody else")
    box = shared.get("sharedInbox")
    return {
        "uri": uri,
        "name": _line(said.get("name"), 120),
        "handle": f"@{_line(said.get('preferredUsername'), 60)}@{host}",
        "url": _link(said.get("url")) or uri,
        "inbox": inbox,
        "shared_inbox": box if isinstance(box, str) and host_of(box) == host else "",
        "key_id": key["id"],
        "public_pem": key["publicKeyPem"],
        "read_at": now(),
    }


def _key_of(said: dict[str, Any]) -> dict[str, Any]:
    found = said.get("publicKey")
    several = found if isinstance(found, list) else [found]
    return next((each for each in several if isinstance(each, dict)), {})


def _line(said: Any, most: int) -> str:
    return clean_line(said)[:most] if isinstance(said, str) else ""


def _link(said: Any) -> str:
    """A link that may be followed, or nothing; some servers name several."""
    first = said[0] if isinstance(said, list) and said else said
    url = first.get("href") if isinstance(first, dict) else first
    if not isinstance(url, str) or len(url) > 500 or not url.startswith(("http://", "https://")):
        return ""
    return url if is_safe_link(url) else ""


def _kept(facts: dict[str, Any]) -> RemoteActor:
    if any(len(str(facts[name])) > 500 for name in ("uri", "inbox", "shared_inbox", "key_id")):
        raise Unreachable("its addresses are too long")
    facts["peer"] = peer_of(facts["uri"])
    uri = facts.pop("uri")
    return RemoteActor.objects.update_or_create(uri=uri, defaults=facts)[0]
