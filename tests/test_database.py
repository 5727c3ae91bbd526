"""The promises of the database connection, on whichever database the tests run."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from media4sec.config import worker
from media4sec.members.models import Membership
from media4sec.members.tests.factories import CircleFactory

SRC = Path(__file__).parent.parent / "src"
needs_sqlite = pytest.mark.skipif(
    "sqlite" not in settings.DATABASES["default"]["ENGINE"], reason="about SQLite"
)


def run(program: str, **variables: str) -> str:
    """What a program of ours prints with these settings, outside the tests' own."""
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(SRC),
            "DJANGO_SETTINGS_MODULE": "media4sec.config.settings",
            **variables,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout


PRAGMAS = """
import django
from django.db import connection
django.setup()
with connection.cursor() as cursor:
    for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous"):
        print(name, cursor.execute(f"PRAGMA {name}").fetchone()[0])
"""


def test_a_database_file_has_wal_foreign_keys_and_patience(tmp_path):
    answer = run(PRAGMAS, MEDIA4SEC_HOME=str(tmp_path))

    assert dict(line.split() for line in answer.splitlines()) == {
        "journal_mode": "wal",
        "foreign_keys": "1",
        "busy_timeout": "20000",
        "synchronous": "1",
    }


def test_postgres_is_reached_through_a_pool(tmp_path):
    answer = run(
        "from media4sec.config import settings; print(settings.DATABASES['default']['OPTIONS'])",
        MEDIA4SEC_HOME=str(tmp_path),
        MEDIA4SEC_THREADS="4",
        DATABASE_URL="postgres://one@two/three",
    )

    pool = {"min_size": 1, "max_size": 6, "timeout": 10}
    assert answer.strip() == str({"pool": pool, "options": "-c jit=off"})


@needs_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_transaction_takes_the_write_lock_at_once(django_assert_num_queries):
    with django_assert_num_queries(2) as asked, transaction.atomic():
        pass

    assert [query["sql"] for query in asked.captured_queries] == ["BEGIN IMMEDIATE", "COMMIT"]


@needs_sqlite
@pytest.mark.django_db
@pytest.mark.parametrize(("hour", "is_weighed"), [(2, True), (14, False)])
def test_tables_are_weighed_at_night(hour, is_weighed):
    CircleFactory()

    with time_machine.travel(datetime(2027, 3, 1, hour, 30, tzinfo=UTC), tick=False):
        worker.keep_house(worker.OF_THE_HOUSE)

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name = 'sqlite_stat1'")
        assert bool(cursor.fetchall()) is is_weighed


@pytest.mark.django_db
def test_a_row_cannot_point_at_nothing():
    circle = CircleFactory()
    Membership.objects.create(circle=circle, member_id=99_999, since=circle.founded_at)

    with pytest.raises(IntegrityError):
        connection.check_constraints()
    transaction.set_rollback(True)
