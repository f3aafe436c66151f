"""Run every case in turn, round after round, and print medians beside the references of the same run."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.benchmark import cases, crashes, damage, estimators, history, measure
from tests.benchmark.cases import Case, Figures, Goal, Place

_MOST_HOSTS = 1000
_HEADINGS = ("", "wall ms", "CPU ms", "peak MiB", "ratio", "goal", "holds")


def main() -> None:
    """Measure and print; or simulate forecasts (`estimators`), kill processes (`crashes`), damage files (`damage`)."""
    for name, other in (("estimators", estimators.main), ("crashes", crashes.main), ("damage", damage.main)):
        if sys.argv[1:2] == [name]:
            other(sys.argv[2:])
            return
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="how often each case is run (15)")
    parser.add_argument("--only", metavar="SUBSTRING", default="", help="only the cases whose names hold this")
    parser.add_argument("--quick", action="store_true", help="without the cases of many accounts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder), 16 if options.quick else _MOST_HOSTS) as place:
        asked = [
            each
            for each in (*cases.cases(place), *history.cases(place))
            if options.only in each.name and not (options.quick and each.many)
        ]
        every = [*cases.references(place), *asked]
        runs: dict[str, list[Figures]] = {each.name: [] for each in every}
        for number in range(options.rounds):
            _progress(f"round {number + 1} of {options.rounds}")
            for each in every:
                runs[each.name].append(_run(each, place.folder))
        _progress("")
        sys.stdout.write(f"medians of {options.rounds}; https trusts {' '.join(place.trust)}\n\n")
        sys.stdout.write(_table(every, {name: _median(figures) for name, figures in runs.items()}))


@contextmanager
def _served(folder: Path, hosts: int) -> Iterator[Place]:
    command = [sys.executable, "-m", "tests.benchmark.server", str(folder), str(hosts)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            ports = json.loads(server.stdout.readline() if server.stdout else "")
            directory = folder / "certs"
            trust = {"SSL_CERT_DIR": directory} if directory.exists() else {"SSL_CERT_FILE": folder / "ca.pem"}
            yield Place(folder, ports, {name: str(value) for name, value in trust.items()})
        finally:
            server.terminate()


def _run(case: Case, folder: Path) -> Figures:
    out, err = folder / "out", folder / "err"
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", **case.variables}
    done = subprocess.run(
        [sys.executable, "-I", "-S", measure.__file__, out, err, *case.command],
        check=True,
        stdout=subprocess.PIPE,
        env=environment,
    )
    status, wall, cpu, peak = json.loads(done.stdout)
    try:
        right = status == case.status and case.right(out.read_text(encoding="utf-8"))
    except (ValueError, LookupError):
        right = False
    if not right:
        _progress(f"wrong: {case.name}: status {status}: {err.read_text(encoding='utf-8')[:200]}\n")
    return Figures(wall, cpu, peak / 1024, right)


def _median(runs: Sequence[Figures]) -> Figures:
    return Figures(
        median(run.wall for run in runs),
        median(run.cpu for run in runs),
        median(run.peak for run in runs),
        all(run.right for run in runs),
    )


def _table(every: Sequence[Case], medians: Mapping[str, Figures]) -> str:
    rows = [_HEADINGS]
    for case in every:
        figures = medians[case.name]
        row = (case.name, f"{figures.wall * 1000:.1f}", f"{figures.cpu * 1000:.1f}", f"{figures.peak:.1f}")
        first, *others = [_judged(goal, figures, medians) for goal in case.goals] or [("", "", "")]
        rows.append((*row, *(first if figures.right else (*first[:2], "WRONG"))))
        rows += [("", "", "", "", *other) for other in others]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(_line(row, widths) for row in rows)


def _judged(goal: Goal, figures: Figures, medians: Mapping[str, Figures]) -> tuple[str, str, str]:
    ratio = goal.ratio(figures, medians)
    if ratio is None:
        return "", str(goal), "not measured"
    return f"{ratio:.2f}", str(goal), "yes" if ratio <= goal.factor else "NO"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.rjust(width) if 0 < place < 5 else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip() + "\n"


def _progress(text: str) -> None:
    if sys.stderr.isatty() or text.endswith("\n"):
        sys.stderr.write(f"\r\033[K{text}" if sys.stderr.isatty() else text)
        sys.stderr.flush()


if __name__ == "__main__":
    main()
