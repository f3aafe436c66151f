"""Tab-separated values, with a header line."""

from collections.abc import Sequence

from credcheck.models import Result
from credcheck.render import balance_text
from credcheck.sanitize import one_line

_HEADER = ("account", "provider", "status", "balance", "unit", "error", "spent")


def render(results: Sequence[Result]) -> str:
    """Return a line for each result."""
    rows = [_HEADER, *map(_row, results)]
    return "".join("\t".join(row) + "\n" for row in rows)


def _row(result: Result) -> tuple[str, ...]:
    error = result.error.code if result.error else ""
    name = one_line(result.account, longest=len(result.account) + 1)
    return (
        name,
        result.provider,
        result.status,
        balance_text(result),
        result.unit or "",
        error,
        "" if result.main is None or result.main.spent is None else f"{result.main.spent:f}",
    )
