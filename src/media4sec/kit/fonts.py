"""Fonts cut down to the letters, weights and sizes that pages use. Slow: only for build_assets."""

import logging
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import fontpkg_public_sans
import fontpkg_source_serif_4
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *(0x131, 0x152, 0x153, 0x2BB, 0x2BC, 0x2C6, 0x2DA, 0x2DC),
    *range(0x2010, 0x2028),
    *range(0x202F, 0x203B),
    *(0x20AC, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2215),
]
#: As in the unicode-range of tokens.css.
LATIN_EXTENDED = [*range(0x100, 0x2BB), *range(0x1E00, 0x1F00)]
_FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk"]
_SANS = Path(fontpkg_public_sans.ROOT)
_SERIF = Path(fontpkg_source_serif_4.ROOT)
_WEIGHTS = (400, 700)
#: The serif is for headings: sizes below 20 would only make the file larger.
_SIZES = (20, 60)


@dataclass(frozen=True)
class Cut:
    """One file: from which font, with which letters, axes and features."""

    name: str
    source: Path
    letters: list[int]
    axes: dict[str, tuple[int, int]]
    features: tuple[str, ...] = ()


_upright = _SANS / "files" / "PublicSans[wght].ttf"
_italic = _SANS / "files" / "PublicSans-Italic[wght].ttf"
_serif = _SERIF / "files" / "SourceSerif4[opsz,wght].ttf"
CUTS = [
    Cut("public-sans-latin", _upright, LATIN, {"wght": _WEIGHTS}, ("tnum",)),
    Cut("public-sans-latin-italic", _italic, LATIN, {"wght": _WEIGHTS}, ("tnum",)),
    Cut("public-sans-latin-ext", _upright, LATIN_EXTENDED, {"wght": _WEIGHTS}),
    Cut("source-serif-4-latin", _serif, LATIN, {"wght": _WEIGHTS, "opsz": _SIZES}, ("smcp",)),
    Cut("source-serif-4-latin-ext", _serif, LATIN_EXTENDED, {"wght": _WEIGHTS, "opsz": _SIZES}),
]
LICENCES = {
    "LICENSE-public-sans.txt": _SANS / "LICENSE",
    "LICENSE-source-serif-4.txt": _SERIF / "LICENSE",
}


def woff2(cut: Cut) -> bytes:
    """The file a browser gets."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = Options(hinting=False, desubroutinize=True)
    options.layout_features = [*_FEATURES, *cut.features]
    font = TTFont(cut.source)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=cut.letters)
    subsetter.subset(font)
    font = instantiateVariableFont(font, cut.axes)
    font.flavor = "woff2"
    written = BytesIO()
    font.save(written)
    return written.getvalue()
