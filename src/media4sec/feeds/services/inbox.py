"""What other servers say to us: follow, unfollow, answer, change an answer, take it back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction

from media4sec.feeds import activitypub
from media4sec.feeds.models import Echo, Follower, Message, Peer, Publication, RemoteActor
from media4sec.feeds.queries.publications import live
from media4sec.feeds.services.echoes import forget
from media4sec.feeds.services.remote import host_of, is_one_of
from media4sec.feeds.services.telling import enqueue, welcome_back
from media4sec.kit import markdown
from media4sec.kit.activity import record
from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.models import Theme
from media4sec.kit.permissions import THE_HOUSE
from media4sec.kit.ratelimit import check
from media4sec.kit.refs import Ref

#: An answer longer than this is no answer.
LONGEST = 20_000
_AN_HOUR = 30
#: A link that means something here, not there.
_HOMELESS = re.compile(r' href="(?!https?://)[^"]*"')
_Said = dict[str, Any]


def receive(said: _Said, *, by: RemoteActor) -> None:
    """One activity of somebody who has proved who they are. What we do not know we ignore."""
    verbs: dict[str, Callable[..., None]] = {
        "Follow": _follow,
        "Undo": _undo,
        "Create": _create,
        "Update": _update,
        "Delete": _delete,
        "Block": _block,
    }
    verb = verbs.get(str(said.get("type")))
    if verb:
        verb(said, by=by)
    _has_spoken(by.peer)


def _has_spoken(peer: Peer) -> None:
    """Who speaks is not dead: what waits for them may be tried again."""
    if peer.given_up_at:
        welcome_back(peer)
    if peer.failures or peer.given_up_at:
        Peer.objects.filter(pk=peer.pk).update(
            failures=0, failing_since=None, next_try=None, given_up_at=None
        )


def _id_of(thing: Any) -> str:
    found = thing.get("id") if isinstance(thing, dict) else thing
    return found if isinstance(found, str) else ""


def _our_actor(thing: Any) -> str:
    """The name of our actor that is meant, or nothing."""
    uri = _id_of(thing)
    name = uri.removeprefix(activitypub.actor_uri("").rstrip("/") + "/").rstrip("/")
    if activitypub.actor_uri(name) != uri:
        return ""
    is_ours = name == activitypub.COMMUNITY or Theme.objects.filter(slug=name[:50]).exists()
    return name if is_ours else ""


@transaction.atomic
def _follow(said: _Said, *, by: RemoteActor) -> None:
    name = _our_actor(said.get("object"))
    if not name:
        return
    uri = _id_of(said)[:500]
    Follower.objects.update_or_create(
        actor=name,
        remote=by,
        defaults={"uri": uri},
        create_defaults={"uri": uri, "since": now()},
    )
    answers = {
        "id": uri,
        "type": "Follow",
        "actor": by.uri,
        "object": activitypub.actor_uri(name),
    }
    message = Message.objects.create(
        actor=name, verb=Message.Verb.ACCEPT, answers=answers, at=now()
    )
    enqueue(message, {by.inbox: by.peer_id})


def _undo(said: _Said, *, by: RemoteActor) -> None:
    """Only of a follow: there is nothing else of theirs that we count."""
    undone, theirs = said.get("object"), Follower.objects.filter(remote=by)
    if isinstance(undone, dict) and undone.get("type") == "Follow":
        theirs.filter(actor=_our_actor(undone.get("object"))).delete()
    elif isinstance(undone, str) and undone:
        theirs.filter(uri=undone).delete()


def _block(said: _Said, *, by: RemoteActor) -> None:
    Follower.objects.filter(actor=_our_actor(said.get("object")), remote=by).delete()


@transaction.atomic
def _create(said: _Said, *, by: RemoteActor) -> None:
    """An answer to something of ours that everyone may read, meant for everyone to read."""
    note = said.get("object")
    if not isinstance(note, dict) or not is_one_of(note.get("type"), {"Note", "Article"}):
        return
    uri = _id_of(note)
    answered = _answered(note.get("inReplyTo"))
    if answered is None or not _is_theirs(note, by) or not _is_for_all(note):
        return
    if Echo.objects.filter(uri=uri).exists():
        return
    _slow_down(by)
    echo = Echo.objects.create(
        uri=uri,
        remote=by,
        thing_kind=answered.thing_kind,
        thing_id=answered.thing_id,
        standing=Echo.Standing.HELD,
        received_at=now(),
        **_words(note, uri),
    )
    _note_that(echo, by=by)


def _slow_down(by: RemoteActor) -> None:
    """Each answer and each change of one is work for a moderator, and unmakes kept pages."""
    check("echoes", by.peer.host, most=_AN_HOUR, seconds=3600)


def _note_that(echo: Echo, *, by: RemoteActor) -> None:
    """In the log as an act of the house: whoever wrote it is nobody of ours."""
    record(THE_HOUSE, "echoed", echo, instance=by.peer.host)


def _is_theirs(note: _Said, by: RemoteActor) -> bool:
    uri = _id_of(note)
    writer = _id_of(note.get("attributedTo"))
    return writer == by.uri and len(uri) <= 500 and host_of(uri) == host_of(by.uri)


def _is_for_all(note: _Said) -> bool:
    """A private answer stays private, also from our moderators."""
    heard: set[str] = set()
    for name in ("to", "cc"):
        whom = note.get(name)
        several = whom if isinstance(whom, list) else [whom]
        heard |= {each for each in several if isinstance(each, str)}
    return bool(heard & activitypub.PUBLICS)


def _answered(target: Any) -> Publication | None:
    """What is answered: our note, or the page it leads to."""
    uri = _id_of(target)
    if not uri.startswith(f"{settings.SITE_URL}/") or len(uri) > 500:
        return None
    path = unquote(urlsplit(uri).path).replace("\x00", "")
    if path.startswith("/notes/"):
        try:
            return live().of(Ref.parse(path.removeprefix("/notes/").strip("/"))).first()
        except (ValueError, OverflowError):
            return None
    return live().filter(url=path).first()


def _words(note: _Said, uri: str) -> dict[str, Any]:
    content = note.get("content")
    if not isinstance(content, str) or not 0 < len(content) <= LONGEST:
        raise Refused("An answer has between one and 20,000 characters.")
    said_in = note.get("contentMap")
    language = next(iter(said_in), "") if isinstance(said_in, dict) else ""
    url = note.get("url")
    is_theirs = isinstance(url, str) and len(url) <= 500 and host_of(url) == host_of(uri)
    return {
        "body_html": _cleaned(content),
        "url": url if is_theirs else uri,
        "language": language if len(language) <= 8 else "",
        "written_at": _moment(note.get("published")),
    }


def _cleaned(content: str) -> str:
    """Words and links, without letters that turn the line around. Made safe last of all."""
    words = markdown.clean_text(markdown.cleaned(content))
    return _HOMELESS.sub("", markdown.cleaned(words))


def _moment(said: Any) -> datetime:
    """When they say it was written; never later than now."""
    try:
        at = datetime.fromisoformat(str(said))
        return min(at.astimezone(UTC), now()) if at.tzinfo else now()
    except (ValueError, OverflowError):
        return now()


@transaction.atomic
def _update(said: _Said, *, by: RemoteActor) -> None:
    """Changed words are new words: they wait for a moderator again."""
    note = said.get("object")
    if not isinstance(note, dict) or not _is_theirs(note, by):
        return
    echo = Echo.objects.select_for_update().filter(uri=_id_of(note), remote=by).first()
    if echo is None:
        return
    if echo.standing not in {Echo.Standing.HELD, Echo.Standing.VISIBLE}:
        return
    words = _words(note, echo.uri)
    if words["body_html"] == echo.body_html:
        return
    _slow_down(by)
    echo.body_html, echo.standing = words["body_html"], Echo.Standing.HELD
    echo.save(update_fields=["body_html", "standing"])
    _note_that(echo, by=by)


@transaction.atomic
def _delete(said: _Said, *, by: RemoteActor) -> None:
    """Their words are theirs: gone there is gone here. So is all of somebody who left."""
    uri = _id_of(said.get("object"))
    if uri == by.uri:
        forget(by.echoes.all())
        by.delete()
    else:
        forget(Echo.objects.filter(uri=uri, remote=by))
