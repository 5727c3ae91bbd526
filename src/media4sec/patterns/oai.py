"""OAI-PMH 2.0, as the protocol wants it said: requests read, answers written. Pure: no database.

http://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

OAI = "http://www.openarchives.org/OAI/2.0/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SPACES = {"": OAI, "oai_dc": OAI_DC, "dc": DC, "xsi": XSI}
PREFIX = "oai_dc"
#: What XML 1.0 cannot carry.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: verb → arguments it needs, and those it may have
VERBS: dict[str, tuple[set[str], set[str]]] = {
    "Identify": (set(), set()),
    "ListMetadataFormats": (set(), {"identifier"}),
    "ListSets": (set(), {"resumptionToken"}),
    "GetRecord": ({"identifier", "metadataPrefix"}, set()),
    "ListIdentifiers": ({"metadataPrefix"}, {"from", "until", "set", "resumptionToken"}),
    "ListRecords": ({"metadataPrefix"}, {"from", "until", "set", "resumptionToken"}),
}


class Wrong(Exception):  # noqa: N818 - reads as what happened
    """An error of the protocol: its code, and a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class Head:
    """What is said of a record that is gone, too."""

    identifier: str
    at: datetime
    sets: list[str]
    is_gone: bool = False


@dataclass(frozen=True)
class Record:
    head: Head
    #: (element of Dublin Core, text, language) in order; empty when it is gone
    dublin_core: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """A list somebody asks for, and where it goes on."""

    since: datetime | None = None
    until: datetime | None = None
    set: str = ""
    after: tuple[datetime, int] | None = None
    start: int = 0

    def token(self, last: tuple[datetime, int], start: int) -> str:
        """The same list, from after this record on."""
        said = [_day(self.since), _day(self.until), self.set, last[0].isoformat(), last[1], start]
        raw = json.dumps(said).encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")


# Reading


def read(pairs: Mapping[str, list[str]]) -> dict[str, str]:
    """The arguments of a request, each once and known; Wrong otherwise."""
    verbs = pairs.get("verb", [])
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise Wrong("badVerb", "Say one verb of the protocol.")
    said = {name: values[0] for name, values in pairs.items() if name != "verb"}
    needed, possible = VERBS[verbs[0]]
    unknown = sorted(said.keys() - needed - possible)
    twice = sorted(name for name, values in pairs.items() if len(values) > 1 or "\x00" in values[0])
    if unknown or twice:
        raise Wrong("badArgument", f"This verb does not take {(unknown + twice)[0][:50]!r} so.")
    if "resumptionToken" in said:
        if len(said) > 1:
            raise Wrong("badArgument", "A resumptionToken stands alone.")
    elif missing := sorted(needed - said.keys()):
        raise Wrong("badArgument", f"This verb needs {missing[0]!r}.")
    if said.get("metadataPrefix", PREFIX) != PREFIX:
        raise Wrong("cannotDisseminateFormat", "We have oai_dc.")
    return {"verb": verbs[0], **said}


def asked(said: Mapping[str, str]) -> Asked:
    """Which records, from the arguments or from a token of ours."""
    if "resumptionToken" in said:
        return _from_token(said["resumptionToken"])
    since, until = said.get("from", ""), said.get("until", "")
    if since and until and len(since) != len(until):
        raise Wrong("badArgument", "from and until have the same granularity.")
    first, last = _moment(since), _moment(until, is_end=True)
    if first and last and first > last:
        raise Wrong("badArgument", "from is not after until.")
    return Asked(first, last, said.get("set", ""))


def _moment(text: str, *, is_end: bool = False) -> datetime | None:
    """A day or a second; a day ends with its last second."""
    if not text:
        return None
    shape = "%Y-%m-%d" if len(text) == 10 else "%Y-%m-%dT%H:%M:%SZ"
    try:
        found = datetime.strptime(text, shape).replace(tzinfo=UTC)
        whole = timedelta(days=1) if len(text) == 10 else timedelta(seconds=1)
        return found + whole - timedelta(microseconds=1) if is_end else found
    except (ValueError, OverflowError) as error:
        raise Wrong(
            "badArgument", "Write dates like 2026-11-22 or 2026-11-22T09:30:00Z."
        ) from error


