"""What the worker does for this room: minute by minute, and once an hour."""

from media4sec.digests import reading, writing
from media4sec.digests.services import newsletter


def keep_in_touch() -> None:
    """The log becomes notices, what is due becomes letters. Running it twice changes nothing."""
    reading.read_log()
    writing.write_letters()
    newsletter.write_letters()


def forget_old() -> None:
    """Notices nobody needs any more, and addresses whose owner never said yes."""
    reading.sweep()
    newsletter.forget_unconfirmed()
