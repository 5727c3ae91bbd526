"""CSV that no spreadsheet takes for a program, and files as people save them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from media4sec.kit.errors import Refused
from media4sec.patterns.exchange.columns import COLUMNS, Record, blank

#: What one file may bring.
MOST_ROWS = 1_000
MOST_BYTES = 3 * 1024 * 1024
_LONGEST_CELL = 100_000
#: With these a spreadsheet begins to reckon; an apostrophe before them makes a text of it.
_FORMULA = re.compile(r"'*[ ]*[=+\-@＝＋－＠]|'*[\t\r]")


def defused(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def restored(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def line(values: list[str]) -> str:
    """One line of a CSV file."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow(defused(value) for value in values)
    return out.getvalue()


def cells(table: str, record: Record) -> list[str]:
    """A record as the cells of its row."""
    return [column.write(record[column.name]) for column in COLUMNS[table]]


def record_of(table: str, row: dict[str, Any]) -> Record:
    """What a row says; what is not in it is blank. JSON brings values, CSV cells."""
    made = blank(table)
    for column in COLUMNS[table]:
        if column.name not in row:
            continue
        value = row[column.name]
        if isinstance(value, str) and column.kind != "text":
            value = column.read(value)
        if not column.takes(value) or "\x00" in str(value):
            raise Refused(_("“%(name)s” is not what it should be.") % {"name": column.name})
        made[column.name] = value
    return made


@dataclass(frozen=True)
class Table:
    """The rows of a file, by column, and what was not understood of its head."""

    rows: list[dict[str, Any]]
    unknown: list[str]
    missing: list[str]


def read_file(table: str, content: bytes) -> Table:
    """A CSV or JSON file as people save them; Refused with what to do otherwise."""
    if len(content) > MOST_BYTES:
        raise Refused(_("The file is larger than 3 MB. Bring it in parts."))
    text = _text(content)
    rows = list(_objects(text) if text.lstrip()[:1] in {"{", "["} else _rows(text))
    if not rows:
        raise Refused(_("There are no rows in this file."))
    known = {column.name for column in COLUMNS[table]}
    said = {name for row in rows for name in row}
    missing = [c.name for c in COLUMNS[table] if c.name not in said and not c.is_told]
    if "title" in missing:
        raise Refused(_("The file needs a column “title”. See how a file is made."))
    return Table(rows, sorted(said - known), missing)


def _text(content: bytes) -> str:
    for encoding in ("utf-16",) if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig",):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused(_("We cannot read the letters of this file. Save it as “CSV UTF-8”."))


def _objects(text: str) -> Iterator[dict[str, Any]]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(_("This is not JSON that we can read.")) from error
    items = said.get("items") if isinstance(said, dict) else said
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise Refused(_("The file needs a list of items."))
    if len(items) > MOST_ROWS:
        _refuse_length()
    yield from items


def _rows(text: str) -> Iterator[dict[str, str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    head: list[str] = []
    count = 0
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if not head:
                head = _head(row)
                continue
            count += 1
            if count > MOST_ROWS:
                _refuse_length()
            if len(row) > len(head) or any(len(cell) > _LONGEST_CELL for cell in row):
                raise Refused(
                    _("Line %(line)d has more cells than the first line, or a very long one.")
                    % {"line": reader.line_num}
                )
            yield {name: restored(cell) for name, cell in zip(head, row, strict=False) if name}
    except csv.Error as error:
        raise Refused(
            _("Line %(line)d is not CSV that we can read.") % {"line": reader.line_num}
        ) from error


def _refuse_length() -> None:
    raise Refused(
        _("One file brings at most %(most)d rows. Bring it in parts.") % {"most": MOST_ROWS}
    )


def _delimiter(text: str) -> str:
    """Semicolons where a comma parts whole and fraction: the first line tells."""
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").partition("\n")[0])
    return max(",;\t", key=first.count)


def _head(row: list[str]) -> list[str]:
    names = [restored(cell).strip().lower().replace(" ", "_") for cell in row]
    twice = sorted(name for name, count in Counter(names).items() if name and count > 1)
    if twice:
        raise Refused(_("The column “%(name)s” is there twice.") % {"name": twice[0]})
    return names
