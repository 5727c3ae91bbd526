"""Is a document as it left a house? It asks no database, and works on any machine."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from media4sec.assessments import verifying


class Command(BaseCommand):
    """What holds and what does not is said in sentences; one that does not ends with code 1."""

    help = "Check a document or a record of an ethics check, without the house it came from."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a report (PDF, HTML, data), or a record")
        parser.add_argument("--record", type=Path, help="the record, as its page gives it out")
        parser.add_argument("--key", default="", help="the public key of the house, as it shows it")

    def handle(self, *, file: Path, record: Path | None, key: str, **_more: Any) -> None:
        data, public = _bytes(file), _key(key)
        found = []
        if verifying.read(data) is not None or record is None:
            found += verifying.check_file(data, public=public)
        if record is not None:
            found += _of_record(data, _bytes(record), public)
        for each in found:
            self.stdout.write(f"{'yes' if each.holds else 'NO':<4}{each.sentence}")
        if not all(each.holds for each in found):
            raise CommandError(f"{file.name} does not hold.")
        self.stdout.write(f"{file.name} holds.")


def _of_record(data: bytes, record: bytes, public: str) -> list[verifying.Finding]:
    """The record first, for it proves nothing unless it is whole; then its line about the file."""
    found = verifying.check_file(record, public=public)
    said = verifying.read(record)
    if said is None or not all(each.holds for each in found):
        return [*found, verifying.no("The record does not hold, and proves nothing.")]
    return [*found, verifying.check_against(data, said["record"])]


def _bytes(file: Path) -> bytes:
    if not file.is_file():
        raise CommandError(f"{file} is not there.")
    return file.read_bytes()


def _key(key: str) -> str:
    key = key.strip().lower()
    if key and (len(key) != 64 or not set(key) <= set("0123456789abcdef")):
        raise CommandError("A key has 64 hexadecimal digits: copy it from the page of the house.")
    return key
