"""Checks of the demo community, begun and answered through the services."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from media4sec.assessments import services
from media4sec.assessments.services import Said
from media4sec.kit.clock import pretend
from media4sec.kit.content import read_rows
from media4sec.kit.town import Town

FILE = Path(__file__).parent / "data" / "en" / "demo" / "checks.toml"
#: Nobody shall take one for a plan of theirs.
MADE_UP = "Demo: this plan was made up, to show how a check looks."


def furnish(town: Town) -> None:
    for row in read_rows(FILE, "check"):
        if row["by"] in town.people:
            _check(town, row)


def _check(town: Town, row: dict[str, Any]) -> None:
    by = town.people[row["by"]]
    with pretend(town.today - timedelta(days=row["days_ago"])):
        check = services.begin(
            by=by,
            title=row["title"],
            description=f"{row['description']}\n\n{MADE_UP}",
            activity=row["activity"],
        )
    with pretend(town.today - timedelta(days=row["days_ago"], hours=-1)):
        for question, value in row["answers"].items():
            said = tuple(value) if isinstance(value, list) else value
            services.answer(check, question, Said(said), by=by)
