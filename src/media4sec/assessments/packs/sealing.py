"""A published pack, sealed: its words and its sources as canonical JSON, a hash and a signature.

What is sealed never changes: by the hash, a report of five years ago says which rules it used.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from media4sec.assessments.packs.checking import sources_named
from media4sec.assessments.packs.layering import Provision
from media4sec.assessments.packs.reading import Broken, pack_from_json
from media4sec.assessments.packs.schema import Pack, canonical

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def words_of(pack: Pack, provisions: Mapping[str, Provision]) -> bytes:
    """What is sealed: the pack, and every source it names as it was understood on that day."""
    named = sorted({key for _place, key in sources_named(pack)})
    sources = {key: _plain(provisions[key]) for key in named}
    return _bytes({"pack": canonical(pack), "provisions": sources})


def _plain(provision: Provision) -> dict[str, Any]:
    said = asdict(provision)
    return {name: _day(value) for name, value in said.items() if value not in (None, "", False)}


def _day(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _bytes(said: object) -> bytes:
    """Canonical: keys in order, no spaces, UTF-8. Packs hold no numbers but whole ones."""
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def hash_of(words: bytes) -> str:
    return hashlib.sha256(words).hexdigest()


# The key


def make_key(path: Path) -> None:
    """The key this site signs packs with, for its own user only; one that is there stays."""
    from cryptography.hazmat.primitives import serialization as form  # noqa: PLC0415 - slow
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

    if path.exists():
        return
    made = ed25519.Ed25519PrivateKey.generate().private_bytes(
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(made)


def own_key(path: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - slow
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    if not path.exists():
        raise Broken(f"{path}: there is no key, for nothing was published here yet.")
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except ValueError:
        key = None
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise Broken(f"{path}: this is not a key of ours. Put the right one back from a backup.")
    return key


def public_part(key: Ed25519PrivateKey) -> str:
    """What others check a signature with, in 64 hexadecimal digits."""
    return key.public_key().public_bytes_raw().hex()


# Sealing and opening


def seal(pack: Pack, provisions: Mapping[str, Provision], key: Ed25519PrivateKey) -> bytes:
    """The file of a published pack."""
    return _sealed(words_of(pack, provisions), key)


def _sealed(words: bytes, key: Ed25519PrivateKey) -> bytes:
    proof = {
        "sha256": hash_of(words),
        "signature": key.sign(words).hex(),
        "public_key": public_part(key),
    }
    return _bytes(json.loads(words) | {"seal": proof}) + b"\n"


def opened(sealed: bytes, *, public: str, where: str) -> Pack:
    """The pack of a sealed file. Raises Broken if a byte was changed, or another key signed it."""
    said = _unsealed(sealed, public=public, where=where)
    if "pack" not in said:
        raise Broken(f"{where}: this is not a published pack.")
    return pack_from_json(json.dumps(said["pack"]), where=where)


def opened_file(path: Path, *, public: str) -> Pack:
    """The same of a file, which is called as its pack is."""
    pack = opened(path.read_bytes(), public=public, where=path.name)
    if path.name != _name_of(pack.pack.id, pack.pack.version):
        raise Broken(f"{path.name}: {pack.name} is in it. Give the file its own name back.")
    return pack


def _name_of(pack_id: str, version: str) -> str:
    return f"{pack_id}-{version}.json"


def _unsealed(sealed: bytes, *, public: str, where: str) -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads(sealed)
        proof = said.pop("seal")
        words, signature = _bytes(said), bytes.fromhex(proof["signature"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Broken(f"{where}: this is not a published pack.") from None
    if proof.get("public_key") != public:
        raise Broken(f"{where}: another key signed it.")
    if proof.get("sha256") != hash_of(words) or not is_signed(words, signature.hex(), public):
        raise Broken(f"{where}: it was changed after it was published. Publish it again.")
    return said


def is_signed(words: bytes, signature: str, public: str) -> bool:
    """Whether a key signed these words; key and signature in hexadecimal digits."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - slow
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

    try:
        key = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), words)
    except (InvalidSignature, ValueError):
        return False
    return True


def publish(
    pack: Pack, provisions: Mapping[str, Provision], *, folder: Path, key: Ed25519PrivateKey
) -> Path:
    """Write the sealed file, once for each version. Raises Broken when its words have changed."""
    path = folder / _name_of(pack.pack.id, pack.pack.version)
    if is_withdrawn(path, public=public_part(key)):
        raise Broken(f"{pack.name} was withdrawn, and stays so. Give the pack a new version.")
    if path.exists():
        _refuse_other_words(path, words_of(pack, provisions), public_part(key))
        return path
    folder.mkdir(parents=True, exist_ok=True)
    _write(path, seal(pack, provisions, key))
    return path


def _write(path: Path, words: bytes) -> None:
    """Whole, or not at all."""
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(words)
    unfinished.replace(path)


# Withdrawing

#: The note beside a published file that was taken out of force; the file stays as it is.
WITHDRAWN = ".withdrawn"


def withdraw(
    pack_id: str, version: str, *, folder: Path, key: Ed25519PrivateKey, day: date
) -> None:
    """Note, signed, that a version counts no more."""
    path = folder / _name_of(pack_id, version)
    if not path.exists():
        raise Broken(f"{pack_id} {version} was not published here.")
    if is_withdrawn(path, public=public_part(key)):
        raise Broken(f"{pack_id} {version} was withdrawn before.")
    said = {"withdrawn": path.name, "on": day.isoformat()}
    _write(path.with_suffix(WITHDRAWN), _sealed(_bytes(said), key))


def is_withdrawn(path: Path, *, public: str) -> bool:
    """Whether a note of ours says so. Raises Broken when the note is not as it was written."""
    return withdrawn_on(path, public=public) is not None


def withdrawn_on(path: Path, *, public: str) -> date | None:
    note = path.with_suffix(WITHDRAWN)
    if not note.exists():
        return None
    said = _unsealed(note.read_bytes(), public=public, where=note.name)
    if said.get("withdrawn") != path.name:
        raise Broken(f"{note.name}: this is the note of another pack.")
    return date.fromisoformat(str(said.get("on")))


def _refuse_other_words(path: Path, words: bytes, public: str) -> None:
    sealed = path.read_bytes()
    opened(sealed, public=public, where=path.name)
    if json.loads(sealed)["seal"]["sha256"] != hash_of(words):
        raise Broken(
            f"{path.name} is published with other words, and what is published stays. "
            "Give the pack a new version."
        )
