"""Measure pages as guest and member, as ratios to a yardstick on the same server in the same run.

    python -m bench [--database sqlite|postgres] [--topics 20000] [--seconds 4]

Needs ``wrk``. Builds its database in bench/var (SQLite) or media4sec_bench (PostgreSQL) once.
"""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


PORT = _free_port()
BASE = f"http://127.0.0.1:{PORT}"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Result:
    """One row of the table."""

    name: str
    per_second: float
    p50: float
    p95: float
    cpu_ms: float
    errors: int
    yardstick: float = 0.0
    queries: str = ""

    @property
    def ratio(self) -> float:
        return self.per_second / self.yardstick


def prepare(arguments: argparse.Namespace) -> dict[str, str]:
    """The environment of the run; the database is built when it is not there yet."""
    home = HERE / "var" / f"{arguments.database}-{arguments.topics}"
    home.mkdir(parents=True, exist_ok=True)
    name = f"media4sec_bench_{arguments.topics}"
    url = (
        f"sqlite:///{home / 'community.sqlite3'}"
        if arguments.database == "sqlite"
        else f"postgres://root@127.0.0.1:5432/{name}"
    )
    env = {
        **os.environ,
        "MEDIA4SEC_HOME": str(home),
        "DATABASE_URL": url,
        "MEDIA4SEC_RATE_LIMITS": "false",
        "MEDIA4SEC_LOG_LEVEL": "ERROR",
        "PYTHONPATH": f"{HERE.parent / 'src'}:{HERE.parent}",
        "DJANGO_SETTINGS_MODULE": "media4sec.config.settings",
    }
    if not (home / "built").exists():
        if arguments.database == "postgres":
            subprocess.run(["dropdb", "--if-exists", name], check=True)
            subprocess.run(["createdb", name], check=True)
        else:
            (home / "community.sqlite3").unlink(missing_ok=True)
        manage = [sys.executable, str(HERE.parent / "manage.py")]
        for command in (
            ["build_assets"],
            ["collectstatic", "--noinput", "-v0"],
            ["migrate", "-v0"],
        ):
            subprocess.run([*manage, *command], env=env, check=True, cwd=HERE.parent)
        build = (
            "import django; django.setup(); from bench.world import build; "
            f"build(topics={arguments.topics}, members={max(50, arguments.topics // 4)})"
        )
        subprocess.run([sys.executable, "-c", build], env=env, check=True)
        (home / "built").touch()
    else:
        manage = [sys.executable, str(HERE.parent / "manage.py")]
        subprocess.run([*manage, "migrate", "-v0"], env=env, check=True, cwd=HERE.parent)
    return env


def facts(env: dict[str, str]) -> dict[str, str]:
    """Addresses and a session for the run, read from the database."""
    code = (
        "import django; django.setup()\n"
        "from bench.world import sign_in\n"
        "from media4sec.discussions.models import Topic\n"
        "from media4sec.members.models import Member\n"
        "me = Member.objects.get(email='bench0@example.org')\n"
        "long = Topic.objects.order_by('id').first()\n"
        "clear = Topic.objects.filter(label='TLP:CLEAR', reply_count=10)\n"
        "short = clear.filter(circle_id__in=me.circle_ids).order_by('-id').first()\n"
        "print(sign_in(me), long.get_absolute_url(), short.get_absolute_url(), short.pk)\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True
    )
    session, long, short, pk = out.stdout.split()
    return {"session": session, "long": long, "short": short, "pk": pk}


