"""The pages about this site, as they are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.text import slugify

from media4sec.journal.models import Page
from media4sec.kit import content, markdown

FOLDER = Path(__file__).parent.parent / "data" / "en" / "pages"
#: The pages there are: each has its own address, which no edit changes.
SLUGS = sorted(path.stem for path in FOLDER.glob("*.md"))
_HEADING = re.compile(r"^## +(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """A heading of a page, its anchor, and its text as safe HTML."""

    title: str
    anchor: str
    html: str


@dataclass(frozen=True)
class ShownPage:
    page: Page
    opening: str  # safe HTML before the first heading
    sections: tuple[Section, ...]
    may: set[str]


@cache
def shipped(slug: str) -> Page:
    """A page as it comes with the software; not in the database."""
    text = content.read_text(FOLDER / f"{slug}.md")
    day = date.fromisoformat(text.head["updated"])
    return Page(
        slug=slug,
        title=text.head["title"],
        summary=text.head["summary"],
        body=text.body,
        changed_at=datetime.combine(day, time(12), tzinfo=UTC),
    )


def page_at(slug: str) -> Page:
    """The page of this address; as it was shipped until content has been loaded."""
    return Page.objects.filter(slug=slug).first() or shipped(slug)


def shown_page(visitor: Any, page: Page) -> ShownPage:
    opening, sections = _parts(page.body, settings.CONTACT)
    is_editor = visitor.is_authenticated and visitor.is_editor and page.pk
    return ShownPage(page, opening, sections, {"edit"} if is_editor else set())


@lru_cache(maxsize=64)
def _parts(body: str, contact: str) -> tuple[str, tuple[Section, ...]]:
    """A page's text in its sections, the operators' address in its place."""
    opening, *parts = _HEADING.split(_with_contact(body, contact))
    taken: dict[str, int] = {}
    sections = []
    for title, words in zip(parts[::2], parts[1::2], strict=True):
        anchor = slugify(title) or "section"
        taken[anchor] = taken.get(anchor, 0) + 1
        anchor = anchor if taken[anchor] == 1 else f"{anchor}-{taken[anchor]}"
        sections.append(Section(title, anchor, markdown.render(words, heading_base=3)))
    return markdown.render(opening, heading_base=2), tuple(sections)


def body_html(body: str) -> str:
    """All of it as one, for search and whoever else reads it elsewhere."""
    return markdown.render(_with_contact(body, settings.CONTACT), heading_base=2)


def _with_contact(body: str, contact: str) -> str:
    return body.replace("[[contact]]", f"[{contact}](mailto:{contact})")
