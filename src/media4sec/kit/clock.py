"""The time, in one place, so that tests can stop it and the demo can tell of last month."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _pretended.get() or timezone.now()


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """Let the house believe it is another moment: only for furnishing the demo."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)
