"""Samples as lines of text, for other programs and other machines."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from credcheck.errors import UsageError
from credcheck.history import thinning
from credcheck.history.samples import CLOCKS_DIFFER, Name, Owner, Sample, moment, stamp
from credcheck.models import Period

if TYPE_CHECKING:
    from credcheck.history.store import Store

# Of an amount that was spent, `period` is the beginning of its period; a file of an earlier version has none.
HEADER = ("account", "provider", "balance", "unit", "at", "amount", "total", "period")
_BEFORE_PERIODS = HEADER[:-1]
_NO_PERIOD = "unknown"
# Every amount of an answer is shorter, and the square of a longer one is too large for a forecast.
_NUMBER = re.compile(r"-?[0-9]{1,110}(\.[0-9]{1,300})?")
# Lines do not tell which balance is the account's main one, unless it has no other.
_NO_MAIN = 1
_ONLY_ONE = """
UPDATE series SET place = 0 WHERE place > 0 AND (
    SELECT count(*) FROM series AS other WHERE other.account = series.account AND other.provider = series.provider
) = 1
"""
_ADD = "INSERT OR IGNORE INTO sample (series, at, amount, total, period) VALUES (?, ?, ?, ?, ?)"
# As a check would have it that finds a month's budget; the next one says better.
_IS_SPENT = "UPDATE series SET kind = 'spent', resets_at = ? WHERE id = ? AND last_at IS NULL"
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def exported(store: "Store", owners: Iterable[Owner] | None = None) -> Iterator[str]:
    """Yield a header line and a line for each sample of these accounts, or of all."""
    yield _line(HEADER)
    for series in store.series(owners):
        is_spent = series.balance is not None and series.balance.spent is not None
        for at, amount, total, period in store.samples(series.id):
            since = _shown(period) if period else _NO_PERIOD * is_spent
            yield _line(
                [*map(_escaped, series.name), _shown(at), f"{amount:f}", "" if total is None else f"{total:f}", since]
            )


def _shown(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Added(NamedTuple):
    """The numbers of samples of an import: new ones, and ones that the history had before."""

    new: int
    known: int


class _SeriesBefore:
    """A series as it was before samples are added."""

    def __init__(self, number: int, kept: Sequence[Sample], thinned_until: datetime) -> None:
        self.number = number
        self._kept, self._thinned_until = kept, thinned_until
        self._not_kept: dict[int, set[datetime]] = defaultdict(set)

    def look_at(self, sample: Sample) -> None:
        """Note a sample that is neither kept nor was left out: inside of a run, or not the last of an old day."""
        place = self._place(sample.at)
        after = self._kept[place] if place < len(self._kept) else None
        if after:
            is_thinned = sample.at < self._thinned_until and after.at.date() == sample.at.date()
            in_run = place > 0 and self._kept[place - 1][1:] == sample[1:] == after[1:]
            if after.at == sample.at or is_thinned or in_run:
                return
        self._not_kept[place].add(sample.at)

    def new(self, kept: Iterable[Sample]) -> int:
        """Return how many of the samples are new, from those that are kept now.

        If nothing came between two samples of before, all that was given there has been left out before, too.
        """
        before = {sample.at for sample in self._kept}
        places = {self._place(sample.at) for sample in kept if sample.at not in before}
        return sum(len(self._not_kept[place]) for place in places)

    def _place(self, at: datetime) -> int:
        return bisect_left(self._kept, at, key=attrgetter("at"))


def add(store: "Store", lines: Iterable[str], now: datetime) -> Added:
    """Add the samples in these lines, all or none; one whose moment has a sample already changes nothing.

    Raises UsageError with the number of the first line that is malformed, or whose time is in the future.
    """
    found: dict[Name, _SeriesBefore] = {}
    count = new = 0

    def rows() -> Iterator[tuple[int, int, str, str | None, int | None]]:
        nonlocal count
        for name, sample, is_spent in parsed(lines, now):
            if name not in found:
                number = store.number(name, place=_NO_MAIN)
                if is_spent:
                    store.database.run(_IS_SPENT, (stamp(Period.of(now).end), number))
                found[name] = _SeriesBefore(number, store.samples(number), thinning.kept_whole_from(now))
            count += 1
            found[name].look_at(sample)
            yield store.row(found[name].number, sample)

    with store.database.change():
        store.database.run_each(_ADD, rows())
        for series in found.values():
            store.tidy(series.number, now)
            new += series.new(store.samples(series.number))
        store.database.run(_ONLY_ONE)
    return Added(new, count - new)


def parsed(lines: Iterable[str], now: datetime) -> Iterator[tuple[Name, Sample, bool]]:
    """Yield the samples in these lines, none of them later than `now`, and whether it was spent; raises UsageError."""
    for number, line in enumerate(lines, start=1):
        fields = line.rstrip("\r\n").split("\t")
        if fields == [""] or (number == 1 and fields in (list(HEADER), list(_BEFORE_PERIODS))):
            continue
        fields += [""] * (len(fields) == len(_BEFORE_PERIODS))
        if len(fields) != len(HEADER):
            raise _malformed(number, f"{_fields(len(fields))} where {len(HEADER)} are needed: {', '.join(HEADER)}")
        account, provider, balance, unit, at, amount, total, period = fields
        if not account or not provider or not balance:
            raise _malformed(number, "an account, a provider and a balance are needed")
        name = Name(*map(_unescaped, (account, provider, balance, unit)))
        if not "".join(
            name[2:]
        ).isprintable():  # a provider cannot tell such an id or unit, which a terminal would obey
            raise _malformed(number, "the balance or the unit has a character that cannot be printed")
        read_at = _moment(at, number)
        if read_at > now + CLOCKS_DIFFER:
            raise _malformed(number, "this time is in the future")
        since = _moment(period, number) if period and period != _NO_PERIOD else None
        left_of = _amount(total, number) if total else None
        yield name, Sample(read_at, _amount(amount, number), left_of, since), bool(period)


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"


def _moment(text: str, line: int) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo and at.year >= 1970:
            return moment(stamp(at))
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
