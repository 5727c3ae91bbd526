"""The packs in force: those that ship with the software, and those that were published here.

A published file is looked for every few seconds, so that web server and worker notice a new one
by themselves. What cannot be used is left aside and told: the last good packs stay.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache, wraps
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from django.conf import settings

from media4sec.assessments.packs import sealing
from media4sec.assessments.packs.layering import Provision, Rulebook, stack
from media4sec.assessments.packs.reading import Broken, read_pack
from media4sec.assessments.packs.schema import Layer, Pack
from media4sec.kit import law

FOLDER = Path(__file__).parent.parent / "data" / "packs"
#: Seconds between two looks into the folder of published packs.
LOOK_EVERY = 3.0
#: The jurisdictions of layers that hold everywhere.
EVERYWHERE = {"COE", "EU"}

#: name of a file → when it was written, and how long it is
_Listing = Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class InForce:
    """What checks go by, until something in the folder changes."""

    #: Another one for each change: what was worked out under one does not hold under the next.
    number: int
    folder: Path
    listing: _Listing = field(repr=False)
    #: Every published file that could be read, by its name.
    files: Mapping[str, Pack] = field(repr=False)
    #: id → the pack that counts
    packs: Mapping[str, Pack] = field(repr=False)
    #: ids of those that were published here
    published: frozenset[str] = frozenset()
    #: What is wrong with published files, in sentences.
    faults: tuple[str, ...] = ()


_numbers = count(1)
_lock = Lock()
_held: InForce | None = None
_looked = 0.0

P = ParamSpec("P")
R = TypeVar("R")


def remembered(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Like ``lru_cache``, until other packs are in force."""

    def remember(work: Callable[P, R]) -> Callable[P, R]:
        @lru_cache(maxsize=most)
        def kept(_number: int, *said: Any) -> R:
            return work(*said)  # type: ignore[call-arg] # as they were said

        @wraps(work)
        def asked(*said: P.args, **named: P.kwargs) -> R:
            return kept(in_force().number, *said, *named.values())

        return asked

    return remember


@cache
def house_law() -> dict[str, Provision]:
    """The provisions of the house's own list, as findings show them."""
    return {
        key: Provision(
            key=key,
            name=each.name,
            says=each.says,
            url=each.url,
            is_soft=bool(each.instrument and each.instrument.is_soft),
            first=each.applies_from or (each.instrument.applies_from if each.instrument else None),
        )
        for key, each in law.provisions().items()
    }


@cache
def shipped() -> dict[str, Pack]:
    """Every pack in the data folder, by the name of its folder."""
    return {path.name: read_pack(path) for path in sorted(FOLDER.iterdir()) if path.is_dir()}


# What is in force


def folder() -> Path:
    """Where published packs and the key of this site lie."""
    return Path(settings.HOME) / "packs"


def in_force() -> InForce:
    """The packs that count now. Cheap: it looks into the folder every few seconds at most."""
    global _looked
    held, where = _held, folder()
    if held and held.folder == where:
        if time.monotonic() - _looked < LOOK_EVERY:
            return held
        if held.listing == _listing(where):
            _looked = time.monotonic()
            return held
        if not _lock.acquire(blocking=False):
            return held  # another thread reads them at this moment
    else:
        _lock.acquire()
    try:
        return _read(where)
    finally:
        _lock.release()


def look_again() -> InForce:
    """The same, without waiting for the next look."""
    global _looked
    _looked = float("-inf")
    return in_force()


def _read(where: Path) -> InForce:
    """With the lock held: read what changed, and remember it."""
    global _held, _looked
    before, listing = _held, _listing(where)
    if before and (before.folder, before.listing) == (where, listing):
        return before
    files, faults = _files(where, listing, before if before and before.folder == where else None)
    packs, more = _chosen(files.values())
    ours = {id(pack) for pack in shipped().values()}
    _held = InForce(
        number=next(_numbers),
        folder=where,
        listing=listing,
        files=files,
        packs=packs,
        published=frozenset(key for key, pack in packs.items() if id(pack) not in ours),
        faults=(*faults, *more),
    )
    _looked = time.monotonic()
    return _held


