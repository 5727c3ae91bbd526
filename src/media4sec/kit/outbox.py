"""Letters on their way: claimed, handed over, written off.

Three steps, each a commit of its own: a worker claims a letter, the mail server says OK, the
letter is marked as sent. Killed before the OK, it waits again. Killed after it, before the mark,
it goes out a second time under the same Message-ID, which mail programs show once.
"""

import contextlib
import logging
import os
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from media4sec.kit import mail
from media4sec.kit.clock import now
from media4sec.kit.models import Letter

logger = logging.getLogger(__name__)

#: How long a letter waits for a mail server that was away.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 10, 60, 300, 1080)]
#: A worker that has not come back by then is taken for dead.
LEASE = timedelta(minutes=15)
#: Letters that one conversation with the mail server holds, before the worker looks around.
AT_A_TIME = 200
#: What was sent is kept so long, because it may still come back; its words are not.
KEPT = timedelta(days=14)
#: Words of letters that never left.
KEPT_UNSENT = timedelta(days=2)
State = Letter.State
#: Who is told that an address takes no letters.
_listeners: list[Callable[[Letter], None]] = []


def hear_of_refusals(listener: Callable[[Letter], None]) -> None:
    """Register who wants to know of letters whose address the mail server will not take."""
    if listener not in _listeners:
        _listeners.append(listener)


def is_waiting() -> bool:
    """Whether something is due: a cheap look before anybody takes a lock."""
    return Letter.objects.due().exists()


def send_due(*, most: int = AT_A_TIME) -> int:
    """Send what is due, the oldest first; how many letters were looked at.

    Zero when the mail server is away: it would be so for all of them, and there is more to do
    than to wait for it.
    """
    seen = Letter.objects.due().order_by("next_try", "pk")
    waiting = list(seen.values_list("pk", "next_try")[:most])
    line = _Line()
    try:
        for pk, since in waiting:
            _send(pk, since, line)
            if line.is_dead:
                return 0
    finally:
        line.close()
    return len(waiting)


class _Line:
    """One conversation with the mail server for many letters."""

    def __init__(self) -> None:
        self.server: BaseEmailBackend = get_connection()
        self.is_open = self.is_dead = False

    def hand_over(self, letter: Letter, words: mail.Words) -> None:
        if not self.is_open:
            self.is_dead = True  # unless it answers
            self.server.open()
            self.is_open, self.is_dead = True, False
        message = mail.message_of(letter, words)
        message.connection = self.server
        message.send()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.server.close()
        self.is_open = False


def _send(pk: int, since: datetime, line: _Line) -> None:
    """Claim, hand over, mark. Another worker may have been faster: then it is theirs."""
    claimed = Letter.objects.under_way().filter(pk=pk, next_try=since)
    mine = {"state": State.CLAIMED, "next_try": now() + LEASE, "claimed_by": _me()}
    if not claimed.update(**mine):
        return
    letter = Letter.objects.get(pk=pk)
    try:
        words = mail.words_of(letter)
        if words is None:
            _finish(letter, State.DROPPED)
            return
        line.hand_over(letter, words)
    except Exception as error:
        line.close()
        _wait_or_give_up(letter, error)
        return
    _finish(letter, State.SENT)


def _wait_or_give_up(letter: Letter, error: Exception) -> None:
    """A server that is away is tried again within a day; so is a fault of ours, loudly."""
    is_theirs = isinstance(error, OSError)  # smtplib's own errors are among them
    # Only what the server refused counts as a try: a killed worker is not the letter's fault.
    letter.tries += 1
    if _is_final(error) or letter.tries > len(PAUSES):
        logger.error("Letter %d is given up: %s", letter.pk, _said(error))
        _finish(letter, State.GIVEN_UP)
        for listener in _listeners if _is_final(error) else ():
            listener(letter)
        return
    if not is_theirs:
        logger.exception("Letter %d could not be written", letter.pk)
    letter.state, letter.next_try = State.WAITING, now() + PAUSES[letter.tries - 1]
    letter.save(update_fields=["state", "next_try", "tries"])


def _is_final(error: Exception) -> bool:
    """The server knows the address and will not take it: trying again would be rude."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(500 <= code < 600 for code, _said in error.recipients.values())


def _said(error: Exception) -> str:
    """What went wrong, without anybody's address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"the address is refused {sorted(code for code, _ in error.recipients.values())}"
    return f"{type(error).__name__}"


def _finish(letter: Letter, state: str) -> None:
    """It is done. A letter that left holds no words any more: it may have carried a key."""
    letter.state, letter.done_at = state, now()
    fields = ["state", "done_at"]
    if not letter.composer and state == State.SENT:
        letter.content = {}
        fields.append("content")
    letter.save(update_fields=fields)


def _me() -> str:
    return f"{os.uname().nodename[:60]}:{os.getpid()}"


def take_back_from_the_dead() -> int:
    """When a worker starts: what a worker of this computer held when it was killed is due now."""
    here = f"{os.uname().nodename[:60]}:"
    held = Letter.objects.filter(state=State.CLAIMED, claimed_by__startswith=here)
    dead = [
        name for name in held.values_list("claimed_by", flat=True).distinct() if not _lives(name)
    ]
    return held.filter(claimed_by__in=dead).update(state=State.WAITING, next_try=now())


def _lives(name: str) -> bool:
    pid = int(name.rpartition(":")[2])
    if pid == os.getpid():
        return False  # our own number, but before us: nothing is claimed by who only starts
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def sweep() -> None:
    """Forget letters that nobody will ask for any more."""
    old = Letter.objects.filter(done_at__lt=now() - KEPT)
    old._raw_delete(old.db)  # nothing hangs on a letter: one statement
    Letter.objects.filter(
        state=State.GIVEN_UP, composer="", done_at__lt=now() - KEPT_UNSENT
    ).exclude(content={}).update(content={})
