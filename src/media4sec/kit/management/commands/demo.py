"""A believable community to look around in: each room furnishes its part, through its services."""

import random
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from media4sec.kit import mail
from media4sec.kit.clock import now
from media4sec.kit.rooms import rooms
from media4sec.kit.town import Town

PASSWORD = "harbour-violet-tram-lantern"  # noqa: S105 - printed on the terminal, for looking around


class Command(BaseCommand):
    """Never in earnest: everybody in the demo has the same password, and it is no secret."""

    help = "Furnish an empty community with people, circles and talk, to look around in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=7, help="the same seed, the same town")
        parser.add_argument("--password", default=PASSWORD, help="with which all of them sign in")
        parser.add_argument(
            "--force", action="store_true", help="also in a community that has members"
        )
        parser.add_argument(
            "--once", action="store_true", help="be content when it has been furnished before"
        )

    def handle(self, *, seed: int, password: str, force: bool, once: bool, **options: Any) -> None:
        if once and _notes().exists():
            self.stdout.write(_notes().read_text("utf-8"))
            return
        if get_user_model()._default_manager.exists() and not force:
            if once:
                return
            raise CommandError(
                "This community has members. The demo is for an empty one: choose another "
                "MEDIA4SEC_HOME, or say --force if it may be mixed with them."
            )
        with mail.thrown_away():
            town = furnish(seed, password)
        _notes().write_text("\n".join(town.notes) + "\n", "utf-8")
        self.stdout.write(_notes().read_text("utf-8"))


@transaction.atomic
def furnish(seed: int, password: str) -> Town:
    """All of it or nothing; the same seed gives the same town."""
    town = Town(today=now(), dice=random.Random(seed), password=password)  # noqa: S311
    for room in rooms():
        if room.furnish:
            room.furnish(town)
    return town


def _notes() -> Path:
    """The sign-ins, kept so that every later start can print them again."""
    return Path(settings.HOME) / "demo.txt"
