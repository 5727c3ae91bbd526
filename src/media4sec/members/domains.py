"""Which organisation an email address belongs to: by its domain, exactly or below it.

Pure: no database. ``evilpolice.example`` is not ``police.example``, and an address
anybody can get for the asking says nothing about who they are.
"""

import re
from collections.abc import Iterable
from pathlib import Path

_DATA = Path(__file__).parent / "data"
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def _listed(name: str) -> frozenset[str]:
    lines = (_DATA / name).read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


#: Where everybody gets an address, and under which endings everybody can register.
FREEMAIL, SHARED_ENDINGS = _listed("freemail.txt"), _listed("shared-endings.txt")


def domain_of(address: str) -> str:
    """The domain of an email address, as written in DNS; "" when there is none."""
    return normal(address.rpartition("@")[2]) if "@" in address else ""


def normal(domain: str) -> str:
    """Lower case, ASCII, without a last dot; "" when it is no domain of an organisation."""
    try:
        name = domain.strip().rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    labels = name.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return ""
    return name


def can_prove(domain: str) -> bool:
    """Whether an address of this domain can prove an organisation at all."""
    return (
        bool(domain)
        and not any(_is_within(domain, provider) for provider in FREEMAIL)
        and domain not in SHARED_ENDINGS
    )


def belongs(address: str, domains: Iterable[str]) -> bool:
    """Whether the address is of one of these domains, or of one below it."""
    domain = domain_of(address)
    return can_prove(domain) and any(_is_within(domain, normal(each)) for each in domains)


def _is_within(domain: str, parent: str) -> bool:
    return bool(parent) and (domain == parent or domain.endswith(f".{parent}"))
