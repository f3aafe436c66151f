"""The totals of a page by unit: the rest, and the spending of each month."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from credcheck.history.report import BalanceHistory
from credcheck.history.samples import Owner
from credcheck.models import Result
from credcheck.render import summary
from credcheck.render.amounts import FEW_DECIMALS, grouped
from credcheck.render.html import months
from credcheck.render.html.markup import Markup, bar, element
from credcheck.render.plot import day

Histories = Mapping[Owner, Sequence[BalanceHistory]]


class _Unit(NamedTuple):
    """A kind of amounts that can be summed: a currency, or a unit of one provider, which another's is not."""

    provider: str
    unit: str

    @classmethod
    def of(cls, result: Result, unit: str) -> "_Unit":
        is_money = summary.is_currency(unit)
        return cls("" if is_money else result.provider_title or result.provider, unit)

    @property
    def name(self) -> str:
        return f"{self.provider} {self.unit}".strip()


class _Total(NamedTuple):
    """What the accounts have left of one unit, the spending by month of each balance, and the names of all accounts."""

    left: list[Decimal]
    spent: list[months.Months]
    accounts: set[str]


def section(results: Sequence[Result], histories: Histories, now: datetime) -> str:
    """Return the table of totals; an empty text if there is nothing to sum."""
    totals = _totals(results, histories)
    if not totals:
        return ""
    shown = sorted({month for total in totals.values() for one in total.spent for month in one})[-months.SHOWN :]
    heading = [element("th", "", scope="col"), element("th", "Left", scope="col", kind="number")]
    heading += [
        element("th", months.name(month, now), scope="col", kind=_column(place, shown))
        for place, month in enumerate(shown)
    ]
    rows = [_row(unit, total, shown) for unit, total in totals.items()]
    table = element("table", element("thead", element("tr", *heading)), element("tbody", *rows))
    title = "Left, and spent by month" if shown else "Left"
    notes = [*_not_summed(results), *(_first_reading(histories) if shown else [])]
    return element("section", element("h2", title), table, *notes, kind="totals")


def _totals(results: Sequence[Result], histories: Histories) -> dict[_Unit, _Total]:
    """Return the totals of all currencies, and those of other units that several accounts have; money first."""
    found: dict[_Unit, _Total] = {}
    for result in results:
        for unit, amount in summary.summable(result).items():
            if unit != "percent":
                _total_of(found, result, unit).left.append(amount)
        for history in months.summable(histories.get(Owner(result.account, result.provider), ())):
            _total_of(found, result, history.name.unit).spent.append(months.spent(history))
    return {
        unit: total
        for unit, total in sorted(found.items(), key=lambda item: (item[0].provider.casefold(), item[0].unit))
        if not unit.provider or len(total.accounts) > 1
    }


def _total_of(found: dict[_Unit, _Total], result: Result, unit: str) -> _Total:
    """Return the total that a balance of an account belongs to, with the account among its own."""
    total = found.setdefault(_Unit.of(result, unit), _Total([], [], set()))
    total.accounts.add(result.account)
    return total


def _row(unit: _Unit, total: _Total, shown: Sequence[date]) -> Markup:
    by_month = months.total(total.spent)
    most = max([Decimal(0), *by_month.values()])
    count, some = len(total.accounts), len(total.left)
    left = summary.exact_sum(total.left) if total.left else None
    # Of some accounts only the spending may be known.
    note = [element("small", f"in {some:,} of them")] if 0 < some < count else []
    cells = [
        element("th", element("bdi", unit.name), element("small", summary.accounts(count)), scope="row"),
        element("td", *_amount(left), *note, kind="number"),
    ]
    cells += [
        element(
            "td",
            *_amount(by_month.get(month)),
            *([bar(float(by_month[month] / most))] if most and month in by_month else []),
            kind=_column(place, shown),
        )
        for place, month in enumerate(shown)
    ]
    return element("tr", *cells)


def _amount(amount: Decimal | None) -> Iterator[Markup]:
    if amount is not None:
        yield element("span", grouped(amount, FEW_DECIMALS), title=f"{amount:,f}")


def _column(place: int, shown: Sequence[date]) -> str:
    """Return the classes of a month's column: narrow windows have no room for older months."""
    age = len(shown) - place
    return "number" + " older" * (age > 2) + " oldest" * (age > 4)


def _not_summed(results: Sequence[Result]) -> Iterator[Markup]:
    failed = sum(result.error is not None for result in results)
    if failed:
        accounts = "The account that failed is" if failed == 1 else f"The {failed:,} accounts that failed are"
        yield element("p", f"{accounts} not in what is left.", kind="aside")


def _first_reading(histories: Histories) -> Iterator[Markup]:
    begun = [months.begin(history) for several in histories.values() for history in several]
    first = min(moment for moment in begun if moment).astimezone()
    words = (
        f"Spent is what a provider says, or what balances fell by between readings, from {day(first)} {first.year} on."
    )
    yield element("p", words, kind="aside")
