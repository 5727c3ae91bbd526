"""Icons and fonts into ``<home>/assets/kit``."""

import hashlib
from importlib.metadata import files as files_of
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from media4sec.kit import assets, fonts

PACKAGES = ("lucide", "fontpkg-public-sans", "fontpkg-source-serif-4", "fonttools")


class Command(BaseCommand):
    """Before collectstatic. Skips what is up to date, so running it twice changes nothing."""

    help = "Build icons and fonts from their packages."

    def handle(self, **options: Any) -> None:
        folder = Path(settings.HOME) / "assets" / "kit"
        stamp = folder / ".built-from"
        origin = _origin()
        if stamp.exists() and stamp.read_text() == origin:
            return
        (folder / "fonts").mkdir(parents=True, exist_ok=True)
        (folder / "icons.svg").write_text(assets.draw_sprite())
        (folder / "LICENSE-lucide.txt").write_text(_licence_of_icons())
        for cut in fonts.CUTS:
            (folder / "fonts" / f"{cut.name}.woff2").write_bytes(fonts.woff2(cut))
        for name, source in fonts.LICENCES.items():
            (folder / "fonts" / name).write_bytes(source.read_bytes())
        stamp.write_text(origin)
        self.stdout.write("Icons and fonts are built.")


def _origin() -> str:
    """What the files are made from: a change of a package or of our choice builds them anew."""
    choices = [Path(str(module.__file__)).read_text() for module in (assets, fonts)]
    versions = [f"{name}=={version(name)}" for name in PACKAGES]
    return hashlib.sha256("\n".join([*versions, *choices]).encode()).hexdigest()


def _licence_of_icons() -> str:
    found = (path for path in files_of("lucide") or () if path.name.startswith("LICENSE"))
    return "\n".join(path.read_text() for path in found)
