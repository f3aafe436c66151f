"""The formats: a format is a function from results to a string. It prints nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # the command line imports this module to parse an option
    from credcheck.models import Result
    from credcheck.system.terminal import Terminal

Format = Literal["table", "json", "tsv", "value", "prometheus", "nagios"]
Order = Literal["name", "balance", "status", "days"]


@dataclass(frozen=True, kw_only=True)
class View:
    """How results are printed. `single` asks for one bare object in formats that have one."""

    format: Format = "table"
    single: bool = False
    quiet: bool = False
    sort: Order | None = None


def render(results: Sequence["Result"], view: View, terminal: "Terminal") -> str:
    """Return the results that a view shows, in its format."""
    if not results:
        return ""
    from credcheck.render.selection import shown

    chosen = shown(results, view)
    return _rendered(chosen, results, view, terminal) if chosen else ""


def _rendered(chosen: Sequence["Result"], results: Sequence["Result"], view: View, terminal: "Terminal") -> str:
    match view.format:
        case "json":
            from credcheck.render import json

            return json.render(chosen, single=view.single)
        case "tsv":
            from credcheck.render import tsv

            return tsv.render(chosen)
        case "value":
            return "".join(f"{plain(result)}\n" for result in chosen if result.reading)
        case "prometheus":
            from credcheck.render import prometheus

            return prometheus.render(chosen)
        case "nagios":
            from credcheck.render import nagios

            return nagios.render(chosen, single=view.single)
        case "table":
            return _table(chosen, results, view, terminal)


def _table(chosen: Sequence["Result"], results: Sequence["Result"], view: View, terminal: "Terminal") -> str:
    """Return the table, summed up where it is longer than the screen or leaves out accounts beside failed ones."""
    from credcheck.render import summary, table

    text = table.render(chosen, terminal)
    fills_screen = terminal.height is not None and text.count("\n") >= terminal.height
    if fills_screen or (view.quiet and len(results) > 1 and any(result.error for result in chosen)):
        text += terminal.wrapped(summary.line(results))
    return text


def plain(result: "Result") -> str:
    """Return a balance with exactly its digits, in plain notation; `unlimited`, or an empty text after a failure."""
    if result.balance is None:
        return "unlimited" if result.reading else ""
    return format(result.balance, "f")
