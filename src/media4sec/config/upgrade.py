"""After installing a version: style sheets, database and shipped content brought up to it."""

import hashlib
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

#: What makes files of other files, so that a change of it makes them anew.
MAKERS = ("assets.py", "fonts.py", "management/commands/build_assets.py")


def upgrade() -> None:
    """Running it twice changes nothing."""
    Path(settings.HOME).mkdir(parents=True, exist_ok=True)
    _collect_static()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_content")


def _collect_static() -> None:
    """Build and compress the static files, unless nothing they come from has changed."""
    stamp = Path(settings.HOME) / "static.stamp"
    seal = origin()
    if stamp.exists() and stamp.read_text() == seal and Path(settings.STATIC_ROOT).is_dir():
        return
    call_command("build_assets")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(seal)


def origin() -> str:
    """What the static files are made from, as one number."""
    lines = sorted({f"{each.name}=={each.version}" for each in distributions()})
    return hashlib.sha256("\n".join([*lines, *_files()]).encode()).hexdigest()


def _files() -> Iterator[str]:
    package = Path(__file__).parent.parent
    made_by = [package / "kit" / name for name in MAKERS]
    for path in sorted([*made_by, *package.glob("*/static/**/*")]):
        facts = path.stat()
        yield f"{path.relative_to(package)} {facts.st_size} {facts.st_mtime_ns}"
