"""One command runs web server and worker, and ends both."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from media4sec.config import upgrade

SRC = Path(__file__).parent.parent / "src"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A data folder with a database, as after ``media4sec upgrade``; style sheets do not matter."""
    home = tmp_path_factory.mktemp("home")
    (home / "static").mkdir()
    media4sec(home, "migrate", "-v0").wait(60)
    return home


def media4sec(home: Path, *arguments: str) -> subprocess.Popen[str]:
    keep = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "media4sec.config.cli", *arguments],
        env={**keep, "PYTHONPATH": str(SRC), "MEDIA4SEC_HOME": str(home)},
        start_new_session=True,
        # As from a terminal, even when the tests themselves run under nohup.
        preexec_fn=partial(signal.signal, signal.SIGHUP, signal.SIG_DFL),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.1)
    return False


def answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 600
    except OSError:
        return False


def descendants(pid: int) -> set[int]:
    """Every process that this one has started, and theirs."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(")")
        except OSError:
            continue
        state, parent = rest.split()[:2]
        if state != "Z":
            parents[int(name.split()[0])] = int(parent)
    found, last = {pid}, set()
    while found != last:
        last = found
        found = found | {child for child, parent in parents.items() if parent in found}
    return found - {pid}


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def running(home):
    """A community that answers, and whose worker has shown a sign of life."""
    (home / "worker.alive").unlink(missing_ok=True)
    port = free_port()
    process = media4sec(home, "serve", "--port", str(port))
    family = set()
    try:
        assert wait_until(lambda: answers(port) and (home / "worker.alive").exists())
        family = descendants(process.pid)
        yield process
    finally:
        # A child whose parent was killed belongs to nobody: remember it from before.
        for pid in {process.pid, *family, *descendants(process.pid)}:
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)
        process.communicate()


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_being_told_to_stop_ends_the_server_and_its_worker(running, told):
    family = descendants(running.pid)
    assert len(family) >= 2

    os.killpg(running.pid, told)  # as a terminal does on Ctrl-C

    said, _ = running.communicate(timeout=25)
    assert running.returncode == 0
    assert wait_until(lambda: not any(map(is_alive, family)), 5), "something was left over"
    assert "Traceback" not in said


def test_nothing_outlives_a_server_that_was_killed(running):
    family = descendants(running.pid)

    running.kill()

    assert wait_until(lambda: not any(map(is_alive, family)), 15), "something was left over"


def test_a_lost_terminal_ends_the_server_too(running):
    os.killpg(running.pid, signal.SIGHUP)

    assert running.wait(15) == 0


def test_a_worker_that_falls_is_begun_again(running, home):
    worker = next(pid for pid in descendants(running.pid) if b"worker" in _command(pid))
    os.kill(worker, signal.SIGKILL)
    (home / "worker.alive").unlink()

    assert wait_until((home / "worker.alive").exists)


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0--parent")[0][-6:]


def test_a_taken_port_is_a_sentence(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = media4sec(home, "serve", "--port", str(port))
        said, _ = process.communicate(timeout=20)

    assert said == f"Port {port} is taken. Choose another one with PORT.\n"
    assert process.returncode == 1


def test_a_database_that_is_not_up_to_date_is_a_sentence(tmp_path):
    (tmp_path / "static").mkdir()

    process = media4sec(tmp_path, "serve", "--port", str(free_port()))
    said, _ = process.communicate(timeout=30)

    assert "The database is not up to date. Run: media4sec upgrade\n" in said
    assert "Traceback" not in said
    assert process.returncode != 0


def test_init_makes_a_community_with_an_administrator_from_nothing(tmp_path):
    (tmp_path / "static").mkdir()
    # Building fonts takes long and has tests of its own.
    (tmp_path / "static.stamp").write_text(upgrade.origin())
    (tmp_path / "password").write_text("kettle-meadow-orbit-candle\n")
    options = ["--email", "ada@example.org", "--name", "Ada"]

    process = media4sec(tmp_path, "init", *options, "--password-file", str(tmp_path / "password"))
    said, _ = process.communicate(timeout=120)

    assert "Ada may sign in as ada@example.org. Next: media4sec serve\n" in said
    assert process.returncode == 0
    assert (tmp_path / "community.sqlite3").exists()
