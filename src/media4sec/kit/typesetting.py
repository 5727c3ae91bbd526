"""Words and a layout in, a PDF out. The only place that knows the typesetter.

Words never become part of the layout's source: they travel beside it, as data, so that no
letter of theirs can mean anything to the typesetter but itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

#: Longer words may be broken anywhere: no line is that long.
_LONG_WORD = re.compile(r"\S{29,}")


def pdf(layout: Path, words: Mapping[str, Any], *, standards: Sequence[Any] = ()) -> bytes:
    """A room's layout, filled with these words. ``standards``: those the file keeps to, "a-2a"."""
    import typst  # noqa: PLC0415 - slow, and seldom needed

    made: bytes = typst.compile(
        layout.read_bytes(),
        font_paths=_fonts(),
        sys_inputs={"words": json.dumps(words)},
        pdf_standards=list(standards),
    )
    return made


def breakable(text: str) -> str:
    """With places where words too long for any line may be broken."""
    return _LONG_WORD.sub(
        lambda word: "\u200b".join(re.findall(r".{1,14}", word[0], re.DOTALL)), text
    )


@lru_cache(maxsize=256)
def qr(address: str) -> str:
    """An address as a picture for the camera of a telephone: SVG, without its quiet margin."""
    import segno  # noqa: PLC0415 - seldom needed

    written = BytesIO()
    segno.make_qr(address, error="m").save(written, kind="svg", border=0, xmldecl=False)
    return written.getvalue().decode()


@cache
def _fonts() -> Any:
    """The fonts of the site; for other scripts those that come with the typesetter."""
    import typst  # noqa: PLC0415

    from media4sec.kit import fonts  # noqa: PLC0415 - slow: it brings what cuts fonts

    folders = {str(cut.source.parent) for cut in fonts.CUTS}
    return typst.Fonts(include_system_fonts=False, font_paths=sorted(folders))
