"""Results in the format that a view asks for; a format that is not asked for is not imported."""

from collections.abc import Sequence

from credcheck.models import Result
from credcheck.render import View, plain, selection
from credcheck.system.terminal import Terminal


def render(results: Sequence[Result], view: View, terminal: Terminal) -> str:
    """Return the results that a view shows, in its format."""
    chosen = selection.shown(results, view)
    return _rendered(chosen, results, view, terminal) if chosen else ""


def _rendered(chosen: Sequence[Result], results: Sequence[Result], view: View, terminal: Terminal) -> str:
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


def _table(chosen: Sequence[Result], results: Sequence[Result], view: View, terminal: Terminal) -> str:
    """Return the table, with a summary if it is longer than the screen or leaves out accounts."""
    from credcheck.render import amounts, summary, table

    text = table.render(chosen, terminal)
    fills_screen = terminal.height is not None and text.count("\n") >= terminal.height
    if fills_screen or (view.quiet and len(results) > 1):
        places = amounts.MOST_DECIMALS if terminal.width else None
        text += terminal.wrapped(summary.line(results, shown=len(chosen), places=places))
    return text
