"""After installing a version: style sheets, database and shipped content brought up to it."""

import hashlib
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

SOURCES = {".css", ".js", ".svg", ".html", ".py", ".png", ".webp", ".ico"}


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
    for path in sorted(package.rglob("*")):
        if path.suffix in SOURCES and "migrations" not in path.parts and "tests" not in path.parts:
            facts = path.stat()
            yield f"{path.relative_to(package)} {facts.st_size} {facts.st_mtime_ns}"
