"""What this room puts on other rooms' pages: facts for machines, links for sharing, echoes."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from media4sec.feeds import activitypub, queries
from media4sec.feeds.services.publishing import excerpt
from media4sec.feeds.writing import absolute, moment, tag
from media4sec.kit.entry import Entry
from media4sec.kit.refs import Ref

#: How kinds are called at schema.org; what is not named here is an Article.
_SCHEMA = {"topic": "DiscussionForumPosting", "document": "Report", "page": "WebPage"}
#: As in kit's json_script: what could end a script element, or begin a comment in it.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def fediverse(request: HttpRequest, **_about: Any) -> str:
    """Whom one can follow from elsewhere, beside the feeds."""
    if not settings.FEDERATION:
        return ""
    context = {"actors": queries.actors()}
    return render_to_string("feeds/_fediverse.html", context)


def echoes(request: HttpRequest, *, thing: Any, **_about: Any) -> str:
    """How much was said elsewhere about a thing, and where to read it."""
    count = queries.echo_count(Ref.to(thing))
    if not count or queries.public_entry(thing) is None:
        return ""
    return render_to_string("feeds/_echo_count.html", {"count": count, "ref": Ref.to(thing)})


def every_page(request: HttpRequest, **_about: Any) -> str:
    """Where software finds the feed of everything. The same on every page."""
    return render_to_string("feeds/_discovery.html", {"site_name": settings.SITE_NAME})


def head(request: HttpRequest, *, thing: Any, **_about: Any) -> str:
    """For link previews and search engines; nothing where the thing is not for everybody."""
    entry = queries.public_entry(thing)
    if entry is None:
        return ""
    context = {
        "entry": entry,
        "url": absolute(entry.url),
        "summary": summary_of(entry),
        "card": absolute(reverse("feeds:card", args=[entry.ref])),
        "site_name": settings.SITE_NAME,
        "published": moment(entry.at),
        "modified": moment(entry.changed_at or entry.at),
        "note": activitypub.note_uri(entry.ref) if settings.FEDERATION else "",
        "facts": json.dumps(_facts(entry), ensure_ascii=False).translate(_ESCAPES),
    }
    return render_to_string("feeds/_head.html", context)


def summary_of(entry: Entry) -> str:
    return entry.summary or excerpt(entry.text)


def _facts(entry: Entry) -> dict[str, Any]:
    """The thing in the words of schema.org."""
    url, here = absolute(entry.url), entry.ref.kind.rpartition(".")[2]
    kind = _SCHEMA.get(here, "Article")
    facts = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": tag(entry.ref),
        "mainEntityOfPage": url,
        "url": url,
        "headline": entry.title,
        "description": summary_of(entry),
        "datePublished": moment(entry.at),
        "dateModified": moment(entry.changed_at or entry.at),
        "inLanguage": entry.language or settings.LANGUAGE_CODE,
        "image": absolute(reverse("feeds:card", args=[entry.ref])),
        "isAccessibleForFree": True,
        "author": {"@type": "Person", "name": entry.author},
        "publisher": {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute("/")},
    }
    if not entry.author:
        facts["author"] = facts["publisher"]
    if kind == "DiscussionForumPosting":
        facts["text"] = entry.text
    if entry.starts:
        facts |= _event_facts(entry)
    return facts


def _event_facts(entry: Entry) -> dict[str, Any]:
    """What takes place is an Event: when, where, and who invites."""
    at = entry.starts
    place = {"@type": "Place", "name": entry.place, "address": entry.place}
    online = {"@type": "VirtualLocation", "url": absolute(entry.url)}
    return {
        "@type": "Event",
        "name": entry.title,
        "startDate": moment(at) if at else "",
        "endDate": moment(entry.ends or at) if at else "",
        "location": place if entry.place else online,
        "organizer": {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute("/")},
    }


def share(request: HttpRequest, *, thing: Any, **_about: Any) -> str:
    """Plain links to where people share things; no script of theirs, nothing loaded."""
    entry = queries.public_entry(thing)
    if entry is None:
        return ""
    url, text = absolute(entry.url), f"{entry.title} {absolute(entry.url)}"
    links = [
        (_("LinkedIn"), "https://www.linkedin.com/sharing/share-offsite/?", {"url": url}),
        (_("Mastodon"), "https://share.joinmastodon.org/#", {"text": text}),
        (_("Bluesky"), "https://bsky.app/intent/compose?", {"text": text}),
    ]
    mail = urlencode({"subject": entry.title, "body": url}, quote_via=quote)
    context = {
        "links": [(name, where + urlencode(said, quote_via=quote)) for name, where, said in links],
        "mail": f"mailto:?{mail}",
    }
    return render_to_string("feeds/_share.html", context)
