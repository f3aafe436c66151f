"""How often balances are read, which decides how early a warning can come."""

from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from credcheck.history.samples import stamp

if TYPE_CHECKING:
    from credcheck.history.store import Store

_WINDOW, _FEWEST = timedelta(days=14), 3
# Of a run of equal amounts the two ends are kept, so only the time before a change is that between two readings.
_GAPS = """
SELECT gap FROM (
    SELECT at - lag(at) OVER each AS gap, amount <> lag(amount) OVER each AS is_change
    FROM sample WHERE at BETWEEN ? AND ? WINDOW each AS (PARTITION BY series ORDER BY at)
) WHERE is_change
"""


def reading_interval(store: "Store", now: datetime) -> timedelta | None:
    """Return the median time between two readings of late; None if too few balances changed. Raises HistoryError."""
    gaps = [gap for (gap,) in store.database.rows(_GAPS, (stamp(now - _WINDOW), stamp(now)))]
    return timedelta(milliseconds=median(gaps)) if len(gaps) >= _FEWEST else None
