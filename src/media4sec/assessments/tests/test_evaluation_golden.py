"""Seven worked scenarios of the EU rules hold, and give the same bytes whoever asks."""

import hashlib
import os
import random
import subprocess
import sys
from datetime import date

import pytest

from media4sec.assessments.evaluation import Outcome, evaluate, keys
from media4sec.assessments.packs.reading import plain_yaml
from media4sec.assessments.packs.shelf import FOLDER, countries, house_law, rulebook
from media4sec.assessments.tests.small import everything_needed

SCENARIOS = {
    path.stem: plain_yaml(path.read_text("utf-8"), where=path.name)
    for path in sorted((FOLDER.parent / "scenarios").glob("*.yaml"))
}
DAY = date(2026, 11, 22)
SHUFFLED = random.Random(0)
each_scenario = pytest.mark.parametrize("name", SCENARIOS)


def answers_of(scenario, shuffled):
    items = [
        (key, tuple(v) if isinstance(v, list) else v) for key, v in scenario["answers"].items()
    ]
    shuffled.shuffle(items)
    return {
        key: tuple(shuffled.sample(value, len(value))) if isinstance(value, tuple) else value
        for key, value in items
    }


def result_of(name, evidence=None):
    scenario = SCENARIOS[name]
    return evaluate(rulebook(), scenario["activity"], answers_of(scenario, SHUFFLED), DAY, evidence)


def in_words(result) -> str:
    """The outcome as the scenarios tell it."""
    if any(line.kind == "absolute" for line in result.red_lines):
        return "BLOCKED (absolute red line)"
    missing = sorted({gate for line in result.red_lines for gate in line.missing})
    if missing:
        return f"BLOCKED until gates met: {', '.join(missing)}"
    if result.outcome == Outcome.CONSULT:
        return "consult supervisory authority / add safeguards"
    return str(result.outcome)


def test_there_are_seven():
    assert len(SCENARIOS) == 7


@each_scenario
def test_a_worked_scenario_holds(name):
    expected = SCENARIOS[name]["expected"]
    before = result_of(name)
    after = result_of(name, everything_needed(before))

    assert {
        "regime": before.regime,
        "red_lines": {line.key: line.kind for line in before.red_lines},
        "outcome": in_words(before),
        "outcome_with_all_safeguards_evidenced": in_words(after),
        "authorisations": keys(before.authorisations),
        "documents": keys(before.documents),
        "wp248": list(before.criteria),
        "gross": {row.key: list(row.gross) for row in before.risks},
        "residual_with_all_safeguards": {row.key: list(row.residual) for row in after.risks},
    } == expected


@each_scenario
def test_the_order_of_answers_changes_no_byte(name):
    assert len({result_of(name).as_bytes() for _each in range(5)}) == 1


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_with_other_hashes_finds_the_same_bytes(seed):
    script = (
        "from media4sec.assessments.tests.test_evaluation_golden import digest\nprint(digest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}

    elsewhere = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )

    assert elsewhere.stdout.strip() == digest()


def digest() -> str:
    """All results of all scenarios in one number."""
    return hashlib.sha256(b"\n".join(result_of(name).as_bytes() for name in SCENARIOS)).hexdigest()


def test_every_rulebook_that_ships_holds_together():
    for country in ["", *(pack.pack.jurisdiction for pack in countries())]:
        assert rulebook(country).provisions.keys() >= house_law().keys()
        assert len(rulebook(country).heads) == (2 if country else 1)


def test_a_country_that_has_no_layer_shares_the_wide_ones():
    assert rulebook("XX").heads == rulebook().heads


def test_countries_are_listed_by_title():
    titles = [pack.pack.title for pack in countries()]

    assert titles == sorted(titles) != []
