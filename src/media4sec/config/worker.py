"""The worker: what need not happen while somebody waits for a page, and house-keeping."""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.core.management import call_command
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
)
from django.db.migrations.executor import MigrationExecutor
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from media4sec.config import NOT_READY
from media4sec.kit import heartbeat, outbox
from media4sec.kit.attempts import sweep_attempts
from media4sec.kit.clock import now
from media4sec.kit.rooms import rooms
from media4sec.kit.uploads import sweep_uploads

logger = logging.getLogger(__name__)

MINUTE, HOUR = 60, 3600
#: By this hour (UTC) nobody minds that writing waits for two seconds.
NIGHT = 2
#: A failed task is kept so long, for whoever looks into it; no longer, for it may hold a letter.
KEEP_DAYS = 2


def work(*, parent: int | None = None) -> None:
    """Work until told to stop, or until the process that started us has gone."""
    if not _fits_the_database():
        print("The database is not up to date. Run: media4sec upgrade", file=sys.stderr)
        raise SystemExit(NOT_READY)
    Loop(parent).run()


def _fits_the_database() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        # It may come back; the loop waits for it.
        return True


class Loop:
    """Tasks as they come, house-keeping once an hour, a sign of life every few seconds."""

    def __init__(self, parent: int | None = None) -> None:
        self.parent = parent
        self.worker = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"{os.uname().nodename[:40]}-{os.getpid()}",
            excluded_queue_names=[],
        )
        self.last_minute = self.last_hour = 0.0

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        while self.worker.running and not self._is_alone():
            pause = 1.0
            close_old_connections()
            try:
                pause = 0.0 if self.turn() else 1.0
            except (OperationalError, InterfaceError) as error:
                logger.error("The worker waits for the database: %s", error)
                pause = 10
            if self.worker.running:
                time.sleep(pause)

    def turn(self) -> bool:
        """Everything that is due now, of letters some; whether more of them wait."""
        heartbeat.beat()
        # Looking first keeps an idle worker from taking the write lock every second.
        if DBTaskResult.objects.ready().exists():
            self.worker.run()
        if time.monotonic() - self.last_minute > MINUTE or not self.last_minute:
            self.last_minute = time.monotonic()
            self._keep_house([outbox.take_back_from_the_dead, *minutely()])
        handed_over: list[int] = []
        if outbox.is_waiting():
            self._keep_house([lambda: handed_over.append(outbox.send_due())])
        if time.monotonic() - self.last_hour > HOUR or not self.last_hour:
            self.last_hour = time.monotonic()
            self._keep_house(hourly())
        return outbox.AT_A_TIME in handed_over

    def _keep_house(self, jobs: Iterable[Callable[[], object]]) -> None:
        self.worker.running_task = True  # so that a signal lets it finish
        try:
            keep_house(jobs)
        finally:
            self.worker.running_task = False

    def _stop(self, number: int, frame: Any) -> None:
        self.worker.running = False
        if not self.worker.running_task:
            sys.exit(0)

    def _is_alone(self) -> bool:
        return self.parent is not None and os.getppid() != self.parent


def hourly() -> list[Callable[[], None]]:
    """What every room wants done once an hour, and what the house itself does."""
    return [*OF_THE_HOUSE, *(job for r in rooms() for job in r.hourly)]


def minutely() -> list[Callable[[], None]]:
    """What rooms want done at its time, a minute late at most."""
    return [job for room in rooms() for job in room.minutely]


def keep_house(jobs: Iterable[Callable[[], object]]) -> None:
    """Do each job; one that fails is logged and does not stop the others."""
    for job in jobs:
        try:
            job()
        except Exception:
            logger.exception("House-keeping failed: %s.%s", job.__module__, job.__qualname__)


def _forget_old_sessions() -> None:
    call_command("clearsessions")


def _forget_old_tasks() -> None:
    call_command(
        "prune_db_task_results",
        queue_name="*",
        min_age_days=0,
        failed_min_age_days=KEEP_DAYS,
        verbosity=0,
    )


def _weigh_tables() -> None:
    """At night SQLite counts what its tables hold: by that it chooses how to look for a thing.

    PostgreSQL does so by itself. Without the counts a search in 200,000 texts takes thrice as long.
    """
    if connection.vendor == "sqlite" and now().hour == NIGHT:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


OF_THE_HOUSE: tuple[Callable[[], None], ...] = (
    _forget_old_sessions,
    _forget_old_tasks,
    outbox.sweep,
    sweep_attempts,
    sweep_uploads,
    _weigh_tables,
)
