"""Kill the worker again and again, and count the letters that a real mail server got.

    python -m bench.kills [--kills 200] [--members 25] [--seed 1]

A worker reads the log, writes letters and hands them to an SMTP server on this computer, while
people go on talking. It is killed (SIGKILL) at a random moment, and another one takes over. In
the end each letter must have arrived: none lost, and twice only under the same Message-ID.
"""

import argparse
import asyncio
import email
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
TOKEN = re.compile(r"zq\d+q")


# -- The mail server ----------------------------------------------------------------------


class Sink:
    """Writes down each letter it takes, and now and then has no time."""

    def __init__(self, book: Path, seed: int) -> None:
        self.book = book.open("a")
        self.dice = random.Random(seed)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd asks for it
        if self.dice.random() < 0.03:
            return "451 busy, come back later"
        letter = email.message_from_bytes(envelope.content)
        body = letter.get_payload(0).get_payload(decode=True).decode()
        line = {
            "id": letter["Message-ID"],
            "to": envelope.rcpt_tos,
            "tokens": sorted(set(TOKEN.findall(body))),
        }
        self.book.write(json.dumps(line) + "\n")
        self.book.flush()
        # Between our note and the worker's: the moment in which a kill makes a double.
        await asyncio.sleep(self.dice.random() * 0.004)
        return "250 OK"


def serve_mail(port: int, book: Path, seed: int) -> None:
    from aiosmtpd.smtp import SMTP  # noqa: PLC0415 - only the mail server's process needs it

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        sink = Sink(book, seed)
        server = await loop.create_server(
            lambda: SMTP(sink, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", port
        )
        print("ready", flush=True)
        await server.serve_forever()

    asyncio.run(serve())


# -- The community and its workers --------------------------------------------------------


def prepare(home: Path, port: int) -> None:
    """A community on a database of its own, whose mail goes to the server above."""
    os.environ |= {
        "MEDIA4SEC_HOME": str(home),
        "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{home / 'kills.sqlite3'}",
        "MEDIA4SEC_MAIL_URL": f"smtp://127.0.0.1:{port}",
        "MEDIA4SEC_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "media4sec.config.settings",
    }
    import django  # noqa: PLC0415 - the environment comes first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)


class Community:
    """Members of one circle who want everything at once, and somebody who talks."""

    def __init__(self, members: int) -> None:
        from media4sec.digests.models import Bookmark, Mailbox, Rhythm  # noqa: PLC0415
        from media4sec.members.tests.factories import (  # noqa: PLC0415
            CircleFactory,
            MemberFactory,
        )

        self.people = MemberFactory.create_batch(members)
        self.author = MemberFactory()
        self.circle = CircleFactory(members=[*self.people, self.author])
        Bookmark.objects.create(pk=1)
        for member in self.people:
            Mailbox.objects.create(member=member, quiet_from=0, quiet_until=0)
            Rhythm.objects.create(member=member, kind="discussions.topic", pace="at_once")
        self.said: list[str] = []
        self.accounts: list[tuple[str, str]] = []

    def talk(self) -> None:
        """Two discussions that everybody hears of, and a letter about an account."""
        from media4sec.discussions import services  # noqa: PLC0415
        from media4sec.kit import mail  # noqa: PLC0415

        for _ in range(2):
            token = f"zq{len(self.said)}q"
            services.start_topic(
                by=self.author,
                circle=self.circle,
                title=f"About {token}",
                body="Words.",
                label="TLP:GREEN",
            )
            self.said.append(token)
        token, member = f"zq{900_000 + len(self.accounts)}q", self.people[0]
        mail.send("members/mail/restored", to=member.email, context={"reason": token})
        self.accounts.append((member.email, token))

    @property
    def expected(self) -> set[tuple[str, str]]:
        """Who must have got which word."""
        heard = {(member.email, token) for member in self.people for token in self.said}
        return heard | set(self.accounts)


def fork_worker(*, until_done: bool = False) -> int:
    """A worker as ``media4sec worker`` runs it, its pauses shortened; the number of its process."""
    from django.db import connections  # noqa: PLC0415

    for each in connections.all(initialized_only=True):
        each.close()
        if each.vendor == "postgresql":
            each.close_pool()  # nothing of it may be shared with the worker
    pid = os.fork()
    if pid:
        return pid
    try:
        _work(until_done=until_done)
    finally:
        os._exit(1)


def _work(*, until_done: bool) -> None:
    from datetime import timedelta  # noqa: PLC0415

    from media4sec.config import worker  # noqa: PLC0415
    from media4sec.digests import writing  # noqa: PLC0415
    from media4sec.kit import outbox  # noqa: PLC0415
    from media4sec.kit.models import Letter  # noqa: PLC0415

    outbox.PAUSES = [timedelta(milliseconds=50)] * 50
    writing.MOST_SAID = 10_000  # all words of a letter are looked for
    if not until_done:
        worker.MINUTE = 0
        worker.Loop().run()
    while True:
        loop = worker.Loop()
        loop.turn()
        if not Letter.objects.under_way().exists():
            loop.last_minute = 0
            loop.turn()
            if not Letter.objects.under_way().exists():
                os._exit(0)
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(kills: int, members: int, seed: int) -> bool:
    dice, port = random.Random(seed), free_port()
    with tempfile.TemporaryDirectory() as folder:
        home, book = Path(folder), Path(folder) / "letters"
        book.touch()
        sink = subprocess.Popen(
            [sys.executable, "-m", "bench.kills", "--sink", str(port), str(book), str(seed)],
            cwd=HERE.parent,
            stdout=subprocess.PIPE,
        )
        try:
            assert sink.stdout
            assert sink.stdout.readline() == b"ready\n"
            prepare(home, port)
            community = Community(members)
            for number in range(kills):
                pid = fork_worker()
                community.talk()
                time.sleep(dice.random() ** 2 * 0.4)
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                print(f"\r{number + 1} of {kills} kills", end="", flush=True)
            pid = fork_worker(until_done=True)
            _pid, status = os.waitpid(pid, 0)
            assert status == 0, "the last worker did not come to an end"
        finally:
            sink.kill()
            sink.wait()
        return judge(community, [json.loads(line) for line in book.read_text().splitlines()], kills)


def judge(community: Community, letters: list[dict], kills: int) -> bool:
    """Print the counts; whether nothing is lost and doubles are doubles of one Message-ID."""
    under: dict[tuple[str, str], list[str]] = defaultdict(list)
    for letter in letters:
        for token in letter["tokens"]:
            under[letter["to"][0], token].append(letter["id"])
    lost = community.expected - set(under)
    strange = set(under) - community.expected
    twice = sum(len(ids) > 1 for ids in under.values())
    under_two_names = sum(len(set(ids)) > 1 for ids in under.values())
    ids = [letter["id"] for letter in letters]
    print(
        f"\rkills {kills} · words expected {len(community.expected)} · letters taken {len(ids)} · "
        f"Message-IDs {len(set(ids))} · letters twice under one Message-ID "
        f"{len(ids) - len(set(ids))} · words lost {len(lost)} · words twice {twice}, under "
        f"different Message-IDs {under_two_names} · words nobody expected {len(strange)}"
    )
    return not lost and not strange and not under_two_names


def main() -> None:
    if sys.argv[1:2] == ["--sink"]:
        serve_mail(int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
        return
    sys.path.insert(0, str(HERE.parent / "src"))
    parser = argparse.ArgumentParser(description="Kill the worker, count the letters.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--members", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    sys.exit(not run(asked.kills, asked.members, asked.seed))


if __name__ == "__main__":
    main()