def _listing(where: Path) -> _Listing:
    try:
        seen = {path.name: path.stat() for path in where.iterdir() if path.suffix in _SUFFIXES}
    except FileNotFoundError:  # the folder, or a file that was just moved
        return {}
    return {name: (stat.st_mtime_ns, stat.st_size) for name, stat in seen.items()}


_SUFFIXES = {".json", sealing.WITHDRAWN, ".key"}


def _files(
    where: Path, listing: _Listing, before: InForce | None
) -> tuple[dict[str, Pack], list[str]]:
    """Every published pack that was not withdrawn; a broken file stays what it was before."""
    found, faults = dict[str, Pack](), list[str]()
    for name in sorted(name for name in listing if name.endswith(".json")):
        try:
            public = sealing.public_part(sealing.own_key(where / "signing.key"))
            if not sealing.is_withdrawn(where / name, public=public):
                found[name] = sealing.opened_file(where / name, public=public)
        except (Broken, OSError) as reason:
            faults.append(str(reason))
            if before and name in before.files:
                found[name] = before.files[name]
    return found, faults


def _chosen(published: Iterable[Pack]) -> tuple[dict[str, Pack], list[str]]:
    """id → the newest of each; where they do not fit together, as many as do."""
    packs = {pack.pack.id: pack for pack in shipped().values()}
    more = newest(packs, published)
    if not more:
        return packs, []
    try:
        fit(packs | more)
    except Broken:
        return _as_many_as_fit(packs, more)
    return packs | more, []


def newest(packs: Mapping[str, Pack], published: Iterable[Pack]) -> dict[str, Pack]:
    """Of what was published: what takes the place of a pack, or is added."""
    found: dict[str, Pack] = {}
    for pack in published:
        other = found.get(pack.pack.id) or packs.get(pack.pack.id)
        if other is None or pack.pack.numbers >= other.pack.numbers:
            found[pack.pack.id] = pack
    return found


def _as_many_as_fit(
    packs: dict[str, Pack], more: Mapping[str, Pack]
) -> tuple[dict[str, Pack], list[str]]:
    faults = []
    for key, pack in sorted(more.items(), key=lambda each: (each[1].pack.layer.depth, each[0])):
        try:
            fit(packs | {key: pack})
        except Broken as reason:
            faults.append(f"{pack.name} is not in force, for it does not fit. {reason}")
        else:
            packs = packs | {key: pack}
    return packs, faults


def fit(packs: Mapping[str, Pack]) -> None:
    """Raises Broken when the packs of some country do not hold together."""
    for code in ["", *sorted({pack.pack.jurisdiction for pack in packs.values()} - EVERYWHERE)]:
        _stacked(packs, code)


# Rulebooks


def _stacked(packs: Mapping[str, Pack], country: str) -> Rulebook:
    layers = [
        pack
        for pack in packs.values()
        if pack.pack.layer in {Layer.COE, Layer.EU}
        or pack.pack.jurisdiction == country
        or (pack.pack.layer == Layer.ORGANISATION and pack.pack.jurisdiction in EVERYWHERE)
    ]
    return stack(layers, house=house_law())


@remembered(64)
def rulebook(country: str = "") -> Rulebook:
    """What all share, what a country (``DE``) adds where we have its layer, and the house's own."""
    return _stacked(in_force().packs, country)


def book_of(pack: Pack) -> Rulebook:
    """The rules that a pack in force is a part of."""
    code = pack.pack.jurisdiction
    return rulebook("" if code in EVERYWHERE else code)


def stamps_of(book: Rulebook) -> tuple[dict[str, str], ...]:
    """Every pack of a rulebook by name: id, version, and the hash of its words."""
    return tuple(
        {
            "id": pack.pack.id,
            "version": pack.pack.version,
            "sha256": sealing.hash_of(sealing.words_of(pack, book.provisions)),
        }
        for pack in book.packs
    )


@remembered(64)
def stamps(country: str = "") -> tuple[dict[str, str], ...]:
    """The same of a country's rulebook."""
    return stamps_of(rulebook(country))


def countries() -> list[Pack]:
    """The national layers we have, by title."""
    national = [pack for pack in in_force().packs.values() if pack.pack.layer == Layer.NATIONAL]
    return sorted(national, key=lambda pack: pack.pack.title)
