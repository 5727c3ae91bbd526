"""The signature of the house, under what people say of a version and under the record.

Members sign with their session; the house keeps what they signed and signs that it was so.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from media4sec.assessments.packs import sealing
from media4sec.assessments.services.chain import canonical


def sign(statement: dict[str, Any]) -> tuple[str, str]:
    """The statement as it is kept, and the signature over it, in hexadecimal digits."""
    words = canonical(statement)
    return words.decode(), _key(_path()).sign(words).hex()


def is_signed(words: str, signature: str, public: str = "") -> bool:
    """Whether these words were signed with this key; without one, with the key of this house."""
    return sealing.is_signed(words.encode(), signature, public or public_key())


def public_key() -> str:
    """What others check signatures of this house with, in 64 hexadecimal digits."""
    return sealing.public_part(_key(_path()))


def _path() -> Path:
    return Path(settings.HOME) / "packs" / "signing.key"


@lru_cache(maxsize=4)
def _key(path: Path) -> Any:
    sealing.make_key(path)
    return sealing.own_key(path)
