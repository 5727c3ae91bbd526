"""A worker that is killed loses no letter, and sends none twice under two names."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_ten_kills_lose_nothing(tmp_path):
    """``python -m bench.kills`` in small: an SMTP server, talk, and kills at random moments."""
    ours = {"DATABASE_URL", "PYTHONPATH"}  # it finds both by itself
    environment = {key: value for key, value in os.environ.items() if key not in ours}

    done = subprocess.run(
        [sys.executable, "-m", "bench.kills", "--kills", "10", "--members", "5"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "kills 10 · words expected 110 · " in done.stdout
    assert " · words lost 0 · " in done.stdout
