"""Whoever changes the evaluation or the packs writes a test for each new branch."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOM = HERE.parent


def test_every_branch_of_the_evaluation_and_of_packs_is_walked(tmp_path):
    tests = sorted([*HERE.glob("test_evaluation*.py"), *HERE.glob("test_packs*.py")])
    environment = os.environ | {"COVERAGE_FILE": str(tmp_path / "branches")}
    coverage = [sys.executable, "-m", "coverage"]
    include = f"--include={ROOM}/evaluation/*,{ROOM}/packs/*"
    tried = ["pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *map(str, tests)]

    ran = subprocess.run(  # noqa: S603 - our own tests
        [*coverage, "run", "--branch", include, "-m", *tried],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    report = subprocess.run(  # noqa: S603
        [*coverage, "report", "--show-missing", "--skip-covered", "--fail-under=100"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout
    assert report.returncode == 0, report.stdout
