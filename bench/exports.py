"""Files of many experiences: rows a second, and how much memory they take; a deck of 60 cards;
and a file of 100,000 rows that somebody brings.

    python -m bench.exports [--many 20000]

Memory is what the process grew meanwhile, at its highest. Linux only: it tells such things.
"""

import argparse
import time
from pathlib import Path

from bench.catalogue import _prepare

TOO_LONG = 100_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=20_000)
    arguments = parser.parse_args()
    _prepare()
    import django  # noqa: PLC0415 - settings first

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from bench import catalogue_world as world  # noqa: PLC0415

    settings.ALLOWED_HOSTS, settings.DEBUG = ["*"], False
    me = world.begin()
    world.add(arguments.many)
    client = Client()
    client.force_login(me, backend="media4sec.members.sessions.SignIn")
    client.get("/patterns/export/")
    for ending in ("csv", "json"):
        _take(client, ending)
    _print_deck(client, me)
    _bring(client)


def _take(client, ending: str) -> None:
    before, began, size, rows = _lowest(), time.process_time(), 0, 0
    for part in client.get(f"/patterns/export/experiences.{ending}").streaming_content:
        size, rows = size + len(part), rows + 1
    spent = time.process_time() - began
    print(
        f"{ending}: {rows:,} parts, {size / 2**20:.1f} MB in {spent:.1f} s "
        f"({rows / spent:,.0f} a second), memory +{_grown(before)} MB"
    )


def _print_deck(client, me) -> None:
    from media4sec.patterns import services  # noqa: PLC0415
    from media4sec.patterns.models import MOST_CARDS, Pattern  # noqa: PLC0415

    deck = services.make_deck(by=me, title="Sixty cards", label="TLP:CLEAR", attribution="named")
    for pattern in Pattern.objects.order_by("pk")[:MOST_CARDS]:
        services.put_in(deck, pattern, by=me)
    for layout in ("cards", "slides", "sheet"):
        before, began = _lowest(), time.process_time()
        response = client.get(f"/patterns/decks/{deck.pk}/{layout}.pdf")
        assert response.content.startswith(b"%PDF"), response.status_code
        print(
            f"deck of {deck.cards.count()} cards as {layout}: "
            f"{time.process_time() - began:.2f} s of processor, "
            f"{len(response.content) / 1024:.0f} kB, memory +{_grown(before)} MB"
        )


def _bring(client) -> None:
    """Two files that are too long: one within the 3 MB, one far above."""
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    for cell in ("a short row", "a longer row " * 20):
        content = ("title\n" + f"{cell}\n" * TOO_LONG).encode()
        file = SimpleUploadedFile("many.csv", content, "text/csv")
        before, began = _lowest(), time.process_time()
        response = client.post("/patterns/import/experiences/", {"file": file})
        assert response.status_code == 422, response.status_code
        print(
            f"a file of {TOO_LONG:,} rows ({len(content) / 2**20:.1f} MB) is refused in "
            f"{time.process_time() - began:.2f} s, memory +{_grown(before)} MB"
        )


def _lowest() -> int:
    """What the process takes now, in MB; its highest begins anew from here."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _grown(before: int) -> int:
    return max(0, _status("VmHWM") - before)


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(name))


if __name__ == "__main__":
    main()
