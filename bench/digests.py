"""A week's digests for a large community: rows a second, and the most memory it took.

    python -m bench.digests [--members 50000] [--topics 3]

Everybody is in one circle in which some discussions were started; the letters are due, and are
worded and handed to a mail server that takes them without a word.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description="A week's digests for many members.")
    parser.add_argument("--members", type=int, default=50_000)
    parser.add_argument("--topics", type=int, default=3)
    asked = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parent.parent / "src"))
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "MEDIA4SEC_HOME": folder,
            "DATABASE_URL": os.environ.get("DATABASE_URL")
            or f"sqlite:///{Path(folder) / 'digests.sqlite3'}",
            "MEDIA4SEC_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "media4sec.config.settings",
        }
        import django  # noqa: PLC0415 - the environment comes first

        django.setup()
        run(asked.members, asked.topics)


def run(members: int, topics: int) -> None:
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db.models import F  # noqa: PLC0415

    from media4sec.digests import reading, writing  # noqa: PLC0415
    from media4sec.digests.models import Notice  # noqa: PLC0415
    from media4sec.kit import outbox  # noqa: PLC0415
    from media4sec.kit.models import Letter  # noqa: PLC0415

    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    call_command("migrate", verbosity=0)
    _populate(members, topics)
    print(f"{members:,} members · {_memory()} MB before")
    began = time.monotonic()
    notices = reading.read_log()
    _say("notices written", notices, began)
    Notice.objects.update(mail_at=F("mail_at") - timedelta(days=8))
    began = time.monotonic()
    letters = writing.write_letters()
    _say("letters written", letters, began)
    began, handled = time.monotonic(), 0
    while some := outbox.send_due():
        handled += some
        print(f"\r{handled:,} of {letters:,}", end="", flush=True)
    print("\r", end="")
    _say("letters worded and handed over", handled, began)
    sent = Letter.objects.filter(state=Letter.State.SENT).count()
    print(f"{sent:,} of {members:,} sent · {_memory()} MB at most")
    sys.exit(sent != members)


def _populate(members: int, topics: int) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from media4sec.digests.models import Bookmark  # noqa: PLC0415
    from media4sec.discussions import services  # noqa: PLC0415
    from media4sec.members.models import Member, Membership  # noqa: PLC0415
    from media4sec.members.tests.factories import (  # noqa: PLC0415
        CircleFactory,
        MemberFactory,
    )

    author, moment = MemberFactory(), timezone.now()
    circle = CircleFactory(members=[author])
    for start in range(0, members, 5_000):
        people = Member.objects.bulk_create(
            Member(email=f"m{number}@example.org", name=f"Member {number}", confirmed_at=moment)
            for number in range(start, min(start + 5_000, members))
        )
        Membership.objects.bulk_create(
            Membership(member=each, circle=circle, since=moment) for each in people
        )
    Bookmark.objects.create(pk=1)
    for number in range(topics):
        services.start_topic(
            by=author,
            circle=circle,
            title=f"What to do about rumours, part {number}",
            body="A rumour spreads at night and nobody is at the desk. What do you do?",
            label="TLP:GREEN",
        )


def _say(what: str, rows: int, began: float) -> None:
    took = time.monotonic() - began
    print(f"{rows:,} {what} in {took:.1f} s · {rows / took:,.0f} a second · {_memory()} MB at most")


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
