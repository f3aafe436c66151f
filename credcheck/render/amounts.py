"""Amounts in digits, for people."""

from decimal import Decimal

# Decimals of an amount on a terminal, and where room is short.
MOST_DECIMALS, FEW_DECIMALS = 6, 2


def grouped(amount: Decimal, places: int | None = None) -> str:
    """Return an amount with thousands separators; decimals after the first `places` are cut and marked `…`.

    An amount below one keeps the usual number: with fewer it could look like nothing.
    """
    whole, point, decimals = f"{amount:,f}".partition(".")
    if places is None:
        return f"{whole}{point}{decimals}"
    kept = max(places, MOST_DECIMALS) if abs(amount) < 1 else places
    return f"{whole}{point}{decimals}" if len(decimals) <= kept else f"{whole}.{decimals[:kept]}…"
