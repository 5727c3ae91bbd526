"""What one evaluation costs: processor time on the EU rules, of the largest worked scenario.

    python -m bench.assessments [--rounds 300]

Told as milliseconds, and as a ratio to reading the same result back from its JSON, which moves
with the machine. Ends with 1 when the median is slower than allowed.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

MOST_MILLISECONDS = 3.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    rounds = parser.parse_args().rounds
    os.environ.setdefault("MEDIA4SEC_HOME", tempfile.mkdtemp(prefix="assessments-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "media4sec.config.settings")
    sys.path.insert(0, str(Path(__file__).parent.parent / "src"))
    measure(rounds)


def measure(rounds: int) -> None:
    from media4sec.assessments.evaluation import evaluate  # noqa: PLC0415 - settings first
    from media4sec.assessments.packs.reading import plain_yaml  # noqa: PLC0415
    from media4sec.assessments.packs.schema import UNKNOWN  # noqa: PLC0415
    from media4sec.assessments.packs.shelf import FOLDER, countries, rulebook  # noqa: PLC0415

    files = sorted((FOLDER.parent / "scenarios").glob("*.yaml"))
    scenarios = [plain_yaml(path.read_text("utf-8"), where=path.name) for path in files]
    largest = max(scenarios, key=lambda scenario: len(scenario["answers"]))
    answers = {k: tuple(v) if isinstance(v, list) else v for k, v in largest["answers"].items()}
    nothing_known = {each.id: UNKNOWN for each in rulebook().whole.questions}
    day, activity = rulebook().heads[0].checked, largest["activity"]

    read = json.dumps(json.loads(evaluate(rulebook(), activity, answers, day).as_bytes()))
    yardstick = _median(lambda: json.loads(read), rounds)
    rows = [(f"EU rules, {len(answers)} answers", "", answers)]
    rows += [("EU rules, nothing is known", "", nothing_known)]
    rows += [(f"{pack.pack.title}, too", pack.pack.jurisdiction, answers) for pack in countries()]
    worst = 0.0
    for name, country, said in rows:
        book = rulebook(country)
        found = _median(lambda book=book, said=said: evaluate(book, activity, said, day), rounds)
        print(f"{name:<32} {found:6.2f} ms   {found / yardstick:6.1f} × reading its result")
        worst = max(worst, found)
    result = evaluate(rulebook(), activity, answers, day)
    print(f"{'its canonical bytes':<32} {_median(result.as_bytes, rounds):6.2f} ms")
    if worst > MOST_MILLISECONDS:
        raise SystemExit(f"An evaluation takes {worst:.2f} ms; {MOST_MILLISECONDS} are allowed.")


def _median(work: Callable[[], object], rounds: int) -> float:
    """Milliseconds of the processor, without what others do meanwhile."""
    times = []
    for _round in range(rounds):
        began = time.process_time()
        work()
        times.append(1000 * (time.process_time() - began))
    return statistics.median(times)


if __name__ == "__main__":
    main()
