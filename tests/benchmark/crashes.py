"""Record a history in twenty processes at once, kill them one after the other, and count the samples."""

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random

_PROCESSES = 20
# Records amounts that nobody else records, and says so of each that is kept.
_WRITER = """
import os, sys, time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from credcheck.history.store import Store
from credcheck.models import Balance, Reading, Result
path, number = Path(sys.argv[1]), sys.argv[2]
store = Store(path, seconds=30)
for count in range(1, 1_000_000):
    balance = Balance(id="USD", amount=Decimal(f"{number}.{count:06}"), unit="USD", is_main=True)
    result = Result(account="acme", provider="acme", outcome=Reading((balance,)), checked_at=datetime.now(UTC))
    store.record([result])
    os.write(1, f"{balance.amount}\\n".encode())
    time.sleep(0.05)
"""


def main(arguments: Sequence[str]) -> None:
    """Run, and print the counts."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark crashes", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long (60)")
    parser.add_argument("--kills", type=int, default=200, help="how often one is killed (200)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        told, found, sound, killed = crash(Path(folder), seconds=options.seconds, kills=options.kills)
    lost, untold = len(told - found), len(found - told)
    most_untold = killed + _PROCESSES
    sys.stdout.write(
        f"{_PROCESSES} processes, {killed} killed: {len(told)} samples reported as kept, {len(found)} found;"
        f" {lost} lost, {untold} kept by a process that was killed before it said so;"
        f" integrity_check ok {sound} times of {killed + 1}\n"
    )
    raise SystemExit(lost > 0 or untold > most_untold or sound <= killed)


def crash(folder: Path, *, seconds: float, kills: int) -> tuple[set[str], set[str], int, int]:
    """Return the samples that were reported, those that are found, and how often the file was sound after a kill."""
    path, random = folder / "history.db", Random(1)  # noqa: S311  no secret
    writers = [_writer(path, folder, number) for number in range(1, _PROCESSES + 1)]
    sound, started, end = 0, _PROCESSES, time.monotonic() + seconds
    for kill in range(kills):
        time.sleep(max(0.0, (end - time.monotonic()) / (kills - kill)))
        victim = random.randrange(_PROCESSES)
        _kill(writers[victim])
        sound += _is_sound(path)
        started += 1
        writers[victim] = _writer(path, folder, started)
    for writer in writers:
        _kill(writer)
    told = {line for file in folder.glob("told-*") for line in file.read_text().split("\n")[:-1]}
    with closing(sqlite3.connect(path)) as connection:
        found = {amount for (amount,) in connection.execute("SELECT amount FROM sample")}
    return told, found, sound + _is_sound(path), kills


def _writer(path: Path, folder: Path, number: int) -> subprocess.Popen[bytes]:
    with (folder / f"told-{number}").open("wb") as told:
        return subprocess.Popen([sys.executable, "-c", _WRITER, path, str(number)], stdout=told)


def _kill(writer: subprocess.Popen[bytes]) -> None:
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()


def _is_sound(path: Path) -> bool:
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))
