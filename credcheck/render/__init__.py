"""The formats: a format is a function from results to a string. It prints nothing."""

from collections.abc import Sequence
from typing import Literal

from credcheck.models import Result
from credcheck.sanitize import one_line
from credcheck.system.terminal import Terminal

Format = Literal["table", "json", "tsv", "value"]


def render(results: Sequence[Result], format_: Format, *, single: bool, terminal: Terminal) -> str:
    """Return the results in a format. `single` asks for one bare object where the format knows it."""
    if not results:
        return ""
    match format_:
        case "json":
            from credcheck.render import json

            return json.render(results, single=single)
        case "tsv":
            from credcheck.render import tsv

            return tsv.render(results)
        case "value":
            return "".join(f"{plain(result)}\n" for result in results if result.balance is not None)
        case "table":
            from credcheck.render import table

            return table.render(results, terminal)


def plain(result: Result) -> str:
    """Return a balance with exactly its digits, in plain notation, or nothing."""
    return "" if result.balance is None else format(result.balance, "f")


def explain(results: Sequence[Result]) -> str:
    """Return a line for each account that failed: what went wrong and the way out."""
    return "".join(f"{_subject(result)}: {result.error.message}\n" for result in results if result.error)


def _subject(result: Result) -> str:
    name = one_line(result.account, longest=60)
    return name if name == result.provider else f"{name} ({result.provider})"
