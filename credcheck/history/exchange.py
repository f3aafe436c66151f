"""Samples as lines of text, for other programs and other machines."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from credcheck.errors import UsageError
from credcheck.history.samples import Name, Owner, Sample

if TYPE_CHECKING:
    from credcheck.history.store import Store

HEADER = ("account", "provider", "balance", "unit", "at", "amount", "total")
# Every amount of an answer is shorter, and the square of a longer one is too large for a forecast.
_NUMBER = re.compile(r"-?[0-9]{1,110}(\.[0-9]{1,300})?")
_CLOCKS_DIFFER = timedelta(minutes=5)  # of two machines
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def exported(store: "Store", owners: Iterable[Owner] | None = None) -> Iterator[str]:
    """Yield a header line and a line for each sample of these accounts, or of all."""
    yield _line(HEADER)
    for series in store.series(owners):
        for at, amount, total in store.samples(series.id):
            moment = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            yield _line([*map(_escaped, series.name), moment, f"{amount:f}", "" if total is None else f"{total:f}"])


def add(store: "Store", lines: Iterable[str], now: datetime) -> int:
    """Add the samples in these lines, all or none, and return their number; one that is there already stays.

    Raises UsageError with the number of the first line that is malformed, or whose moment is to come.
    """
    numbers: dict[Name, int] = {}
    count = 0

    def rows() -> Iterator[tuple[int, int, str, str | None]]:
        nonlocal count
        for name, sample in parsed(lines, now):
            if name not in numbers:
                numbers[name] = store.number(name)
            count += 1
            yield store.row(numbers[name], sample)

    with store.database.change():
        store.database.run_each("INSERT OR IGNORE INTO sample VALUES (?, ?, ?, ?)", rows())
        for series in numbers.values():
            store.tidy(series, now)
    return count


def parsed(lines: Iterable[str], now: datetime) -> Iterator[tuple[Name, Sample]]:
    """Yield the samples in these lines, none of them later than `now`; raises UsageError."""
    for number, line in enumerate(lines, start=1):
        fields = line.rstrip("\r\n").split("\t")
        if fields == [""] or (number == 1 and fields == list(HEADER)):
            continue
        if len(fields) != len(HEADER):
            raise _malformed(number, f"{len(fields)} fields instead of {len(HEADER)}: {', '.join(HEADER)}")
        account, provider, balance, unit, at, amount, total = fields
        if not account or not provider or not balance:
            raise _malformed(number, "an account, a provider and a balance are needed")
        name = Name(*map(_unescaped, (account, provider, balance, unit)))
        moment = _moment(at, number)
        if moment > now + _CLOCKS_DIFFER:
            raise _malformed(number, "the moment is to come")
        yield name, Sample(moment, _amount(amount, number), _amount(total, number) if total else None)


def _moment(text: str, line: int) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo and at.year >= 1970:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):  # of a moment before or after all years
        pass
    raise _malformed(line, "the moment is not one like 2026-11-20T13:00:00Z")


def _amount(text: str, line: int) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise _malformed(line, "the amount is not a number like 12.50")
    return Decimal(text)


def _malformed(line: int, problem: str) -> UsageError:
    return UsageError(f"line {line}: {problem}; nothing is imported")


def _line(fields: Iterable[str]) -> str:
    return "\t".join(fields) + "\n"


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    plain = {escape: character for character, escape in _ESCAPES.items()}
    return re.sub(r"\\.", lambda found: plain.get(found[0], found[0]), text)
