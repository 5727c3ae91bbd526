"""The social card: what a link to us looks like elsewhere. Drawn here, for CLEAR things only."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT = 1200, 630
_MARGIN = 80
_NAVY, _LINE, _BEAM = "#0d1b3d", "#2f6fed", "#9fc3ff"
_INK, _SOFT = "#ffffff", "#c6d2ea"
_MOST_LINES = 4


@cache
def _fonts() -> tuple[bytes, bytes]:
    import fontpkg_public_sans  # noqa: PLC0415 - only who draws a card needs them
    import fontpkg_source_serif_4  # noqa: PLC0415

    serif = Path(fontpkg_source_serif_4.ROOT) / "files" / "SourceSerif4[opsz,wght].ttf"
    sans = Path(fontpkg_public_sans.ROOT) / "files" / "PublicSans[wght].ttf"
    return serif.read_bytes(), sans.read_bytes()


@cache
def _font(*, is_serif: bool, size: int, weight: int) -> Any:
    from PIL import ImageFont  # noqa: PLC0415 - slow to import

    font = ImageFont.truetype(io.BytesIO(_fonts()[0 if is_serif else 1]), size)
    wanted = {b"Weight": weight, b"Optical Size": min(60, size)}
    font.set_variation_by_axes([wanted[axis["name"]] for axis in font.get_variation_axes()])
    return font


def draw(*, title: str, kind: str, theme: str) -> bytes:
    """A PNG of 1200 × 630: label, kind, title, theme and our mark."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - slow to import

    image = Image.new("RGB", (WIDTH, HEIGHT), _NAVY)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 10), fill=_LINE)
    _label(pen, kind)
    _title(pen, title)
    _foot(pen, theme)
    written = io.BytesIO()
    image.quantize(64).save(written, "PNG", optimize=True)
    return written.getvalue()


def _label(pen: ImageDraw, kind: str) -> None:
    font = _font(is_serif=False, size=28, weight=700)
    width = pen.textlength("TLP:CLEAR", font=font)
    pen.rounded_rectangle((_MARGIN, 72, _MARGIN + width + 36, 124), 8, fill="#000000")
    pen.text((_MARGIN + 18, 98), "TLP:CLEAR", font=font, fill=_INK, anchor="lm")
    plain = _font(is_serif=False, size=28, weight=400)
    pen.text((_MARGIN + width + 64, 98), kind, font=plain, fill=_SOFT, anchor="lm")


def _title(pen: ImageDraw, title: str) -> None:
    """As large as fits in four lines; what is longer still ends with three dots."""
    for size in (68, 58, 50, 44):
        font = _font(is_serif=True, size=size, weight=600)
        lines = _wrapped(pen, title, font)
        if len(lines) <= _MOST_LINES:
            break
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], _shortened(pen, lines[_MOST_LINES - 1], font)]
    for number, line in enumerate(lines):
        pen.text((_MARGIN, 180 + number * size * 1.2), line, font=font, fill=_INK)


def _wrapped(pen: ImageDraw, text: str, font: Any) -> list[str]:
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or pen.textlength(longer, font=font) <= WIDTH - 2 * _MARGIN:
            lines[-1] = longer
        else:
            lines.append(word)
    return [_fitting(pen, line, font) for line in lines]


def _fitting(pen: ImageDraw, line: str, font: Any) -> str:
    """A single word may be longer than the card is wide."""
    too_long = pen.textlength(line, font=font) > WIDTH - 2 * _MARGIN
    return _shortened(pen, line, font) if too_long else line


def _shortened(pen: ImageDraw, line: str, font: Any) -> str:
    while line and pen.textlength(f"{line} …", font=font) > WIDTH - 2 * _MARGIN:
        line = line[:-1]
    return f"{line.rstrip()} …"


def _foot(pen: ImageDraw, theme: str) -> None:
    """The mark: a blue light above a ground line, three rays; our name; the theme."""
    left, ground = _MARGIN, 560
    pen.line((left, ground, left + 60, ground), fill=_BEAM, width=5)
    pen.pieslice((left + 14, ground - 34, left + 46, ground - 2), 180, 360, fill=_LINE)
    pen.line((left + 30, ground - 44, left + 30, ground - 60), fill=_BEAM, width=4)
    pen.line((left + 10, ground - 38, left, ground - 50), fill=_BEAM, width=4)
    pen.line((left + 50, ground - 38, left + 60, ground - 50), fill=_BEAM, width=4)
    bold = _font(is_serif=False, size=32, weight=700)
    pen.text((left + 84, ground - 16), settings.SITE_NAME, font=bold, fill=_INK, anchor="lm")
    room = WIDTH - 2 * _MARGIN - 120 - pen.textlength(settings.SITE_NAME, font=bold)
    plain = _font(is_serif=False, size=28, weight=400)
    if pen.textlength(theme, font=plain) <= room:
        pen.text((WIDTH - _MARGIN, ground - 16), theme, font=plain, fill=_SOFT, anchor="rm")
