"""The pages about this site, read from ``data/<language>/pages`` once and kept rendered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.text import slugify

from media4sec.kit import content, markdown

FOLDER = Path(__file__).parent / "data" / "en" / "pages"
_HEADING = re.compile(r"^## +(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """A heading of a page, its anchor, and its text as safe HTML."""

    title: str
    anchor: str
    html: str


@dataclass(frozen=True)
class Page:
    slug: str
    title: str
    summary: str
    updated: date
    opening: str  # safe HTML before the first heading
    sections: tuple[Section, ...]


@cache
def page(slug: str) -> Page:
    """A page as it is shown, the operators' address in its place."""
    text = content.read_text(FOLDER / f"{slug}.md")
    body = text.body.replace("[[contact]]", f"[{settings.CONTACT}](mailto:{settings.CONTACT})")
    opening, *parts = _HEADING.split(body)
    return Page(
        slug=slug,
        title=text.head["title"],
        summary=text.head["summary"],
        updated=date.fromisoformat(text.head["updated"]),
        opening=markdown.render(opening, heading_base=2),
        sections=tuple(
            Section(title, slugify(title), markdown.render(words, heading_base=3))
            for title, words in zip(parts[::2], parts[1::2], strict=True)
        ),
    )


def slugs() -> list[str]:
    """The pages there are, by the names of their files."""
    return sorted(path.stem for path in FOLDER.glob("*.md"))


def read_all() -> None:
    """At start: a page that cannot be read stops it there, not a visitor later."""
    for slug in slugs():
        page(slug)
