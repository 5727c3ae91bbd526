"""Patterns and experiences as tables and as JSON: what each column says. Pure: no database.

A *record* is a flat dictionary. JSON keeps it as it is; CSV writes lists into a cell, one
entry a line. Both ways give the same record back: docs/develop/patterns-data.md.
"""

from media4sec.patterns.exchange.columns import COLUMNS, Column, Record, blank
from media4sec.patterns.exchange.schema import schema
from media4sec.patterns.exchange.table import (
    MOST_BYTES,
    MOST_ROWS,
    Table,
    cells,
    line,
    read_file,
    record_of,
)

__all__ = [
    "COLUMNS",
    "MOST_BYTES",
    "MOST_ROWS",
    "Column",
    "Record",
    "Table",
    "blank",
    "cells",
    "line",
    "read_file",
    "record_of",
    "schema",
]
