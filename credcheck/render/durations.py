"""Times in words, in one unit each; a part of a unit is cut, so that no two places say different numbers."""

from datetime import timedelta
from typing import NamedTuple

_SIZES = {"d": timedelta(days=1), "h": timedelta(hours=1), "min": timedelta(minutes=1)}
_NAMES = {"d": "day", "h": "hour", "min": "minute"}


class Duration(NamedTuple):
    """A number of whole days (`d`), hours (`h`) or minutes (`min`)."""

    number: int
    unit: str

    @property
    def short(self) -> str:
        """The number with its sign: `3 d`."""
        return f"{self.number} {self.unit}"

    @property
    def words(self) -> str:
        """The number with its name: `3 days`, `1 day`."""
        return f"{self.number} {_NAMES[self.unit]}{'s' * (self.number != 1)}"


def ahead(left: timedelta) -> Duration:
    """Return a time to come in the largest unit that it has two of, and at least a minute."""
    for unit, size in _SIZES.items():
        if left >= 2 * size:
            return Duration(left // size, unit)
    return Duration(1, "min")


def between(low: timedelta, high: timedelta, unit: str | None = None) -> tuple[Duration, Duration]:
    """Return two times to come in one unit, usually that of the later; the sooner in its own if it is none of that."""
    shared = unit or ahead(high).unit
    least = int(shared == "min")
    first, last = (Duration(max(least, each // _SIZES[shared]), shared) for each in (low, high))
    return (ahead(low) if low and not first.number else first), last
