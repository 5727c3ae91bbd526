"""Words in the forms other software reads: ids, absolute links, Atom, JSON Feed, OPML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from django.conf import settings

from media4sec.feeds.models import Publication
from media4sec.kit.refs import Ref

if TYPE_CHECKING:
    from media4sec.feeds.queries import Channel, FeedPage

ATOM = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LINK = re.compile(r'(\s(?:href|src)=")(/(?!/)|#)')
#: What XML 1.0 cannot carry.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def absolute(url: str) -> str:
    """An address of ours as others need it."""
    return f"{settings.SITE_URL}{url}" if url.startswith("/") else url


def with_absolute_links(html: str, url: str) -> str:
    """Cleaned HTML whose links lead somewhere from anywhere."""
    page = absolute(url).partition("#")[0]
    return _LINK.sub(
        lambda found: found[1] + (f"{settings.SITE_URL}/" if found[2] == "/" else f"{page}#"), html
    )


def tag(ref: Ref | str) -> str:
    """An id that outlives every change of title and address (RFC 4151)."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{ref}"


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def author_of(row: Publication) -> str:
    """Who may be named: who left is nobody in particular, and Chatham House holds."""
    name = row.author.shown_name if row.author else row.byline
    return name or settings.SITE_NAME


def categories_of(row: Publication) -> list[str]:
    return [theme.title for theme in (row.theme, row.other_theme) if theme]


def atom(feed: FeedPage, *, address: str, following: str) -> bytes:
    """RFC 4287, with the paging of RFC 5005."""
    channel = feed.channel
    root = ET.Element(f"{{{ATOM}}}feed", {_LANG: settings.LANGUAGE_CODE})
    _add(root, "id", tag(channel.url("atom")))
    _add(root, "title", channel.title)
    _add(root, "subtitle", channel.about)
    _add(root, "updated", moment(_updated(feed)))
    _add(root, "icon", absolute("/favicon.ico"))
    _add(_add(root, "author"), "name", settings.SITE_NAME)
    _link(root, "self", absolute(address), "application/atom+xml")
    _link(root, "alternate", absolute(channel.home), "text/html")
    if following:
        _link(root, "next", absolute(following), "application/atom+xml")
    for row in feed.page:
        _atom_entry(root, row)
    # Each time: whoever else writes XML may have taken the empty prefix since.
    ET.register_namespace("", ATOM)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _updated(feed: FeedPage) -> datetime:
    return max((row.changed_at for row in feed.page), default=datetime(2026, 1, 1, tzinfo=UTC))


def _atom_entry(root: ET.Element, row: Publication) -> None:
    entry = _add(root, "entry")
    if row.language:
        entry.set(_LANG, row.language)
    _add(entry, "id", tag(row.ref))
    _add(entry, "title", row.title)
    _link(entry, "alternate", absolute(row.url), "text/html")
    _add(entry, "published", moment(row.published_at))
    _add(entry, "updated", moment(row.changed_at))
    _add(_add(entry, "author"), "name", author_of(row))
    for name in categories_of(row):
        _add(entry, "category").set("term", name)
    _add(entry, "summary", row.summary)
    _add(entry, "content", with_absolute_links(row.html, row.url)).set("type", "html")


def _add(parent: ET.Element, name: str, text: str = "") -> ET.Element:
    child = ET.SubElement(parent, f"{{{ATOM}}}{name}")
    child.text = _UNWRITABLE.sub("", str(text)) or None
    return child


def _link(parent: ET.Element, rel: str, href: str, kind: str) -> None:
    link = _add(parent, "link")
    for name, value in (("rel", rel), ("href", href), ("type", kind)):
        link.set(name, value)


def json_feed(feed: FeedPage, *, address: str, following: str) -> dict[str, Any]:
    """https://www.jsonfeed.org/version/1.1/"""
    channel = feed.channel
    made: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.about,
        "home_page_url": absolute(channel.home),
        "feed_url": absolute(address),
        "favicon": absolute("/favicon.ico"),
        "language": settings.LANGUAGE_CODE,
        "authors": [{"name": settings.SITE_NAME, "url": settings.SITE_URL}],
        "items": [_json_item(row) for row in feed.page],
    }
    return {**made, "next_url": absolute(following)} if following else made


def _json_item(row: Publication) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": tag(row.ref),
        "url": absolute(row.url),
        "title": row.title,
        "summary": row.summary,
        "content_html": with_absolute_links(row.html, row.url),
        "date_published": moment(row.published_at),
        "date_modified": moment(row.changed_at),
        "authors": [{"name": author_of(row)}],
        "tags": categories_of(row),
    }
    return {**item, "language": row.language} if row.language else item


def opml(channels: Sequence[Channel]) -> bytes:
    """OPML 2.0: every feed in one file, for feed readers that take them all at once."""
    root = ET.Element("opml", {"version": "2.0"})
    ET.SubElement(ET.SubElement(root, "head"), "title").text = settings.SITE_NAME
    body = ET.SubElement(root, "body")
    for each in channels:
        ET.SubElement(
            body,
            "outline",
            {
                "type": "rss",
                "text": each.title,
                "description": each.about,
                "xmlUrl": absolute(each.url("atom")),
                "htmlUrl": absolute(each.home),
            },
        )
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
