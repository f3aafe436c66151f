"""Which results are printed, and in which order."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from credcheck.models import Result
from credcheck.render import Order, View

_WORST_FIRST = ("error", "low", "ok")


def shown(results: Sequence[Result], view: View) -> Sequence[Result]:
    """Return the results that a view prints, in its order."""
    unwanted = {"ok", "error"} if view.low else {"ok"} if view.quiet else set[str]()
    chosen = [result for result in results if result.status not in unwanted]
    return sorted(chosen, key=_KEYS[view.sort]) if view.sort else chosen


def _by_balance(result: Result) -> tuple[bool, str, bool, Decimal]:
    """Order within each unit from the lowest balance to the highest, then the unlimited; the failures follow all."""
    return result.main is None, (result.unit or "").casefold(), result.balance is None, result.balance or Decimal()


def _by_days(result: Result) -> tuple[bool, Decimal]:
    forecasts = [result.forecast, *result.forecasts.values()]
    days = min((each.days_left for each in forecasts if each and each.days_left is not None), default=None)
    return days is None, days or Decimal()


_KEYS: Mapping[Order, Callable[[Result], tuple[object, ...]]] = {
    "name": lambda result: (result.account.casefold(),),
    "balance": _by_balance,
    "status": lambda result: (_WORST_FIRST.index(result.status),),
    "days": _by_days,
}
