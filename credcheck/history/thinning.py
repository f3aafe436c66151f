"""Old samples are thinned out: the last of each day is kept after 90 days, and of a run of equals the two ends."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from credcheck.history.samples import moment, stamp

if TYPE_CHECKING:
    from credcheck.history.database import Database

Row = tuple[int, str, str | None, int | None]  # moment, amount, total and beginning of the period of a sample

_KEPT_WHOLE = timedelta(days=90)
_DAY = 86_400_000  # milliseconds
_THIN = """
DELETE FROM sample WHERE series = ? AND at >= ? AND at < ? AND EXISTS (
    SELECT 1 FROM sample AS later WHERE later.series = sample.series AND later.at > sample.at
    AND later.at < (sample.at / 86400000 + 1) * 86400000
)
"""
_NEWEST = "SELECT max((SELECT max(at) FROM sample WHERE sample.series = series.id AND at <= ?)) FROM series"


def kept_whole_from(now: datetime) -> datetime:
    """Return the midnight, of UTC, before which one sample a day is kept."""
    return moment(stamp(now - _KEPT_WHOLE) // _DAY * _DAY)


def thin(database: "Database", now: datetime) -> None:
    """Thin out all series, once a day.

    The clock is believed for one day more than the newest sample of another day: one that was far ahead for an hour
    would otherwise take the samples of a year.
    """
    ((until,),) = database.rows("SELECT thinned_until FROM upkeep")
    if until >= stamp(kept_whole_from(now)):
        return
    ((newest,),) = database.rows(_NEWEST, (stamp(now) - _DAY,))
    cutoff = 0 if newest is None else stamp(kept_whole_from(min(now, moment(newest + _DAY))))
    if until < cutoff:
        for (series,) in database.rows("SELECT id FROM series"):
            thin_one(database, series, since=until, until=cutoff)
        database.run("UPDATE upkeep SET thinned_until = ?", (cutoff,))


def thin_one(database: "Database", series: int, *, since: int, until: int) -> None:
    """Leave one sample a day, the last of it, between these moments."""
    database.run(_THIN, (series, since, until))


def inner(rows: Sequence[Row]) -> list[int]:
    """Return the moments of samples that stand between two of equal amounts, totals and periods."""
    return [
        here[0]
        for before, here, after in zip(rows, rows[1:], rows[2:], strict=False)
        if before[1:] == here[1:] == after[1:]
    ]
