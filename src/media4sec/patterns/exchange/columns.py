"""The columns of both tables, and how each is written into a cell and read from one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from media4sec.kit import typed
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Face
from media4sec.members.models import Group
from media4sec.patterns.models import (
    EMMIE,
    PARTS,
    Actor,
    Evidence,
    Experience,
    LawKind,
    Outcome,
    Pattern,
    Phase,
    Platform,
    Relation,
    Size,
    Variation,
)

Record = dict[str, Any]
#: How well it is known, as a word.
LEVELS = {level.name.lower(): level.value for level in Evidence}


@dataclass(frozen=True)
class Kind:
    """How a value of this kind stands in a cell, and in a JSON Schema."""

    blank: Any
    write: Callable[[Any], str]
    read: Callable[[str], Any]
    shape: dict[str, Any]


@dataclass(frozen=True)
class Column:
    name: str
    kind: str
    #: The words it may have, where they are fixed.
    words: tuple[str, ...] = ()
    #: Written only: whoever reads a file back takes it from elsewhere, or nothing.
    is_told: bool = False

    def write(self, value: Any) -> str:
        return KINDS[self.kind].write(value)

    def read(self, cell: str) -> Any:
        return KINDS[self.kind].read(cell)

    def takes(self, value: Any) -> bool:
        """Whether a value of JSON is of the kind it should be; its words are judged later."""
        return _fits(KINDS[self.kind].shape, value)


def _fits(shape: dict[str, Any], value: Any) -> bool:
    """As much of JSON Schema as our own kinds need."""
    if "enum" in shape:
        return value in shape["enum"]
    types = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    if not any(type(value) is _TYPES[each] for each in types):
        return False
    if isinstance(value, list):
        return all(_fits(shape["items"], each) for each in value)
    if isinstance(value, dict):
        parts = shape["properties"]
        return value.keys() == parts.keys() and all(_fits(parts[k], value[k]) for k in parts)
    return not isinstance(value, int) or value >= shape.get("minimum", 0)


_TYPES = {
    "string": str,
    "integer": int,
    "null": type(None),
    "boolean": bool,
    "array": list,
    "object": dict,
}


def _lines(cell: str) -> list[str]:
    return [line.strip() for line in cell.splitlines() if line.strip()]


def _words(cell: str) -> list[str]:
    return [word for each in re.split(r"[;,\n]", cell) if (word := each.strip())]


_LARGEST = 999_999_999


def _number(cell: str) -> int | None:
    if not cell.strip():
        return None
    found = typed.number(cell.strip(), most=_LARGEST)
    if found is None:
        raise Refused(_("“%(cell)s” is not a number.") % {"cell": cell[:30]})
    return found


def _flag(cell: str) -> bool:
    if cell.strip().lower() not in {"yes", "no", ""}:
        raise Refused(_("“%(cell)s” is neither yes nor no.") % {"cell": cell[:30]})
    return cell.strip().lower() == "yes"


_NOTE = re.compile(r"(\w+): (.*) \[([^\[\]]*)\]", re.DOTALL)
_SOURCE = re.compile(r"(.*) <([^<>]*)>", re.DOTALL)
_RELATION = re.compile(r"(\w+) ([-\w]+): ?(.*)", re.DOTALL)


def _note(line: str) -> Record:
    found = _NOTE.fullmatch(line)
    if not found:
        raise Refused(_("Write a legal note like this: care: with names. [GDPR.5]"))
    return {"kind": found[1], "text": found[2], "provisions": _words(found[3])}


def _source(line: str) -> Record:
    found = _SOURCE.fullmatch(line)
    return {"text": found[1], "url": found[2]} if found else {"text": line, "url": ""}


def _relation(line: str) -> Record:
    found = _RELATION.fullmatch(line)
    if not found:
        raise Refused(_("Write a relation like this: before webcare: Plan first."))
    return {"how": found[1], "to": found[2], "because": found[3]}


def _objects(**properties: Any) -> dict[str, Any]:
    item = {"type": "object", "required": list(properties), "properties": properties}
    return {"type": "array", "items": {**item, "additionalProperties": False}}


_TEXT: dict[str, Any] = {"type": "string"}
_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT}
KINDS = {
    "text": Kind("", str, str, _TEXT),
    "lines": Kind([], "\n".join, _lines, _TEXTS),
    "words": Kind([], "; ".join, _words, _TEXTS),
    "number": Kind(
        None,
        lambda value: "" if value is None else str(value),
        _number,
        {"type": ["integer", "null"], "minimum": 0},
    ),
    "flag": Kind(False, lambda value: "yes" if value else "no", _flag, {"type": "boolean"}),
    "notes": Kind(
        [],
        lambda notes: "\n".join(
            f"{each['kind']}: {each['text']} [{', '.join(each['provisions'])}]" for each in notes
        ),
        lambda cell: [_note(line) for line in _lines(cell)],
        _objects(kind={"enum": LawKind.values}, text=_TEXT, provisions=_TEXTS),
    ),
    "sources": Kind(
        [],
        lambda sources: "\n".join(f"{each['text']} <{each['url']}>" for each in sources),
        lambda cell: [_source(line) for line in _lines(cell)],
        _objects(text=_TEXT, url=_TEXT),
    ),
    "relations": Kind(
        [],
        lambda rows: "\n".join(f"{each['how']} {each['to']}: {each['because']}" for each in rows),
        lambda cell: [_relation(line) for line in _lines(cell)],
        _objects(how={"enum": Relation.values}, to=_TEXT, because=_TEXT),
    ),
}


def _of(choices: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in choices.values)


_EVIDENCE = (
    Column("evidence", "text", tuple(LEVELS)),
    *(
        column
        for box in EMMIE
        for column in (
            Column(box, "text"),
            Column(f"{box}_quality", "number"),
            Column(f"{box}_sources", "lines"),
        )
    ),
)
_WHERE = (
    Column("actors", "words", _of(Actor)),
    Column("platforms", "words", _of(Platform)),
    Column("phases", "words", _of(Phase)),
    Column("language", "text"),
)
COLUMNS: dict[str, tuple[Column, ...]] = {
    "patterns": (
        Column("slug", "text"),
        Column("title", "text"),
        Column("summary", "text"),
        Column("context", "text"),
        Column("therefore", "text"),
        Column("forces", "lines"),
        Column("steps", "lines"),
        Column("limits", "lines"),
        Column("law", "notes"),
        Column("sources", "sources"),
        Column("themes", "words"),
        *_WHERE,
        Column("group", "text"),
        Column("related", "relations"),
        *_EVIDENCE,
        Column("is_group", "flag", is_told=True),
        Column("origin", "text", _of(Pattern.Origin), is_told=True),
        Column("state", "text", _of(Pattern.State), is_told=True),
        Column("version", "number", is_told=True),
        Column("picture", "text", is_told=True),
        Column("picture_shows", "text", is_told=True),
        Column("published", "text", is_told=True),
        Column("changed", "text", is_told=True),
        Column("address", "text", is_told=True),
        Column("label", "text", _of(Label), is_told=True),
    ),
    "experiences": (
        Column("title", "text"),
        Column("did", "text"),
        Column("happened", "text"),
        Column("outcome", "text", _of(Outcome)),
        *(Column(part, "text") for part in PARTS),
        Column("patterns", "words"),
        Column("after", "number"),
        Column("variation", "text", _of(Variation)),
        Column("themes", "words"),
        Column("face", "text", _of(Face)),
        Column("country", "text"),
        Column("place", "text"),
        Column("size", "text", _of(Size)),
        Column("groups", "words", _of(Group)),
        *_WHERE,
        *_EVIDENCE,
        Column("label", "text", _of(Label)),
        Column("attribution", "text", _of(Attribution)),
        Column("contact", "text", _of(Experience.Contact)),
        Column("number", "number", is_told=True),
        Column("state", "text", _of(Experience.State), is_told=True),
        Column("version", "number", is_told=True),
        Column("reviewed_version", "number", is_told=True),
        Column("review_by", "text", is_told=True),
        Column("by", "text", is_told=True),
        Column("told", "text", is_told=True),
        Column("changed", "text", is_told=True),
        Column("address", "text", is_told=True),
    ),
}


def blank(table: str) -> Record:
    """A record in which nothing is said."""
    made: Record = {}
    for column in COLUMNS[table]:
        empty = KINDS[column.kind].blank
        made[column.name] = list(empty) if isinstance(empty, list) else empty
    return made
