"""A real server with the demo community, and a real Chromium that walks through it."""

from __future__ import annotations

import email
import email.policy
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.chromium import find_chromium

ROOT = Path(__file__).parents[2]
CHROMIUM = find_chromium()
MEDIA4SEC = [sys.executable, "-m", "media4sec.config.cli"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass
class Town:
    """The running demo community."""

    url: str
    home: Path
    env: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    def run(self, *command: str) -> str:
        """What its operator does at the terminal."""
        done = subprocess.run(
            [*MEDIA4SEC, *command], env=self.env, cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def letter_to(self, address: str, *, after: float = 0, seconds: float = 20) -> str:
        """The newest letter to this address, as text; waits for the worker to send it."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            for path in sorted(self.home.glob("mail/*.eml"), reverse=True):
                letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                if address in str(letter["To"]) and path.stat().st_mtime >= after:
                    part = letter.get_body(("plain",))
                    return str(part.get_content()) if part else ""
            time.sleep(0.2)
        raise AssertionError(f"no letter to {address}")

    def link_in_letter_to(self, address: str, containing: str) -> str:
        found = re.search(rf"http\S*{containing}\S*", self.letter_to(address))
        assert found, self.letter_to(address)
        return found[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _database(home: Path) -> str:
    asked = os.environ.get("DATABASE_URL", "")
    if not asked.startswith("postgres"):
        return f"sqlite:///{home / 'community.sqlite3'}"
    name = "media4sec_browser"
    server = asked.rsplit("/", 1)[0]
    for sql in (f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}"):
        subprocess.run(["psql", "-q", asked, "-c", sql], check=True, capture_output=True)
    return f"{server}/{name}"


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The demo community behind ``media4sec serve``, furnished once for all browser tests.

    While writing tests, TOWN=http://127.0.0.1:8000 uses a community that runs already.
    """
    if running := os.environ.get("TOWN"):
        yield Town(running, Path(os.environ.get("MEDIA4SEC_HOME", "var")))
        return
    home = tmp_path_factory.mktemp("town")
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    env = {
        **os.environ,
        "MEDIA4SEC_HOME": str(home),
        "MEDIA4SEC_URL": url,
        "MEDIA4SEC_RATE_LIMITS": "false",
        "MEDIA4SEC_FEDERATION": "home",
        "DATABASE_URL": _database(home),
        "PYTHONPATH": str(ROOT / "src"),
        "PORT": str(port),
    }
    for command in (
        ["build_assets"],
        ["collectstatic", "--noinput", "-v0"],
        ["migrate", "-v0"],
        ["load_content"],
        ["demo", "--seed", "7"],
    ):
        subprocess.run([*MEDIA4SEC, *command], env=env, check=True, capture_output=True, cwd=ROOT)
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*MEDIA4SEC, "serve"], env=env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_for(url, server)
        yield Town(url, home, env)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(15)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _attempt in range(150):
        try:
            urllib.request.urlopen(f"{url}/", timeout=2).read()
        except OSError:
            assert server.poll() is None, "the server ended"
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not answer")


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow, only for these tests

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, town) -> Iterator[Callable[..., object]]:
    """Make pages, each in a browser of its own: ``open_page(width=375, javascript=False)``.

    A page that logs an error, breaks the content policy or asks another host fails the test.
    """
    contexts, troubles = [], []

    def make(*, width: int = 1440, javascript: bool = True, scheme: str = "light", **options):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            color_scheme=scheme,
            base_url=town.url,
            locale="en-GB",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
        page.on("console", lambda said: _note(said, troubles))
        page.on(
            "request",
            lambda request: (
                request.url.startswith((town.url, "data:", "blob:"))
                or troubles.append(f"asked another host: {request.url}")
            ),
        )
        return page

    yield make
    for context in contexts:
        context.close()
    assert troubles == []


def _note(said, troubles: list[str]) -> None:
    # The browser itself reports answers of 4xx that a test asked for on purpose.
    if said.type == "error" and "Failed to load resource" not in said.text:
        troubles.append(f"console: {said.text}")
