"""New rules for tests: the shipped EU pack, changed and published here."""

from collections.abc import Callable
from datetime import date
from typing import Any

from media4sec.assessments.packs import sealing, shelf
from media4sec.assessments.packs.reading import pack_from
from media4sec.assessments.packs.schema import Pack, canonical

EU = "media4sec.eu-base"
Change = Callable[[dict[str, Any]], None]


def changed(change: Change | None = None, version: str = "0.2.0", **head: Any) -> Pack:
    """The shipped EU rules under another version."""
    said = canonical(shelf.shipped()["eu-base"])
    if change:
        change(said)
    said["pack"] |= {"version": version, "checked": date(2026, 11, 21), **head}
    return pack_from(said, where="eu")


def publish(*packs: Pack) -> Any:
    """In force from now on; the file of the last one."""
    folder = shelf.folder()
    sealing.make_key(folder / "signing.key")
    key = sealing.own_key(folder / "signing.key")
    codes = [pack.pack.jurisdiction for pack in shelf.countries()]
    books = [shelf.rulebook(code).provisions for code in codes]
    provisions = {key: each for book in books for key, each in book.items()}
    paths = [sealing.publish(pack, provisions, folder=folder, key=key) for pack in packs]
    shelf.look_again()
    return paths[-1]


def withdraw(pack_id: str, version: str) -> None:
    key = sealing.own_key(shelf.folder() / "signing.key")
    day = date(2026, 11, 22)
    sealing.withdraw(pack_id, version, folder=shelf.folder(), key=key, day=day)
    shelf.look_again()


def brings(activity: str, **what: Any) -> Change:
    """One more rule: what an activity calls for."""

    def change(said: dict[str, Any]) -> None:
        effect = {"sources": ["ECHR.8"], **what}
        said["rules"].append({"id": "T1", "when": {"activity": [activity]}, "effects": [effect]})

    return change
