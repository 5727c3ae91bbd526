"""The few shapes a report is made of. Every format sets the same ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True)
class Part:
    number: int
    title: str
    blocks: list[Block]

    def as_data(self) -> dict[str, Any]:
        return {"number": self.number, "title": self.title, "blocks": self.blocks}


def head(words: str) -> Block:
    return {"kind": "head", "text": words}


def text(words: str) -> Block:
    """Paragraphs, with an empty line between them."""
    return {"kind": "text", "paragraphs": [each for each in words.split("\n\n") if each.strip()]}


def box(title: str, words: str, tone: str = "") -> Block:
    """What has to catch the eye."""
    return {"kind": "box", "title": title, "text": words, "tone": tone}


def items(several: Iterable[str]) -> Block:
    return {"kind": "list", "points": list(several)}


def facts(rows: Iterable[tuple[str, str]]) -> Block:
    """Names and values; without those that have none."""
    return {"kind": "facts", "rows": [[name, value] for name, value in rows if value]}


def table(
    caption: str, columns: Sequence[tuple[str, float]], rows: Iterable[Sequence[str]]
) -> Block:
    """Columns by name and width; the first one names its row."""
    return {
        "kind": "table",
        "caption": caption,
        "head": [name for name, _wide in columns],
        "widths": [wide for _name, wide in columns],
        "rows": [list(row) for row in rows],
    }


def matrix(
    caption: str, corner: str, columns: Sequence[str], rows: Sequence[dict[str, Any]]
) -> Block:
    """Rows from severe to slight; each cell says its band, in words, and the risks in it."""
    return {
        "kind": "matrix",
        "caption": caption,
        "corner": corner,
        "columns": list(columns),
        "rows": list(rows),
    }
