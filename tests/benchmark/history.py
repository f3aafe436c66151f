"""The cost of the history: of recording, of forecasts from a long past, and of an answer from a while ago."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from credcheck.history import import_export
from credcheck.history.store import Store
from tests.benchmark.cases import PROVIDERS, TYPER, Case, Goal, Place

_HOURS = 365 * 24
_LONG = 20  # accounts with a year of hours
_NONE = {"CREDCHECK_HISTORY": ""}


def cases(place: Place) -> Iterator[Case]:
    """Yield each case after the same without a history."""
    program = [str(Path(sys.executable).with_name("credcheck"))]
    one = place.configure("history-one", [place.url("http", delay=200)])
    five = place.configure("history-five", [place.url("https", host=number, delay=200) for number in range(5)])
    yield from _pair("one at 200 ms, --json", [*program, PROVIDERS[0], "--json"], one, 0.010, _db(place, "one"))
    yield from _pair("five at 200 ms, table", [*program, "all"], five, 0.010, _db(place, "five"))
    twenty = place.configure("history-twenty", [place.url("https", host=n, delay=200) for n in range(_LONG)])
    long = _filled(place, "twenty", [f"account-{number}" for number in range(_LONG)])
    yield from _pair("20 with a year of hours", [*program, "all", "--json"], twenty, 0.040, long)
    thousand = place.configure("history-1000", [place.url("https", host=n % 16, delay=200) for n in range(1000)])
    yield from _pair("1000 accounts", [*program, "all", "--json"], thousand, 0.060, _db(place, "1000"), many=True)
    recent = {**one, **_filled(place, "recent", [PROVIDERS[0]])}
    # Only a check makes an answer: an import tells neither the key nor which balances belong together.
    environment = {"PATH": os.environ["PATH"], "HOME": str(place.folder), **recent}
    subprocess.run([*program, PROVIDERS[0], "--json"], check=True, stdout=subprocess.DEVNULL, env=environment)
    hit = [*program, PROVIDERS[0], "--format", "value", "--max-age", "5h"]
    is_number: Callable[[str], bool] = lambda out: bool(re.fullmatch(r"[0-9]+\n", out))  # noqa: E731
    yield Case("--max-age, a hit in the history", hit, is_number, variables=recent, goals=[Goal(1.3, TYPER)])


def _pair(
    name: str,
    command: list[str],
    variables: Mapping[str, str],
    cost: float,
    history: Mapping[str, str],
    *,
    many: bool = False,
) -> Iterator[Case]:
    without, goals = f"{name}, no history", [Goal(1, f"{name}, no history", after=cost)]
    yield Case(without, command, variables={**variables, **_NONE}, many=many)
    yield Case(f"{name}, history", command, variables={**variables, **history}, goals=goals, many=many)


def _db(place: Place, name: str) -> dict[str, str]:
    return {"CREDCHECK_HISTORY": str(place.folder / f"history-{name}.db")}


def _filled(place: Place, name: str, accounts: list[str]) -> dict[str, str]:
    """Make a history of a year that ends a moment ago; return the variable that names it."""
    variables = _db(place, name)
    store = Store(Path(variables["CREDCHECK_HISTORY"]), seconds=5)
    now = datetime.now(UTC)
    for account in accounts:
        provider = account if account in PROVIDERS else "pixelcut"
        import_export.add(store, (_line(account, provider, now, hours) for hours in range(_HOURS, -1, -1)), now)
    store.database.close()
    return variables


def _line(account: str, provider: str, now: datetime, hours: int) -> str:
    at = (now - timedelta(hours=hours)).isoformat()
    return f"{account}\t{provider}\tcredits\tcredits\t{at}\t{hours % 700 * 3 + hours % 5 + 1}\t\n"
