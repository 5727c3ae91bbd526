"""Words and a layout in, a PDF out. The only place that knows the typesetter.

Words never become part of the layout's source: they travel beside it, as data, so that no
letter of theirs can mean anything to the typesetter but itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

_LAYOUTS = Path(__file__).parent / "data" / "layouts"


def pdf(layout: str, words: Mapping[str, Any]) -> bytes:
    """The layout of this name, filled with these words."""
    import typst  # noqa: PLC0415 - slow, and seldom needed

    source = (_LAYOUTS / f"{layout}.typ").read_bytes()
    made: bytes = typst.compile(
        source, font_paths=_fonts(), sys_inputs={"words": json.dumps(words)}
    )
    return made


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