def cpu_of(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def children(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += children(int(child))
    return found


def load(name: str, address: str, pids: list[int], *, seconds: float, script: str = "") -> Result:
    """Press one address with wrk: four connections, one thread."""
    lua = (HERE / "report.lua").read_text() + script
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(lua)
        file.flush()
        before = cpu_of(pids)
        out = subprocess.run(
            [
                "wrk",
                "-t1",
                "-c4",
                f"-d{max(1, round(seconds))}s",
                "--timeout",
                "20s",
                "-s",
                file.name,
                f"{BASE}{address}",
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        spent = cpu_of(pids) - before
    line = re.search(r"RESULT (\d+) ([\d.]+) ([\d.]+) ([\d.]+) (\d+)", out)
    assert line, out
    requests, duration, p50, p95 = int(line[1]), *map(float, line.groups()[1:4])
    return Result(
        name, requests / duration, p50, p95, 1000 * spent / max(1, requests), int(line[5])
    )


def cookies(session: str) -> str:
    return f'wrk.headers["Cookie"] = "session={session}"\n'


def reply_script(session: str, pk: str) -> str:
    """Each request another reply: CSRF by cookie and header, another token."""
    token = "a" * 32
    return (
        f'wrk.method = "POST"\nwrk.headers["Cookie"] = "session={session}; csrf={token}"\n'
        f'wrk.headers["X-CSRFToken"] = "{token}"\nwrk.headers["Referer"] = "{BASE}/"\n'
        'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
        "local n = 0\n"
        "request = function()\n  n = n + 1\n"
        '  return wrk.format(nil, nil, nil, "attempt=" .. os.time() .. "x" .. n .. '
        '"&body=We+tried+it+here+and+it+worked+number+" .. n)\nend\n'
    )


def rows(known: dict[str, str]) -> list[tuple[str, str, str]]:
    """(name, address, wrk script) of everything measured."""
    me = cookies(known["session"])
    long, short = known["long"], known["short"]
    return [
        ("home, guest", "/", ""),
        ("home, member", "/", me),
        ("topic list, guest", "/discussions/", ""),
        ("topic list, member", "/discussions/", me),
        ("topic, guest", short, ""),
        ("topic, member", short, me),
        ("first page of 2,000, member", long, me),
        ("deep page of 2,000, member", f"{long}?page=100", me),
        ("search common word, guest", "/search/?q=police+street", ""),
        ("search common word, member", "/search/?q=police+street", me),
        ("search rare word, member", "/search/?q=w15000", me),
        ("reply, member", f"/t/{known['pk']}/reply/", reply_script(known["session"], known["pk"])),
    ]


def count_queries(env: dict[str, str], known: dict[str, str]) -> dict[str, str]:
    """Queries per page, counted with Django's own client."""
    code = (
        "import django, json, sys; django.setup()\n"
        "from django.db import connection\nfrom django.test import Client\n"
        "from django.test.utils import CaptureQueriesContext\n"
        "for name, address, session in json.load(sys.stdin):\n"
        "    client = Client(HTTP_HOST='127.0.0.1')\n"
        "    if session: client.cookies['session'] = session\n"
        "    client.get(address)\n"
        "    with CaptureQueriesContext(connection, ) as queries: answer = client.get(address)\n"
        "    print(name, len(queries), len(answer.content), sep='\\t')\n"
    )
    wanted = [
        (name, address, known["session"] if "Cookie" in script else "")
        for name, address, script in rows(known)
        if "POST" not in script
    ]
    out = subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        input=json.dumps(wanted),
        text=True,
        capture_output=True,
        check=True,
    )
    table = (line.split("\t") for line in out.stdout.splitlines())
    return {name: f"{queries} queries, {int(size) / 1024:.0f} KB" for name, queries, size in table}


def serve(env: dict[str, str]) -> tuple[subprocess.Popen[bytes], float]:
    """One granian worker, and the seconds until it answered."""
    started = time.perf_counter()
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(PORT),
            "--workers",
            "1",
            "--blocking-threads",
            "1",
            "--backlog",
            "512",
            "--no-ws",
            "--log-level",
            "error",
            "bench.wsgi:application",
        ],
        env=env,
        cwd=HERE.parent,
        start_new_session=True,
    )
    while True:
        try:
            urllib.request.urlopen(f"{BASE}/yardstick", timeout=1).read()
            return server, time.perf_counter() - started
        except OSError:
            time.sleep(0.02)
            if time.perf_counter() - started > 30 or server.poll() is not None:
                raise


def memory(pids: list[int]) -> str:
    sizes = []
    for pid in pids:
        status = Path(f"/proc/{pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        sizes.append(int(found[1]) // 1024 if found else 0)
    return ", ".join(f"{size} MB" for size in sizes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--topics", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--only", default="", help="only rows whose name contains this")
    arguments = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("bench needs wrk: apt-get install wrk")
    env = prepare(arguments)
    known = facts(env)
    queries = count_queries(env, known)
    server, ready = serve(env)
    try:
        pids = children(server.pid)
        load("warm", "/yardstick", pids, seconds=1)
        print(f"\n{arguments.database}, {arguments.topics} topics; ready after {ready:.2f} s")
        print(f"{'':30} {'req/s':>8} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>7} {'ratio':>7}")
        for name, address, script in rows(known):
            if arguments.only not in name:
                continue
            load(name, address, pids, seconds=1, script=script)
            yard = load("yardstick", "/yardstick", pids, seconds=arguments.seconds / 2)
            row = load(name, address, pids, seconds=arguments.seconds, script=script)
            row.yardstick = yard.per_second
            print(
                f"{row.name:30} {row.per_second:8.1f} {row.p50:8.2f} {row.p95:8.2f} "
                f"{row.cpu_ms:7.2f} {row.ratio:7.3f}  (yardstick {yard.per_second:.0f}/s)  "
                f"{queries.get(name, '')}{f'  {row.errors} ERRORS' if row.errors else ''}",
                flush=True,
            )
        print(f"memory: {memory(pids)}")
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(10)


if __name__ == "__main__":
    main()
