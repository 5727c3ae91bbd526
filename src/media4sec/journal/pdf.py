"""Reading a PDF in a process of its own, with a limit to time, memory, pages and letters.

A PDF may be anything: broken, locked, hostile, 5,000 pages. ``read`` starts this file as a
program, hands it the path, and waits no longer than it said. Whatever happens in there,
the worker goes on.
"""

import base64
import contextlib
import io
import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

SECONDS = 60
MEMORY = 1024 * 1024 * 1024
MOST_PAGES = 300
MOST_LETTERS = 400_000
COVER_WIDTH = 600
_MOST_ANSWER = 8 * 1024 * 1024


@dataclass(frozen=True)
class Reading:
    """What was found: a word for how it went, and what there is."""

    outcome: str  # read, locked, damaged, too_heavy
    pages: int | None = None
    pages_read: int = 0
    text: str = ""
    cover: bytes = b""  # PNG


def read(path: str, *, seconds: int = SECONDS) -> Reading:
    """The words and the first page of the PDF at ``path``."""
    try:
        done = subprocess.run(  # noqa: S603 - our own file, and a path we made
            [sys.executable, "-I", __file__, path],
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Reading("too_heavy")
    if done.returncode < 0:  # killed for what it took
        return Reading("too_heavy")
    try:
        found: dict[str, Any] = json.loads(done.stdout[:_MOST_ANSWER])
        return Reading(
            outcome=found["outcome"],
            pages=found["pages"],
            pages_read=found["pages_read"],
            text=found["text"],
            cover=base64.b64decode(found["cover"]),
        )
    except (ValueError, KeyError, TypeError):
        return Reading("damaged")


# From here on: the program


def _words(path: str) -> dict[str, Any]:
    from pypdf import PdfReader  # noqa: PLC0415 - only the program needs it
    from pypdf.errors import DependencyError  # noqa: PLC0415

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(path, strict=False)
    if reader.is_encrypted:
        # Many say so and open without a password.
        try:
            opened = bool(reader.decrypt(""))
        except (DependencyError, NotImplementedError):
            opened = False
        if not opened:
            return {"outcome": "locked", "pages": None, "pages_read": 0, "text": ""}
    pages = len(reader.pages)
    parts: list[str] = []
    letters = number = 0
    for number in range(1, min(pages, MOST_PAGES) + 1):
        with contextlib.suppress(Exception):  # One page that is broken is no reason to stop.
            parts.append(reader.pages[number - 1].extract_text())
            letters += len(parts[-1])
        if letters >= MOST_LETTERS:
            break
    text = "\n".join(parts)[:MOST_LETTERS].encode("utf-8", "ignore").decode()
    return {"outcome": "read", "pages": pages, "pages_read": number, "text": text}


def _cover(path: str) -> bytes:
    import pypdfium2  # noqa: PLC0415 - only the program needs it

    with contextlib.suppress(Exception):
        page = pypdfium2.PdfDocument(path)[0]
        width, height = page.get_size()
        scale = COVER_WIDTH / max(width, 1)
        if width < 1 or height * scale > 4 * COVER_WIDTH:
            return b""
        picture = page.render(scale=scale).to_pil().convert("RGB")
        written = io.BytesIO()
        picture.save(written, "PNG", optimize=True)
        return written.getvalue()
    return b""


def main(path: str) -> None:
    """Print what is in it, as JSON, within our limits."""
    import resource  # noqa: PLC0415 - not on every system, and only needed here

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        found = _words(path)
    except MemoryError:
        found = {"outcome": "too_heavy", "pages": None, "pages_read": 0, "text": ""}
    except Exception:  # Parsers meet hostile bytes here and fail in every way there is.
        found = {"outcome": "damaged", "pages": None, "pages_read": 0, "text": ""}
    cover = _cover(path) if found["outcome"] == "read" else b""
    answer = {**found, "cover": base64.b64encode(cover).decode()}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1])
