"""The worker's sign of life: a file that it touches, and ``doctor`` looks at."""

import time
from pathlib import Path

from django.conf import settings


def _file() -> Path:
    return Path(settings.HOME) / "worker.alive"


def beat() -> None:
    """I am here. Called by the worker every few seconds."""
    _file().touch()


def seconds_since() -> float | None:
    """How long ago a worker was seen; None when never."""
    try:
        return max(0.0, time.time() - _file().stat().st_mtime)
    except FileNotFoundError:
        return None
