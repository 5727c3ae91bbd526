"""Web server and worker as one program: started together, ended together."""

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.common import AbstractServer

from media4sec.config import NOT_READY
from media4sec.config.env import read_env

#: Seconds a running task gets to finish when we are told to stop.
PATIENCE = 20


def serve(host: str, port: int, *, with_worker: bool = True) -> None:
    """Serve until we are told to stop. This process itself never loads Django."""
    env = read_env()
    _check_static(env.home)
    _check_port(host, port)
    server = Granian(
        "media4sec.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=env.workers,
        blocking_threads=env.threads,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE,
    )
    _end_with_the_terminal(server)
    worker = Companion()
    try:
        if with_worker:
            worker.start()
        print(f"{env.name} answers on http://{host}:{port}", flush=True)
        server.serve(target_loader=partial(load, os.getpid()), wrap_loader=False)
    finally:
        worker.stop()
    if worker.gave_up:
        raise SystemExit(NOT_READY)


def load(parent: int) -> Any:
    """The application, in each web process.

    It leaves our process group: granian stops it by one signal and may hang on two, and a
    terminal sends Ctrl-C to the whole group. It ends by itself when we were killed.
    """
    os.setpgid(0, 0)
    threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()
    from media4sec.config.wsgi import application

    return application


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(2)
    os.kill(os.getpid(), signal.SIGTERM)


def _end_with_the_terminal(server: AbstractServer[Any]) -> None:
    """granian takes a lost terminal for a wish to reload; unless started by nohup, we end."""
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        server.on_startup(partial(signal.signal, signal.SIGHUP, server.signal_handler_interrupt))


def _check_static(home: Path) -> None:
    if not (home / "static").is_dir():
        raise SystemExit(f"There are no style sheets in {home} yet. Run: media4sec upgrade")


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise SystemExit(f"Port {port} is taken. Choose another one with PORT.") from error
            raise SystemExit(f"We cannot listen on {host}:{port}: {error.strerror}.") from error


class Companion:
    """The worker beside the web server: begun again when it falls, ended with it."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.is_stopping = threading.Event()
        self.gave_up = False

    def start(self) -> None:
        self._begin()
        threading.Thread(target=self._watch, daemon=True).start()

    def _begin(self) -> None:
        command = [sys.executable, "-m", "media4sec.config.cli", "worker"]
        # In a session of its own: Ctrl-C reaches us, and we tell it once.
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [*command, "--parent", str(os.getpid())], start_new_session=True
        )

    def _watch(self) -> None:
        while self.process is not None:
            code = self.process.wait()
            if self.is_stopping.is_set():
                return
            if code == NOT_READY:
                self.gave_up = True
                os.kill(os.getpid(), signal.SIGTERM)
                return
            self.is_stopping.wait(3)
            if not self.is_stopping.is_set():
                self._begin()

    def stop(self) -> None:
        self.is_stopping.set()
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
