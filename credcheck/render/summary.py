"""The last line of a long table: how many accounts have each status, and the sums of money."""

from collections.abc import Iterator, Sequence
from decimal import Context, Decimal, localcontext

from credcheck.models import Balance, Result
from credcheck.render.amounts import grouped

# Money that is left; what is owed, and a limit on spending, is not.
MONEY_KINDS = {"prepaid", "plan", "grant"}
_EXACT = Context(prec=250)


def line(results: Sequence[Result], *, shown: int, places: int | None = None) -> str:
    """Return `185 ok, 3 low, 12 failed`, and the sum of each currency that several accounts have.

    The line names all accounts if fewer are `shown` above it: their money is summed too.
    """
    subject = f"all {len(results):,} accounts: " * (shown < len(results))
    return subject + "; ".join([counts(results), *_sums(results, places)]) + "\n"


def counts(results: Sequence[Result]) -> str:
    """Return how many accounts have each status."""
    names = {"ok": "ok", "low": "low", "error": "failed"}
    counts = {name: sum(result.status == status for result in results) for status, name in names.items()}
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)


def _sums(results: Sequence[Result], places: int | None) -> Iterator[str]:
    amounts: dict[str, list[Decimal]] = {}
    for result in results:
        for currency, amount in _money(result).items():
            amounts.setdefault(currency, []).append(amount)
    for currency, several in amounts.items():
        if len(several) > 1:
            with localcontext(_EXACT):
                total = sum(several, Decimal())
            yield f"{grouped(total, places)} {currency} in {len(several)} accounts"


def _money(result: Result) -> dict[str, Decimal]:
    """Return an account's money by currency: of several balances in one currency the first, which has the others."""
    amounts: dict[str, Decimal] = {}
    for balance in result.reading.balances if result.reading else ():
        if _is_money(balance) and balance.amount is not None:
            amounts.setdefault(balance.unit, balance.amount)
    return amounts


def is_currency(unit: str) -> bool:
    """Tell whether a unit has the form of a currency's code."""
    return len(unit) == 3 and unit.isascii() and unit.isalpha() and unit.isupper()


def _is_money(balance: Balance) -> bool:
    return balance.kind in MONEY_KINDS and is_currency(balance.unit)
