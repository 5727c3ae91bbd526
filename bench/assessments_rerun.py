"""New rules for many live checks: how fast they are asked again, in how much memory, and whether
a worker that is killed loses or doubles one.

    python -m bench.assessments_rerun [--checks 10000] [--kills 20] [--seed 1]

First one worker asks them all; then the rules change again, and two workers at once do so while
one of them is killed (SIGKILL) at random moments. Told as checks in a second, and as a ratio to
one evaluation, which moves with the machine. Ends with 1 when a check was left out or asked twice.
"""

import argparse
import os
import random
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path

AT_ONCE = 200
#: Peak memory may grow by so much between a tenth of the checks and all of them.
MOST_MEGABYTES = 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checks", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rerun-") as home:
        prepare(Path(home))
        furnish(asked.checks)
        one_evaluation = evaluate_one()
        publish("0.2.0", "Ask the ethics board")
        speed(asked.checks, one_evaluation)
        publish("0.3.0", "Ask the ethics board first")
        kill(asked.checks, asked.kills, random.Random(asked.seed))


def prepare(home: Path) -> None:
    sys.path.insert(0, str(Path(__file__).parent.parent / "src"))
    os.environ |= {
        "MEDIA4SEC_HOME": str(home),
        "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{home / 'rerun.sqlite3'}",
        "MEDIA4SEC_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "media4sec.config.settings",
    }
    import django  # noqa: PLC0415 - the environment comes first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)


def furnish(count: int) -> None:
    """Approved checks, each with the version that was signed, and the rules it was made under."""
    from media4sec.assessments import services  # noqa: PLC0415
    from media4sec.assessments.models import Check, Version  # noqa: PLC0415
    from media4sec.assessments.tests.factories import approved  # noqa: PLC0415
    from media4sec.kit.permissions import THE_HOUSE  # noqa: PLC0415
    from media4sec.members.tests.factories import MemberFactory  # noqa: PLC0415

    services.note_releases(by=THE_HOUSE)
    services.ask_again(by=THE_HOUSE)
    first, _people = approved(MemberFactory())
    first.refresh_from_db()
    version = first.versions.get()
    for start in range(1, count, AT_ONCE):
        some = [_copy(first) for _each in range(min(AT_ONCE, count - start))]
        made = Check.objects.bulk_create(some)
        Version.objects.bulk_create([_copy(version, check_of=check) for check in made])
    print(f"{Check.objects.filter(state__in=Check.LIVE).count():,} checks were approved.")


def _copy(thing, **changes):
    names = [field.attname for field in thing._meta.concrete_fields if not field.primary_key]
    return type(thing)(**{name: getattr(thing, name) for name in names} | {
        f"{name}_id": value.pk for name, value in changes.items()
    })  # fmt: skip


def evaluate_one() -> float:
    """Seconds of the processor for one evaluation of them."""
    from media4sec.assessments.models import Check  # noqa: PLC0415
    from media4sec.assessments.queries.answers import standing_of  # noqa: PLC0415

    standing = standing_of(Check.objects.earliest("pk"))
    began = time.process_time()
    for _round in range(100):
        standing.follows(standing.given)
    return (time.process_time() - began) / 100


def publish(version: str, note: str) -> None:
    from media4sec.assessments import services  # noqa: PLC0415
    from media4sec.assessments.tests import rules_of_tomorrow as rules  # noqa: PLC0415
    from media4sec.kit.permissions import THE_HOUSE  # noqa: PLC0415

    rules.publish(
        rules.changed(rules.brings("event_monitor", opinions=["ethics"], note=note), version)
    )
    services.note_releases(by=THE_HOUSE)


def fork(work) -> int:
    from django.db import connections  # noqa: PLC0415

    for each in connections.all(initialized_only=True):
        each.close()
        if each.vendor == "postgresql":
            each.close_pool()  # nothing of it may be shared with the worker
    pid = os.fork()
    if pid:
        return pid
    work()
    os._exit(0)


def ask_all() -> None:
    from django.db import OperationalError  # noqa: PLC0415

    from media4sec.assessments import services  # noqa: PLC0415
    from media4sec.assessments.models import Rerun  # noqa: PLC0415
    from media4sec.kit.permissions import THE_HOUSE  # noqa: PLC0415

    while True:
        try:
            services.ask_again(by=THE_HOUSE, seconds=5)
            if not Rerun.objects.filter(finished_at=None).exists():
                return
        except OperationalError:  # the other one holds the database: in a minute, as the worker
            time.sleep(0.2)


def speed(count: int, one_evaluation: float) -> None:
    from media4sec.assessments.models import Recheck  # noqa: PLC0415
    from media4sec.assessments.services import rechecking  # noqa: PLC0415

    ask_some, peaks, asked = rechecking._ask_some, [], [0]

    def watched(pk, *, by):
        done = ask_some(pk, by=by)
        asked[0] += done or 0
        if not peaks and asked[0] >= count // 10:
            peaks.append(_peak())
        return done

    def work() -> None:
        rechecking._ask_some = watched
        began, processor = time.monotonic(), time.process_time()
        ask_all()
        took, used = time.monotonic() - began, (time.process_time() - processor) / count
        more = _peak() - peaks[0]
        print(
            f"{count / took:,.0f} checks a second; {1000 * used:.1f} ms of the processor each, "
            f"{used / one_evaluation:.1f} × one evaluation ({1000 * one_evaluation:.2f} ms)"
        )
        print(
            f"peak memory: {peaks[0]:.0f} MB after {count // 10:,}, {more:+.1f} MB after {count:,}"
        )
        os._exit(more > MOST_MEGABYTES)

    if os.waitpid(fork(work), 0)[1]:
        raise SystemExit("The memory grows with the number of checks.")
    _exactly_once(count, Recheck.objects.order_by("-rerun").values_list("rerun", flat=True)[0])


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def kill(count: int, kills: int, dice: random.Random) -> None:
    from media4sec.assessments.models import Rerun  # noqa: PLC0415

    stays = fork(ask_all)
    killed = 0
    while killed < kills:
        victim = fork(ask_all)
        time.sleep(dice.uniform(0.05, 1.5))
        os.kill(victim, signal.SIGKILL)
        _pid, how = os.waitpid(victim, 0)
        killed += os.WIFSIGNALED(how)
        if not os.WIFSIGNALED(how):
            break  # all was asked before
    # Of two at once, the one that stays is killed, too: a third goes on.
    os.kill(stays, signal.SIGKILL)
    _pid, how = os.waitpid(stays, 0)
    killed += os.WIFSIGNALED(how)
    os.waitpid(fork(ask_all), 0)
    last = Rerun.objects.filter(country="").latest("pk")
    _exactly_once(count, last.pk)
    print(f"{killed} workers were killed, two of them at work at once: every check asked once.")


def _exactly_once(count: int, rerun: int) -> None:
    from django.db.models import Count  # noqa: PLC0415

    from media4sec.assessments.models import Event, Recheck, Rerun  # noqa: PLC0415

    said = Rerun.objects.get(pk=rerun)
    found = Recheck.objects.filter(rerun=rerun).aggregate(
        all=Count("pk"), checks=Count("check_of", distinct=True)
    )
    lines = Event.objects.filter(action="rechecked", facts__rules=said.sha256).count()
    if {found["all"], found["checks"], said.asked, lines} != {count} or not said.finished_at:
        raise SystemExit(f"{count} checks: {found}, {said.asked} counted, {lines} in their records")


if __name__ == "__main__":
    main()
