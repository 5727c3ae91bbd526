"""The packs that ship with the software, and how a country's rulebook is put together."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from media4sec.assessments.packs import sealing
from media4sec.assessments.packs.layering import Provision, Rulebook, stack
from media4sec.assessments.packs.reading import read_pack
from media4sec.assessments.packs.schema import Layer, Pack
from media4sec.kit import law

FOLDER = Path(__file__).parent.parent / "data" / "packs"


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


@cache
def rulebook(country: str = "") -> Rulebook:
    """What all share, and what a country (``DE``) adds where we have its layer."""
    packs = shipped().values()
    wide = [pack for pack in packs if pack.pack.layer in {Layer.COE, Layer.EU}]
    own = [
        pack
        for pack in packs
        if pack.pack.layer == Layer.NATIONAL and pack.pack.jurisdiction == country
    ]
    return stack([*wide, *own], house=house_law())


@cache
def stamps(country: str = "") -> tuple[dict[str, str], ...]:
    """Every pack of a country's rulebook by name: id, version, and the hash of its words."""
    book = rulebook(country)
    return tuple(
        {
            "id": pack.pack.id,
            "version": pack.pack.version,
            "sha256": sealing.hash_of(sealing.words_of(pack, book.provisions)),
        }
        for pack in book.packs
    )


def countries() -> list[Pack]:
    """The national layers we have, by title."""
    national = [pack for pack in shipped().values() if pack.pack.layer == Layer.NATIONAL]
    return sorted(national, key=lambda pack: pack.pack.title)
