"""A picture is rebuilt from its pixels: nothing else of the file somebody sent survives."""

import io
import logging
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from media4sec.kit.errors import Refused

if TYPE_CHECKING:
    from PIL.Image import Image

#: More pixels than this are a bomb or a mistake; a phone takes 12 to 50 million.
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2400
#: Pillow's name for what it found → the ending and the form in which we keep it.
_FORMATS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "JPEG": ("jpg", "JPEG", {"quality": 85, "optimize": True, "progressive": True}),
    "MPO": ("jpg", "JPEG", {"quality": 85, "optimize": True, "progressive": True}),
    "PNG": ("png", "PNG", {"optimize": True}),
    "WEBP": ("webp", "WEBP", {"quality": 85}),
}
_MODES = {"jpg": {"L", "RGB"}, "png": {"1", "L", "LA", "P", "RGB", "RGBA"}, "webp": {"RGB", "RGBA"}}
_log = logging.getLogger(__name__)


class NoPicture(Refused):
    """What somebody sent is none of the pictures we take, whatever its name says."""

    def __init__(self) -> None:
        super().__init__(_("Only JPEG, PNG and WebP pictures can be added."))


@dataclass(frozen=True)
class Picture:
    """Bytes we made ourselves, what ends their name, and their size in pixels."""

    content: bytes
    ending: str
    width: int
    height: int


def rebuild(file: IO[bytes]) -> Picture:
    """A clean JPEG, PNG or WebP with the pixels of ``file``; Refused when there are none."""
    try:
        return _rebuild(file)
    except Refused:
        raise
    except Exception as error:  # Decoders meet hostile bytes here and fail in every way there is.
        _log.info("A picture could not be read: %s", type(error).__name__)
        raise Refused(
            _("This picture is damaged or not complete. Open it, save it anew, and try again.")
        ) from error


def _rebuild(file: IO[bytes]) -> Picture:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - slow to import

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        image: Image.Image = Image.open(file, formats=("JPEG", "PNG", "WEBP"))
    except UnidentifiedImageError as error:
        raise NoPicture from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    if image.width * image.height > MOST_PIXELS:
        raise _too_many_pixels()
    ending, form, options = _FORMATS[str(image.format)]
    # A JPEG decoder can skip pixels nobody will see: a quarter of the time and memory.
    image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
    turn = _orientation(image)
    image = _shrunk(_in_mode_of(image, ending))
    # New from pixels: Pillow would otherwise write comments, profiles and EXIF it remembers.
    clean = Image.frombytes(image.mode, image.size, image.tobytes())
    if image.mode == "P":
        clean.putpalette(image.getpalette() or [])
    if turn is not None:
        clean = clean.transpose(turn)
    written = io.BytesIO()
    clean.save(written, form, **options)
    return Picture(written.getvalue(), ending, clean.width, clean.height)


def _too_many_pixels() -> Refused:
    most = MOST_PIXELS // 1_000_000
    return Refused(
        _("This picture has too many pixels. The limit is %(most)d million.") % {"most": most}
    )


def _orientation(image: "Image") -> Any:
    """How the camera was held: the turn that puts the picture upright, or None."""
    from PIL import ExifTags  # noqa: PLC0415 - slow to import
    from PIL.Image import Transpose  # noqa: PLC0415

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    try:
        return turns.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # Broken EXIF is no reason to refuse a picture whose pixels are fine.
        return None


def _in_mode_of(image: "Image", ending: str) -> "Image":
    """The same pixels in a mode that the form can hold, transparency kept where it can."""
    image.load()
    if image.mode.startswith(("I", "F")):  # 16 bits a pixel; convert() alone would clip to white
        image = image.point(lambda value: value / 256).convert("L")
    has_alpha = image.mode in {"LA", "PA", "RGBA", "RGBa"} or "transparency" in image.info
    if has_alpha and ending != "jpg":
        return image if image.mode == "LA" and ending == "png" else image.convert("RGBA")
    return image if image.mode in _MODES[ending] else image.convert("RGB")


def _shrunk(image: "Image") -> "Image":
    """No side longer than a screen shows."""
    if max(image.size) <= LONGEST_SIDE:
        return image
    if image.mode in {"1", "P"}:  # these cannot be averaged
        image = image.convert("L" if image.mode == "1" else "RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return image
