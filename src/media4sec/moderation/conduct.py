"""The rules and laws that decisions refer to, by version."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from media4sec.moderation.models import Decision

FILE = Path(__file__).parent / "data" / "en" / "code_of_conduct.toml"


@cache
def _conduct() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))


@cache
def references() -> dict[str, str]:
    """Every reference one may give, ``rules@2026-1#names``, and what it says."""
    version = _conduct()["version"]
    rows = [("rules", each) for each in _conduct()["clause"]]
    rows += [("law", each) for each in _conduct()["law"]]
    return {f"{ground}@{version}#{each['id']}": each["title"] for ground, each in rows}


def ground_of(reference: str) -> str:
    """Law or house rules, as the reference says."""
    known = {Decision.Ground.LAW: "law@", Decision.Ground.RULES: "rules@"}
    return next((str(g) for g, start in known.items() if reference.startswith(start)), "")


def said(reference: str) -> str:
    """A reference in words; an old one whose words are gone by its name."""
    return references().get(reference, reference)
