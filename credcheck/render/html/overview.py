"""The table of all accounts, each with a link to its card: for pages that are too long to look through."""

from collections.abc import Iterator, Mapping, Sequence

from credcheck.history.samples import Owner
from credcheck.models import Balance, Result
from credcheck.render import forecast, notes
from credcheck.render.amounts import FEW_DECIMALS, grouped
from credcheck.render.html.markup import Markup, element
from credcheck.render.names import shown_name, shown_tags
from credcheck.sanitize import one_line

# The cards of fewer accounts are seen at once.
_FEWEST = 13
_SIGNS = {"ok": "✓", "low": "!", "error": "✗"}
# The class of a column; a narrow window has no room for the `older` ones.
_COLUMNS = {
    "Account": "", "Tags": "older", "Balance": "number", "Unit": "", "Lasts": "number older", "": "",
}  # fmt: skip


def section(results: Sequence[Result], anchors: Mapping[Owner, str]) -> str:
    """Return the table, in the order of the results; an empty text for few accounts."""
    if len(results) < _FEWEST:
        return ""
    rows = [(result.status, _cells(result, anchors[Owner(result.account, result.provider)])) for result in results]
    shown = [name for name in _COLUMNS if any(row[name] for _, row in rows)]
    heading = [element("th", name, scope="col", kind=_COLUMNS[name]) for name in shown]
    body = [element("tr", *_row(cells, shown), kind=status) for status, cells in rows]
    table = element("table", element("thead", element("tr", *heading)), element("tbody", *body))
    return element("section", element("h2", "All accounts"), table, kind="overview")


def _row(cells: Mapping[str, str], shown: Sequence[str]) -> Iterator[Markup]:
    for name in shown:
        if name == "Account":
            yield element("th", cells[name], scope="row")
        else:
            yield element("td", cells[name], kind=_COLUMNS[name])


def _cells(result: Result, anchor: str) -> dict[str, str]:
    main = result.main
    link = element("a", element("bdi", shown_name(result.account)), href=f"#{anchor}")
    cells = {"Account": link, "Tags": shown_tags(result)}
    note = notes.of_balance(main, result) if main else notes.of_failure(result)
    return {
        **cells,
        "Balance": _amount(main) if main else "",
        "Unit": one_line(main.unit) if main and main.amount is not None else "",
        "Lasts": forecast.column(main, result.forecast, notes.shown_at(result)),
        "": f"{_SIGNS[result.status]} {note or result.status}",
    }


def _amount(balance: Balance) -> str:
    if balance.amount is not None:
        return grouped(balance.amount, FEW_DECIMALS)
    return "" if balance.spent is not None else notes.without_amount(balance)
