"""The last line of a long table: how many accounts have each status, and the sums of money."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Context, Decimal, localcontext

from credcheck.models import Result
from credcheck.render.amounts import grouped

# Money that is left; what is owed, a limit on spending, and a part of another balance, is not.
MONEY_KINDS = {"prepaid", "plan", "grant"}
_EXACT = Context(prec=250)


def line(results: Sequence[Result], *, shown: int, places: int | None = None) -> str:
    """Return `185 ok, 3 low, 12 failed`, and the sum of each currency.

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
    for currency, amounts in by_currency(results).items():
        yield f"{grouped(exact_sum(amounts), places)} {currency} in {accounts(len(amounts))}"


def accounts(count: int) -> str:
    """Return a number of accounts in words."""
    return f"{count:,} account{'s' * (count != 1)}"


def by_currency(results: Sequence[Result]) -> dict[str, list[Decimal]]:
    """Return the money of each account that has some, by currency."""
    amounts: dict[str, list[Decimal]] = {}
    for result in results:
        for unit, amount in summable(result).items():
            if is_currency(unit):
                amounts.setdefault(unit, []).append(amount)
    return amounts


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum of amounts with all its digits."""
    with localcontext(_EXACT):
        return sum(amounts, Decimal())


def summable(result: Result) -> dict[str, Decimal]:
    """Return an account's share in sums, by unit: all its money, and the first balance of any other unit.

    Credits of one name may be for different things. What has expired is gone.
    """
    amounts: dict[str, Decimal] = {}
    for balance in result.reading.balances if result.reading else ():
        if balance.kind in MONEY_KINDS and balance.amount is not None and not balance.has_expired(result.checked_at):
            before = amounts.get(balance.unit)
            if before is None or is_currency(balance.unit):
                amounts[balance.unit] = balance.amount if before is None else exact_sum([before, balance.amount])
    return amounts


def is_currency(unit: str) -> bool:
    """Tell whether a unit has the form of a currency's code."""
    return len(unit) == 3 and unit.isascii() and unit.isalpha() and unit.isupper()
