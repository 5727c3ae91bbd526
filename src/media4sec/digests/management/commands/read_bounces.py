"""Letters that came back, read from a mailbox folder, a mailbox file, or one from the input."""

import email
import mailbox
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from media4sec.digests import bounces
from media4sec.digests.services import returns

#: No server's report is larger; what is has something else in mind.
MOST_BYTES = 5 * 1024 * 1024


class Command(BaseCommand):
    """A mail server pipes each letter in, or cron reads a mailbox. Nothing is deleted there."""

    help = "Read letters that came back, and stop writing to addresses that take none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("mailbox", help="a maildir, an mbox file, or - for one on the input")

    def handle(self, *, mailbox: str, **options: Any) -> None:
        read = ours = 0
        for message in _messages(mailbox):
            read += 1
            returned = bounces.read(message)
            ours += bool(returned and returns.take_back(returned))
        self.stdout.write(f"{read} read, {ours} of them letters of ours that came back")


def _messages(place: str) -> Iterator[Message]:
    if place == "-":
        yield email.message_from_bytes(sys.stdin.buffer.read(MOST_BYTES))
        return
    path = Path(place)
    if not path.exists():
        raise CommandError(f"There is no mailbox at {place}.")
    box: mailbox.Mailbox[Any] = (
        mailbox.Maildir(path, create=False) if path.is_dir() else mailbox.mbox(path, create=False)
    )
    for key in box.iterkeys():
        with box.get_file(key) as file:
            yield email.message_from_bytes(file.read(MOST_BYTES))
