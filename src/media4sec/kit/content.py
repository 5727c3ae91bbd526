"""Reading what ships as files: TOML lists, and Markdown pages with a TOML head."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Text:
    """A Markdown page and what its head says about it."""

    slug: str
    head: dict[str, Any]
    body: str


def read_rows(path: Path, name: str) -> list[dict[str, Any]]:
    """The ``[[name]]`` tables of a TOML file."""
    return list(tomllib.loads(path.read_text("utf-8")).get(name, []))


def read_text(path: Path) -> Text:
    """A ``.md`` file that starts with a TOML head between two lines of ``+++``."""
    parts = path.read_text("utf-8").split("+++\n", 2)
    if len(parts) != 3 or parts[0].strip():
        raise ValueError(f"{path.name} needs a head between two lines of +++")
    return Text(path.stem, tomllib.loads(parts[1]), parts[2].strip())
