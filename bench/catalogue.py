"""How the catalogue of experiences grows: queries and time with many, as a ratio to few.

    DATABASE_URL=sqlite:////tmp/x.sqlite3 python -m bench.catalogue [--few 200] [--many 20000]

Fills an empty database with few experiences, measures the page with all facets as guest and as
member, adds the rest, and measures again. The first page after a change, which reads the index,
is told apart: a process pays for it once.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

#: Nearly every box of every facet: few and many both fill a page, so that they compare.
_EVERY_FACET = {
    "outcome": ("worked", "promising", "mixed", "did_not_work"),
    "theme": ("everyday-security", "diy-policing", "dark-web", "trolling", "market-solutions"),
    "country": ("NL", "DE", "ES", "FR", "IE", "GR", "PT", "SE", "BE"),
    "actor": ("police", "citizens", "criminals", "platforms"),
    "group": ("law_enforcement", "security", "policy", "community", "research", "business"),
    "platform": ("any", "group-messaging", "public-posts", "live-video", "forums", "own-channels"),
    "phase": ("before", "during", "after"),
    "face": ("good", "bad", "ugly"),
    "evidence": ("1", "2", "3", "4"),
    "size": ("village", "town", "city", "metropolis", "region"),
    "language": ("en", "de", "nl"),
}
ADDRESSES = (
    "/experiences/",
    f"/experiences/?{urlencode(_EVERY_FACET, doseq=True)}",
    "/experiences/?view=table&sort=-evidence&page=3",
)
ROUNDS = 30
MOST_QUERIES, MOST_RATIO = 10, 1.5


def _prepare() -> None:
    home = tempfile.mkdtemp(prefix="catalogue-")
    os.environ.setdefault("MEDIA4SEC_HOME", home)
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{home}/community.sqlite3")
    os.environ["MEDIA4SEC_RATE_LIMITS"] = "false"
    os.environ["MEDIA4SEC_LOG_LEVEL"] = "ERROR"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "media4sec.config.settings")
    sys.path.insert(0, str(Path(__file__).parent.parent / "src"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=200)
    parser.add_argument("--many", type=int, default=20_000)
    arguments = parser.parse_args()
    _prepare()
    import django  # noqa: PLC0415 - settings first

    django.setup()
    from bench import catalogue_world as world  # noqa: PLC0415 - models need the settings

    me = world.begin()
    world.add(arguments.few)
    few = _measure(me)
    world.add(arguments.many - arguments.few)
    many = _measure(me)
    sys.exit(_report(arguments, few, many))


def _measure(me) -> dict[tuple[str, int], tuple[int, float, float]]:
    """(who, address) → queries, seconds of the first page, median of the next ones."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    settings.ALLOWED_HOSTS, settings.DEBUG = ["*"], False
    found = {}
    for who in ("guest", "member"):
        client = Client()
        if who == "member":
            client.force_login(me, backend="media4sec.members.sessions.SignIn")
        for number, address in enumerate(ADDRESSES):
            first = _timed(client, address)
            asked: list[str] = []
            with connection.execute_wrapper(_listening(asked)):
                _timed(client, address)
            times = [_timed(client, address) for _ in range(ROUNDS)]
            found[who, number] = (len(asked), first, statistics.median(times))
    return found


def _listening(asked: list[str]):
    """Writes down every question to the database."""

    def ask(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    return ask


def _timed(client, address: str) -> float:
    # The page without filters is kept for strangers: another address each time is not.
    # Processor time: what else runs on the machine does not count.
    begin = time.process_time()
    mark = f"{'&' if '?' in address else '?'}x={random.random()}"
    response = client.get(address + mark)
    assert response.status_code == 200, (address, response.status_code)
    return time.process_time() - begin


def _report(arguments, few, many) -> int:
    from django.db import connection  # noqa: PLC0415

    print(f"{connection.vendor}: {arguments.few} and {arguments.many} experiences")
    print(
        f"{'who':8}{'page':16}{'queries':>8}{'few ms':>9}{'many ms':>9}{'ratio':>7}{'first ms':>10}"
    )
    names = ("front", "every facet", "table, page 3")
    worst_queries, worst_ratio = 0, 0.0
    for (who, number), (queries, first, median) in many.items():
        ratio = median / few[who, number][2]
        worst_queries, worst_ratio = max(worst_queries, queries), max(worst_ratio, ratio)
        before = few[who, number][2] * 1000
        print(
            f"{who:8}{names[number]:16}{queries:>8}{before:>9.1f}{median * 1000:>9.1f}"
            f"{ratio:>7.2f}{first * 1000:>10.1f}"
        )
    print(
        f"queries at most {worst_queries} (limit {MOST_QUERIES}), "
        f"ratio at most {worst_ratio:.2f} (limit {MOST_RATIO})"
    )
    return int(worst_queries > MOST_QUERIES or worst_ratio > MOST_RATIO)


if __name__ == "__main__":
    main()
