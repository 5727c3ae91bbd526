"""The worker's round in one command, with a line that says how far it is."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from media4sec.digests import reading, tasks, writing
from media4sec.kit import outbox
from media4sec.kit.models import Letter


class Command(BaseCommand):
    """For whoever has no worker running, and for seeing how long a week's letters take."""

    help = "Read what is new, write the letters that are due, and send them. Twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--keep", action="store_true", help="write the letters, send none")

    def handle(self, *, keep: bool, **options: Any) -> None:
        self.last = 0.0
        self.stdout.write(f"{reading.read_log():,} notices")
        written = 0
        for some in writing.write_some():
            written += some
            self._say(f"{written:,} letters written")
        tasks.keep_in_touch()
        self._say(f"{written:,} letters written", end="\n")
        if keep:
            return
        waiting, handled = Letter.objects.due().count(), 0
        outbox.take_back_from_the_dead()
        while some := outbox.send_due():
            handled += some
            self._say(f"{handled:,} of {waiting:,} letters handed over")
        self._say(f"{handled:,} of {waiting:,} letters handed over", end="\n")

    def _say(self, line: str, end: str = "") -> None:
        """One line that is written over, at most once a second."""
        if end or time.monotonic() - self.last > 1:
            self.last = time.monotonic()
            self.stdout.write(f"\r{line}", ending=end)
            self.stdout.flush()
