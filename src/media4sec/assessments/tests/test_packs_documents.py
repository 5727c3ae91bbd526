"""The page on writing packs names every field there is."""

import re
from pathlib import Path

import pytest

from media4sec.assessments.packs import schema

PAGE = Path(__file__).parents[4] / "docs/develop/packs.md"
parts = [
    schema.Head, schema.Instrument, schema.Source, schema.Risk, schema.Safeguard, schema.Cut,
    schema.Authorisation, schema.Document, schema.RedLine, schema.Activity, schema.Question,
    schema.Option, schema.Rule, schema.Effect, schema.Condition, schema.Pack,
]  # fmt: skip


@pytest.mark.parametrize("part", parts)
def test_the_page_on_packs_names_every_field(part):
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    named = set(re.findall(r"`([a-z_]+)`", "\n".join(rows)))

    assert {field.alias or name for name, field in part.model_fields.items()} - named == set()
