from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from media4sec.kit import pagecache
from media4sec.kit.rooms import rooms
from media4sec.kit.themes import load_themes


class Command(BaseCommand):
    """Running it twice changes nothing, and nothing a member edited is overwritten."""

    help = "Load what ships as files: themes, starter circles, pages."

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        done = load_themes()
        for room in rooms():
            if room.load_content:
                done += room.load_content()
        pagecache.forget()
        for line in done:
            self.stdout.write(line)
        self.stdout.write(f"{len(done)} changes." if done else "Everything is there already.")
