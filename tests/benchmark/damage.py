"""Damage histories at random: after two checks each works on or was moved aside, and no command is at a loss."""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from credcheck.errors import HistoryBroken, HistoryError
from credcheck.history import report
from credcheck.history.damage import set_aside
from credcheck.history.recording import Recording
from credcheck.history.samples import Owner
from credcheck.history.store import Store
from credcheck.models import Balance, Reading, Result

_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
_PAGE = 4096
_ACCOUNTS = ("acme", "other", "third")


def main(arguments: Sequence[str]) -> None:
    """Damage so many histories, and print what became of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark damage", description=__doc__)
    parser.add_argument("--files", type=int, default=1500, help="how many (1500)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    random = Random(options.seed)  # noqa: S311  no secret
    with tempfile.TemporaryDirectory() as folder:
        sound = _sound(Path(folder))
        found = Counter(_fate(Path(folder) / str(number), sound, random) for number in range(options.files))
    for fate, count in found.most_common():
        sys.stdout.write(f"{count:6} {fate}\n")
    raise SystemExit(any(fate.startswith("BAD") for fate in found))


def _sound(folder: Path) -> bytes:
    path = folder / "history.db"
    store = Store(path, seconds=5, now=lambda: _NOON)
    for hour in range(600, 0, -1):
        store.record([_result(account, 1000 + hour, _NOON - timedelta(hours=hour)) for account in _ACCOUNTS])
    store.database.close()
    return path.read_bytes()


def _result(account: str, amount: int, at: datetime) -> Result:
    balance = Balance(id="credits", amount=Decimal(amount), unit="credits", is_main=True)
    return Result(account=account, provider="acme", outcome=Reading((balance,)), checked_at=at)


def _damaged(content: bytes, random: Random) -> bytes:
    """Return the content with one bit turned, bytes or a page overwritten, two pages changed round, or cut."""
    data, at = bytearray(content), random.randrange(len(content))
    page, other = (random.randrange(len(content) // _PAGE) * _PAGE for _ in range(2))
    match random.randrange(6):
        case 0:
            data[at if random.random() < 0.5 else random.randrange(_PAGE)] ^= 1 << random.randrange(8)
        case 1:
            data[at : at + 20] = random.randbytes(20)
        case 2:
            data[page : page + _PAGE] = bytes(_PAGE)
        case 3:
            data[page : page + _PAGE] = random.randbytes(_PAGE)
        case 4:
            data[page : page + _PAGE], data[other : other + _PAGE] = (
                data[other : other + _PAGE],
                data[page : page + _PAGE],
            )
        case _:
            del data[at:]
    return bytes(data)


def _fate(folder: Path, sound: bytes, random: Random) -> str:
    folder.mkdir()
    path = folder / "history.db"
    path.write_bytes(_damaged(sound, random))
    problems = [_check(path, number) for number in range(2)]
    aside = any("broken" in one.name for one in folder.iterdir())
    if isinstance(problems[1], BaseException) or problems[1]:
        named = "names another file" if "is not a history" in str(problems[1]) or "newer" in str(problems[1]) else "BAD"
        return f"{named}: {str(problems[1])[:60].replace(str(path), 'FILE')}"
    try:
        _read(path)
    except HistoryBroken:
        return "moved aside by `history`" if set_aside(path, seconds=1) else "BAD: not moved aside by `history`"
    except HistoryError as problem:
        return f"BAD: a check works, `history` does not: {problem.message.replace(str(path), 'FILE')}"
    except Exception as fault:  # noqa: BLE001  what is looked for
        return f"BAD: {type(fault).__name__} in `history`"
    return "moved aside" if aside else "works on"


def _check(path: Path, number: int) -> str | None:
    """Record as two checks of a day do; return the trouble that remains after the second."""
    now = _NOON + timedelta(hours=number)
    recording = Recording(path, [(account, "acme") for account in _ACCOUNTS], now=lambda: now)
    results = recording.with_forecasts([_result(account, 990, now) for account in _ACCOUNTS])
    recording.keep(results, {Owner(account, "acme"): "key" for account in _ACCOUNTS})
    recording.close()
    return recording.problem


def _read(path: Path) -> None:
    store = Store(path, seconds=1, now=lambda: _NOON + timedelta(hours=2))
    with closing(store.database):
        report.balance_histories(store, None, since=_NOON - timedelta(days=30), now=_NOON + timedelta(hours=2))
        store.counts()
