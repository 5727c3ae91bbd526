"""Icons and fonts, taken from their packages and cut down to what pages use.

``manage.py build_assets`` writes them to ``<home>/assets/kit``, from where they are
served like every static file. Nothing is loaded from another site.
"""

import re
from functools import cache
from importlib.resources import files
from io import BytesIO
from zipfile import ZipFile

from django.templatetags.static import static

#: The icons of Lucide that pages use. A test compares them with the templates.
ICON_NAMES = """
archive arrow-down arrow-left arrow-right arrow-up at-sign badge-check ban bell bell-off bold
bookmark calendar check check-check chevron-left chevron-right circle-check circle-dot
circle-minus circle-question-mark circle-x clock copy crown door-open download earth-lock
ellipsis eye eye-off file file-text flag gavel git-compare globe globe-lock graduation-cap hand
handshake history house image info italic key-round landmark languages layers lightbulb link-2
list list-ordered lock lock-open log-in log-out mail map-pin map-pinned megaphone menu
message-circle-warning messages-square monitor move network octagon-alert paperclip pencil pin
plus quote radio-tower reply scale search send settings shield sliders-horizontal smartphone
sparkles store strikethrough sun-moon tag thumbs-up trash-2 triangle-alert undo-2 user-plus users
users-round venetian-mask x
"""
ICONS = ICON_NAMES.split()


@cache
def sprite() -> str:
    """The address of the file with all icons."""
    return static("kit/icons.svg")


def draw_sprite() -> str:
    """All icons as symbols of one file, each under its name."""
    packed = ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))
    symbols = [_symbol(name, packed.read(f"{name}.svg").decode()) for name in ICONS]
    licence = "<!-- Lucide, ISC licence: see LICENSE-lucide.txt -->"
    return f'<svg xmlns="http://www.w3.org/2000/svg">{licence}{"".join(symbols)}</svg>\n'


def _symbol(name: str, svg: str) -> str:
    shapes = re.sub(r"\s+", " ", svg[svg.index(">") + 1 : svg.rindex("</svg>")])
    shapes = shapes.replace(" />", "/>").replace("> <", "><").strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'