def _from_token(token: str) -> Asked:
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        since, until, name, at, pk, start = json.loads(raw)
        found = Asked(_read_day(since), _read_day(until), name, (_read_day(at), pk), start)  # type: ignore[arg-type]
    except (ValueError, TypeError, OverflowError) as error:
        raise Wrong("badResumptionToken", "This is no token of ours.") from error
    numbers = all(type(each) is int and 0 <= each < 2**63 for each in (pk, start))
    if not numbers or not isinstance(name, str) or "\x00" in name or found.after[0] is None:  # type: ignore[index]
        raise Wrong("badResumptionToken", "This is no token of ours.")
    return found


def _day(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _read_day(text: str) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


# Writing


def stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def answer(
    address: str, *, at: datetime, said: Mapping[str, str], parts: Iterable[ET.Element]
) -> bytes:
    """The whole document. Arguments are repeated only where they were understood."""
    root = ET.Element(f"{{{OAI}}}OAI-PMH")
    root.set(f"{{{XSI}}}schemaLocation", f"{OAI} {OAI}OAI-PMH.xsd")
    _add(root, "responseDate", stamp(at))
    request = _add(root, "request", address)
    for name, value in said.items():
        request.set(name, _writable(value))
    root.extend(parts)
    # Each time: whoever else writes XML may have taken the empty prefix since.
    for prefix, space in _SPACES.items():
        ET.register_namespace(prefix, space)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="utf-8")


def error(wrong: Wrong) -> ET.Element:
    made = ET.Element(f"{{{OAI}}}error", code=wrong.code)
    made.text = _writable(str(wrong))
    return made


def identify(*, name: str, address: str, email: str, earliest: datetime) -> ET.Element:
    made = ET.Element(f"{{{OAI}}}Identify")
    _add(made, "repositoryName", name)
    _add(made, "baseURL", address)
    _add(made, "protocolVersion", "2.0")
    _add(made, "adminEmail", email)
    _add(made, "earliestDatestamp", stamp(earliest))
    _add(made, "deletedRecord", "persistent")
    _add(made, "granularity", "YYYY-MM-DDThh:mm:ssZ")
    return made


def formats() -> ET.Element:
    made = ET.Element(f"{{{OAI}}}ListMetadataFormats")
    one = _add(made, "metadataFormat")
    _add(one, "metadataPrefix", PREFIX)
    _add(one, "schema", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd")
    _add(one, "metadataNamespace", OAI_DC)
    return made


def sets(rows: Iterable[tuple[str, str]]) -> ET.Element:
    made = ET.Element(f"{{{OAI}}}ListSets")
    for name, title in rows:
        one = _add(made, "set")
        _add(one, "setSpec", name)
        _add(one, "setName", title)
    return made


def records(verb: str, rows: Iterable[Record], token: ET.Element | None = None) -> ET.Element:
    """The answer to GetRecord, ListRecords and ListIdentifiers."""
    made = ET.Element(f"{{{OAI}}}{verb}")
    for row in rows:
        if verb == "ListIdentifiers":
            made.append(_head(row.head))
            continue
        one = _add(made, "record")
        one.append(_head(row.head))
        if not row.head.is_gone:
            _add(one, "metadata").append(_dublin_core(row))
    if token is not None:
        made.append(token)
    return made


def token_of(text: str, *, start: int, whole: int) -> ET.Element:
    """Where the list goes on; empty on its last page."""
    made = ET.Element(f"{{{OAI}}}resumptionToken")
    made.set("completeListSize", str(whole))
    made.set("cursor", str(start))
    made.text = text or None
    return made


def _head(head: Head) -> ET.Element:
    made = ET.Element(f"{{{OAI}}}header")
    if head.is_gone:
        made.set("status", "deleted")
    _add(made, "identifier", head.identifier)
    _add(made, "datestamp", stamp(head.at))
    for name in head.sets:
        _add(made, "setSpec", name)
    return made


def _dublin_core(record: Record) -> ET.Element:
    made = ET.Element(f"{{{OAI_DC}}}dc")
    made.set(f"{{{XSI}}}schemaLocation", f"{OAI_DC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd")
    for name, text, language in record.dublin_core:
        one = ET.SubElement(made, f"{{{DC}}}{name}")
        one.text = _writable(text)
        if language:
            one.set(_LANG, language)
    return made


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    made = ET.SubElement(parent, f"{{{OAI}}}{name}")
    made.text = _writable(text) if text is not None else None
    return made


def _writable(text: Any) -> str:
    return _UNWRITABLE.sub("", str(text))
