"""Is everything well? In sentences, with what to do."""

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from media4sec.kit import heartbeat
from media4sec.kit.clock import now
from media4sec.kit.models import Letter
from media4sec.kit.rooms import rooms

MEGABYTE = 1024 * 1024
#: Free megabytes below which we warn, and below which nothing can be written soon.
LITTLE_SPACE, NO_SPACE = 2000, 200
#: Seconds without a sign of life after which a worker counts as gone.
SILENCE = 120


@dataclass(frozen=True)
class Finding:
    """One sentence about the patient's health."""

    sentence: str
    is_well: bool = True
    is_grave: bool = False


def well(sentence: str) -> Finding:
    return Finding(sentence)


def odd(sentence: str) -> Finding:
    """Worth knowing; the community works."""
    return Finding(sentence, is_well=False)


def grave(sentence: str) -> Finding:
    """Something does not work, or is not safe."""
    return Finding(sentence, is_well=False, is_grave=True)


class Command(BaseCommand):
    """For operators, and for their monitoring: ends with 1 when something is grave."""

    help = "Look at mail, database, worker, secret, https and disk, and say what to do."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        findings = [finding for check in CHECKS for finding in check()]
        for finding in findings:
            self.stdout.write(f"{_mark(finding)} {finding.sentence}")
        troubles = sum(finding.is_grave for finding in findings)
        if troubles:
            self.stdout.write(f"\n{troubles} of {len(findings)} need your attention.")
            raise SystemExit(1)
        self.stdout.write("\nThe community can work like this.")


def _mark(finding: Finding) -> str:
    if finding.is_well:
        return "  well "
    return "TROUBLE" if finding.is_grave else "  note "


def _is_at_home() -> bool:
    return urlsplit(settings.SITE_URL).hostname in {"127.0.0.1", "localhost", "::1"}


def address() -> Iterator[Finding]:
    url = settings.SITE_URL
    if url.startswith("https://"):
        yield well(f"The address is {url}, encrypted.")
    elif _is_at_home():
        yield odd(f"The address is {url}: only this computer can use it. Set MEDIA4SEC_URL.")
    else:
        yield grave(
            f"The address {url} is not encrypted: passwords would travel in the open. "
            "Put a reverse proxy with a certificate in front and set MEDIA4SEC_URL to https://…"
        )
    if settings.DEBUG:
        yield grave("MEDIA4SEC_DEBUG is on: error pages show what is private. Switch it off.")


def hosts() -> Iterator[Finding]:
    if "*" in settings.ALLOWED_HOSTS:
        yield grave("It answers to every host name. Switch MEDIA4SEC_DEBUG off.")
    else:
        names = sorted({str(name) for name in settings.ALLOWED_HOSTS})
        yield well(f"It answers to {', '.join(names)}.")


def secret() -> Iterator[Finding]:
    path = Path(settings.HOME) / "secret"
    if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield grave(f"Others on this computer can read the secret. Run: chmod 600 {path}")
    elif len(settings.SECRET_KEY) < 32:
        yield grave(f"The secret is short. Delete {path}; a new one is made, all sign in again.")
    else:
        yield well("The secret is long, and nobody else can read it.")


def database() -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        yield grave(f"The database does not answer: {error}. See DATABASE_URL.")
        return
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield grave(f"The database misses {len(waiting)} changes. Run: media4sec upgrade")
    else:
        yield well(f"The database ({connection.display_name}) answers and is up to date.")
    if connection.vendor == "sqlite":
        yield from _sqlite()


def _sqlite() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        health = cursor.execute("PRAGMA quick_check(1)").fetchone()[0]
    if health == "ok":
        yield well("The database file is sound.")
    else:
        yield grave(f"The database file is damaged ({health}). Restore your last backup.")


def worker() -> Iterator[Finding]:
    silence = heartbeat.seconds_since()
    if silence is None:
        yield grave("No worker was ever here: no mail leaves. Run: media4sec serve")
    elif silence > SILENCE:
        minutes = int(silence // 60)
        yield grave(f"The worker was last seen {minutes} minutes ago. Run: media4sec serve")
    else:
        yield well("The worker is at work.")
    yield from _tasks()
    yield from _letters()


def _tasks() -> Iterator[Finding]:
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415 - needs the tables

    try:
        late = DBTaskResult.objects.ready().filter(enqueued_at__lt=now() - timedelta(minutes=10))
        failed = DBTaskResult.objects.failed().filter(finished_at__gt=now() - timedelta(days=1))
        waiting, broken = late.count(), failed.count()
    except DatabaseError:
        return
    if waiting:
        yield grave(f"{waiting} tasks have waited for more than ten minutes. Is the worker well?")
    if broken:
        yield odd(f"{broken} tasks failed since yesterday. The worker's log says why.")


def _letters() -> Iterator[Finding]:
    try:
        late = Letter.objects.due().filter(made_at__lt=now() - timedelta(hours=1)).count()
        gone = Letter.objects.filter(
            state=Letter.State.GIVEN_UP, done_at__gt=now() - timedelta(days=1)
        ).count()
    except DatabaseError:
        return
    if late:
        yield grave(f"{late} letters have waited for more than an hour. Is the mail server well?")
    if gone:
        yield odd(f"{gone} letters were given up since yesterday. The worker's log says why.")


def mail() -> Iterator[Finding]:
    if hasattr(settings, "EMAIL_FILE_PATH"):
        sentence = f"Mail is kept as files in {settings.EMAIL_FILE_PATH}: nobody receives it. "
        tone = odd if _is_at_home() else grave
        yield tone(sentence + "Set MEDIA4SEC_MAIL_URL.")
        return
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with get_connection():
            pass
    except Exception as error:
        yield grave(f"The mail server {server} refuses us: {error}. See MEDIA4SEC_MAIL_URL.")
    else:
        yield well(f"The mail server {server} lets us in.")
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith("@localhost"):
        yield grave("Mail would come from localhost and be refused. Set MEDIA4SEC_MAIL_FROM.")


def federation() -> Iterator[Finding]:
    if settings.OUTGOING_HOME:
        yield odd(
            "MEDIA4SEC_FEDERATION is home: also servers on private networks are asked. "
            "That is for developers."
        )
    elif settings.FEDERATION:
        yield well(f"It speaks with the fediverse as {urlsplit(settings.SITE_URL).netloc}.")
    else:
        yield well("It does not speak with the fediverse.")


def disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.HOME).free // MEGABYTE
    sentence = f"{free:,} MB are free in {settings.HOME}."
    if free < NO_SPACE:
        yield grave(f"{sentence} Soon nothing can be written: make room now.")
    elif free < LITTLE_SPACE:
        yield odd(f"{sentence} Make room, or get a larger disk.")
    else:
        yield well(sentence)


def static() -> Iterator[Finding]:
    if (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        yield well("Style sheets and scripts are in place.")
    else:
        yield grave("Style sheets and scripts are missing. Run: media4sec upgrade")


def in_rooms() -> Iterator[Finding]:
    for room in rooms():
        yield from map(grave, room.troubles())


CHECKS: list[Callable[[], Iterator[Finding]]] = [
    address,
    hosts,
    secret,
    database,
    worker,
    mail,
    federation,
    disk,
    static,
    in_rooms,
]
