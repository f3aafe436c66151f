"""Samples that are deleted or multiplied: of an account that is gone, or that was read with a wrong description."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from credcheck.history.days import EXACT
from credcheck.history.samples import stamp

if TYPE_CHECKING:
    from credcheck.history.store import Store

# Later than every sample.
_EVER = 1 << 62
_EMPTY = """
DELETE FROM series WHERE id = ? AND coalesce(last_at, 0) < ? AND NOT EXISTS (
    SELECT 1 FROM sample WHERE sample.series = series.id
)
"""


def forget(store: "Store", account: str, *, before: datetime | None = None) -> int:
    """Delete what is kept of an account, or only of before a moment; return the number of samples.

    Raises HistoryError.
    """
    until = _EVER if before is None else stamp(before)
    store.database.run("PRAGMA secure_delete = ON")
    with store.database.change():
        deleted = 0
        for series in _series(store, account):
            deleted += store.database.run("DELETE FROM sample WHERE series = ? AND at < ?", (series, until))
            store.database.run("DELETE FROM told WHERE series = ? AND at < ?", (series, until))
            store.renew(series)
            store.database.run(_EMPTY, (series, until))
        store.database.run("DELETE FROM reading WHERE account = ? AND at < ?", (account, until))
        if before is None:
            store.database.run("DELETE FROM status WHERE account = ?", (account,))
    return deleted


def scale(store: "Store", account: str, factor: Decimal, *, before: datetime | None = None) -> int:
    """Multiply the samples of an account, or only those of before a moment; return their number.

    The forecasts that were kept with them are multiplied, too. Raises HistoryError.
    """
    until = _EVER if before is None else stamp(before)
    with store.database.change():
        changed = 0
        for series in _series(store, account):
            rows = store.database.rows(
                "SELECT amount, total, series, at FROM sample WHERE series = ? AND at < ?", (series, until)
            )
            scaled = [(_times(amount, factor), total and _times(total, factor), *key) for amount, total, *key in rows]
            store.database.run_each("UPDATE sample SET amount = ?, total = ? WHERE series = ? AND at = ?", scaled)
            forecasts = store.database.rows(
                "SELECT amount, series, day FROM told WHERE series = ? AND at < ?", (series, until)
            )
            kept = [(_times(amount, factor), *key) for amount, *key in forecasts]
            store.database.run_each("UPDATE told SET amount = ? WHERE series = ? AND day = ?", kept)
            store.renew(series)
            changed += len(rows)
    return changed


def _series(store: "Store", account: str) -> list[int]:
    return [series for (series,) in store.database.rows("SELECT id FROM series WHERE account = ?", (account,))]


def _times(amount: str, factor: Decimal) -> str:
    """Return a product with exactly its digits, without the zeros at the end that only the factor brought."""
    product = EXACT.multiply(Decimal(amount), factor)
    return f"{product.normalize(EXACT):f}"
