"""Is a document as it left the house? Pure: no database, no clock, no settings.

Whoever has the file, the record and the public key finds out, on any machine. What is checked is
written down in docs/operate/checks.md, so that others can do it without this code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from media4sec.assessments.packs.sealing import is_signed

#: What stands before the first line of a record.
BEGINNING = "0" * 64
DOCUMENT, RECORD = "media4sec.check.document", "media4sec.check.record"


def canonical(said: object) -> bytes:
    """As it is hashed and signed: keys in order, no spaces, UTF-8. It holds no fractions."""
    words = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return words.encode()


def sha256(said: object) -> str:
    return hashlib.sha256(canonical(said)).hexdigest()


@dataclass(frozen=True)
class Finding:
    holds: bool
    sentence: str


def yes(sentence: str) -> Finding:
    return Finding(True, sentence)


def no(sentence: str) -> Finding:
    return Finding(False, sentence)


# Files


def read(data: bytes) -> dict[str, Any] | None:
    """The words of a file of ours; None for anything else, and for a copy written otherwise."""
    try:
        said = json.loads(data)
        is_ours = isinstance(said, dict) and said.get("format") in {DOCUMENT, RECORD}
        return said if is_ours and canonical(said) == data else None
    except (ValueError, RecursionError):
        return None


def check_file(data: bytes, *, public: str = "") -> list[Finding]:
    """What holds of a data file, and what does not, in sentences. ``public``: the key to trust;
    without it the key that the file names, which proves no more than that the file is in one
    piece."""
    said = read(data)
    if said is None:
        return [no("This is no data file of a check, or a byte of it was changed.")]
    try:
        return [*_findings(said, public)]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return [no("The file lacks a part that every file of ours has. It was changed.")]


def _findings(said: dict[str, Any], public: str) -> Iterator[Finding]:
    proof = said["seal"]
    key = public or proof["public_key"]
    body = {name: value for name, value in said.items() if name != "seal"}
    if proof["public_key"] != key.lower():
        yield no("Another key signed the file than the one you gave.")
    if is_signed_by(key, canonical(body), proof["signature"]):
        yield yes("The file is, byte for byte, as the house signed it.")
    else:
        yield no("The file is not as the house signed it: something in it was changed.")
    if "version" in body:
        yield from _check_version(body)
        yield from _check_signatures(body, key)
    if "record" in body:
        yield from check_record(body["record"], key)
    if not public:
        yield yes(
            f"The key was taken from the file: {key}. Compare it with the one the house shows "
            "on its page for checking documents, or give it with --key."
        )


# The version and the signatures on it


def _check_version(body: Mapping[str, Any]) -> Iterator[Finding]:
    version = body["version"]
    name = f"Version {version['number']}"
    if sha256(version["content"]) == version["sha256"]:
        yield yes(f"{name} has the hash it is named by: {version['sha256']}.")
    else:
        yield no(f"{name} has another hash than the one it is named by.")
    sent = [
        line
        for line in body["record"]["lines"]
        if line["action"] == "sent" and line["thing"] == f"version:{version['number']}"
    ]
    if not any(line["facts"].get("sha256") == version["sha256"] for line in sent):
        yield no(f"The record knows no {name.lower()} with this hash.")


def _check_signatures(body: Mapping[str, Any], key: str) -> Iterator[Finding]:
    count, faults = 0, 0
    for name, words in (("opinions", "words"), ("decisions", "reason")):
        for number, each in enumerate(body[name], start=1):
            fault = _fault(each, words, body["version"], key)
            count += 1
            if fault:
                faults += 1
                yield no(f"{name[:-1].capitalize()} {number}: {fault}")
    noted = {line["facts"].get("sha256") for line in body["record"]["lines"]}
    missing = [
        each
        for name in ("opinions", "decisions")
        for each in body[name]
        if sha256(each["statement"]) not in noted
    ]
    if missing:
        yield no(f"The record does not know {len(missing)} of the signed statements.")
    if not faults:
        yield yes(
            f"{count} signed statements: each on this version, with the words that were signed."
        )


def _fault(each: Mapping[str, Any], words: str, version: Mapping[str, Any], key: str) -> str:
    if not is_signed_by(key, each["statement"].encode(), each["signature"]):
        return "its signature does not fit."
    said = json.loads(each["statement"])
    about = (said["check"], said["version"], said["sha256"])
    if about != (version["check"], version["number"], version["sha256"]):
        return "it was signed on another version."
    if said[words] != sha256(each[words]):
        return "its words are not those that were signed."
    names = ("role", "advice", "decision", "attested", "evidence", "by")
    shown = {name: each[name] for name in names if name in each}
    if any(said[name] != value for name, value in shown.items() if name in said):
        return "what stands beside it is not what was signed."
    return ""


def is_signed_by(public: str, words: bytes, signature: str) -> bool:
    """Whether this key signed them; the signature in small digits, for it can be written in one
    way only."""
    return (
        signature.isalnum()
        and signature == signature.lower()
        and is_signed(words, signature, public)
    )


# The record


def check_record(record: Mapping[str, Any], public: str) -> list[Finding]:
    lines, seals = record["lines"], record["seals"]
    at = broken_at(record, public)
    if at:
        return [no(f"The record is broken at line {at}.")]
    said = [yes(f"The record is whole: {len(lines)} lines, each with the hash of the one before.")]
    if seals:
        last, many = seals[-1], "1 seal holds" if len(seals) == 1 else f"{len(seals)} seals hold"
        said.append(
            yes(f"{many}: up to line {last['seq']} nothing was changed since {last['at']}.")
        )
    else:
        said.append(yes("It carries no seal yet: the house seals records once a day."))
    return said


def broken_at(record: Mapping[str, Any], public: str) -> int:
    """The first line that is not as it was written, or lacks; 0 when the record is whole."""
    lines, seals = record["lines"], record["seals"]
    previous = BEGINNING
    for number, line in enumerate(lines, start=1):
        if not _is_next(line, number, previous, record["check"]):
            return number
        previous = line["hash"]
    before = 0
    for seal in seals:
        if not _seals(seal, lines, public) or seal["seq"] <= before:
            return min(max(int(seal["seq"]), 1), len(lines) + 1)
        if seal["check"] != record["check"]:
            return int(seal["seq"])
        before = seal["seq"]
    return 0


def _is_next(line: Mapping[str, Any], number: int, previous: str, check: int) -> bool:
    words = {name: value for name, value in line.items() if name != "hash"}
    is_placed = line["seq"] == number and line["previous"] == previous and line["check"] == check
    return is_placed and sha256(words) == line["hash"]


def _seals(seal: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], public: str) -> bool:
    words = {name: value for name, value in seal.items() if name != "signature"}
    if not 1 <= seal["seq"] <= len(lines) or lines[seal["seq"] - 1]["hash"] != seal["hash"]:
        return False
    return is_signed_by(public, canonical(words), seal["signature"])


# A document of another format


def check_against(data: bytes, record: Mapping[str, Any]) -> Finding:
    """Whether a record tells of these very bytes."""
    found = hashlib.sha256(data).hexdigest()
    for line in record["lines"]:
        if line["action"] == "exported" and line["facts"].get("sha256") == found:
            return yes(f"Line {line['seq']} of the record tells of this very file ({line['at']}).")
    return no("No line of the record tells of this file: it is another one, or it was changed.")
