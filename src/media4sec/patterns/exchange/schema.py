"""What a JSON file of ours looks like, for software: JSON Schema."""

from __future__ import annotations

from typing import Any

from media4sec.patterns.exchange.columns import COLUMNS, KINDS, Column


def schema() -> dict[str, Any]:
    """The file ``data/patterns-data.schema.json``; a test holds the two together."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Patterns and experiences of social media in public security",
        "type": "object",
        "required": ["table", "label", "exported", "items"],
        "properties": {
            "table": {"enum": list(COLUMNS)},
            "label": {"$ref": "#/$defs/label"},
            "exported": {"type": "string", "format": "date-time"},
            "exported_for": {"type": "string"},
            "licence": {"type": "string"},
            "items": {"type": "array"},
        },
        "allOf": [
            {
                "if": {"properties": {"table": {"const": table}}},
                "then": {"properties": {"items": {"items": {"$ref": f"#/$defs/{table}"}}}},
            }
            for table in COLUMNS
        ],
        "$defs": {
            "label": {"enum": _words("label")},
            **{table: _record(columns) for table, columns in COLUMNS.items()},
        },
    }


def _words(name: str) -> list[str]:
    return next(list(each.words) for each in COLUMNS["experiences"] if each.name == name)


def _record(columns: tuple[Column, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["title"],
        "additionalProperties": False,
        "properties": {column.name: _shape(column) for column in columns},
    }


def _shape(column: Column) -> dict[str, Any]:
    shape = dict(KINDS[column.kind].shape)
    if column.words and column.kind == "words":
        shape["items"] = {"enum": list(column.words)}
    elif column.words:
        shape = {"enum": ["", *column.words]}
    if column.is_told:
        shape["readOnly"] = True
    return shape
