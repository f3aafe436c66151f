"""The formats: a format is a function from results to a string. It prints nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # the command line imports this module to parse an option
    from credcheck.models import Result
    from credcheck.system.terminal import Terminal

Format = Literal["table", "json", "tsv", "value", "prometheus", "nagios"]


@dataclass(frozen=True, kw_only=True)
class View:
    """How results are printed. `single` asks for one bare object in formats that have one."""

    format: Format = "table"
    single: bool = False
    quiet: bool = False


def shown(results: Sequence["Result"], view: View) -> Sequence["Result"]:
    """Return the results that a view prints."""
    return [result for result in results if result.status != "ok"] if view.quiet else results


def render(results: Sequence["Result"], view: View, terminal: "Terminal") -> str:
    """Return results in the format of a view."""
    return _rendered(results, view, terminal) if results else ""


def _rendered(results: Sequence["Result"], view: View, terminal: "Terminal") -> str:
    match view.format:
        case "json":
            from credcheck.render import json

            return json.render(results, single=view.single)
        case "tsv":
            from credcheck.render import tsv

            return tsv.render(results)
        case "value":
            return "".join(f"{plain(result)}\n" for result in results if result.reading)
        case "prometheus":
            from credcheck.render import prometheus

            return prometheus.render(results)
        case "nagios":
            from credcheck.render import nagios

            return nagios.render(results, single=view.single)
        case "table":
            from credcheck.render import table

            return table.render(results, terminal)


def plain(result: "Result") -> str:
    """Return a balance with exactly its digits, in plain notation; `unlimited`, or an empty text after a failure."""
    if result.balance is None:
        return "unlimited" if result.reading else ""
    return format(result.balance, "f")
