"""The formats of results. A module that only one format needs is imported when that format is asked for."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from credcheck import errors
from credcheck.render import View, balance_text

if TYPE_CHECKING:  # the command line imports this module to read an option
    from credcheck.history.report import BalanceHistory
    from credcheck.models import Result
    from credcheck.system.terminal import Terminal


_SCREENFUL = 24  # lines, for a pipe or a file


class Page(NamedTuple):
    """The content of an output: the results to show, in order, and all that they are chosen from.

    `histories` are those of the accounts, for a format that shows them.
    """

    results: "Sequence[Result]"
    checked: "Sequence[Result]"
    view: View
    terminal: "Terminal"
    histories: "Sequence[BalanceHistory]" = ()


class Format(NamedTuple):
    """A format: its function from results to text, and its particulars.

    `for_one`: it has room for one account.
    `explains_failures`: the text says why an account failed, so stderr need not.
    `for_monitor`: a program watches the failures; it never gets the last good answer in place of one.
    `is_document`: it is one even if all results are left out.
    `always_prints`: its reader takes silence for a fault, so --quiet leaves nothing out.
    `exit_status`: the statuses that its reader expects instead of credcheck's own.
    `shows_history`: it shows the balances over time.
    `needs_balance`: its reader wants the balance itself, so an account that tells only its spending counts as not read.
    `error`: the text on stdout, and the exit status, for an error that ends the run; without it stderr has the error.
    """

    render: Callable[[Page], str]
    for_one: bool = False
    explains_failures: bool = False
    is_document: bool = False
    for_monitor: bool = False
    always_prints: bool = False
    exit_status: "Callable[[Sequence[Result]], int] | None" = None
    shows_history: bool = False
    needs_balance: bool = False
    error: Callable[[str], tuple[str, int]] | None = None


def page(
    results: "Sequence[Result]", view: View, terminal: "Terminal", histories: "Sequence[BalanceHistory]" = ()
) -> Page:
    """Return the page of the results that a view chooses."""
    from credcheck.render import selection

    return Page(selection.shown(results, view), results, view, terminal, histories)


def render(page: Page) -> str:
    """Return a page in the format of its view; an empty text for no results, if that is no document."""
    format_ = FORMATS[page.view.format]
    return format_.render(page) if page.results or format_.is_document else ""


def only_failures(page: Page) -> str:
    """Return the last line of a table from which `--low` leaves out all that there is: failures; else nothing."""
    if page.view.format != "table" or not page.view.low or not any(result.error for result in page.checked):
        return ""
    return _summary(page, shown=0 if len(page.checked) > 1 else 1)


def exit_status(results: "Sequence[Result]", format_: Format) -> int:
    """Return the status of a run that prints in a format."""
    if format_.exit_status:
        return format_.exit_status(results)
    status = errors.exit_status(results)
    is_missing = format_.needs_balance and not all(map(balance_text, results))
    return errors.ExitStatus.FAILED if is_missing and status == errors.ExitStatus.OK else status


def _table(page: Page) -> str:
    """Return the table, with a summary if it is longer than a screen or leaves out accounts."""
    from credcheck.render import table

    text = table.render(page.results, page.terminal)
    fills_screen = text.count("\n") >= (page.terminal.height or _SCREENFUL)
    if fills_screen or ((page.view.quiet or page.view.low) and len(page.checked) > 1):
        text += _summary(page, shown=len(page.results))
    return text


def _summary(page: Page, *, shown: int) -> str:
    from credcheck.render import amounts, summary

    places = amounts.MOST_DECIMALS if page.terminal.width else None
    return page.terminal.wrapped(summary.line(page.checked, shown=shown, places=places))


def _json(page: Page) -> str:
    from credcheck.render import json

    return json.render(page.results, page.checked, single=page.view.single)


def _tsv(page: Page) -> str:
    from credcheck.render import tsv

    return tsv.render(page.results)


def _value(page: Page) -> str:
    return "".join(f"{text}\n" for result in page.results if (text := balance_text(result)))


def _prometheus(page: Page) -> str:
    from credcheck.render import prometheus

    return prometheus.render(page.results, page.view.labels)


def _nagios(page: Page) -> str:
    from credcheck.render import nagios

    return nagios.render(page.results, single=page.view.single)


def _html(page: Page) -> str:
    from credcheck.render import html

    return html.render(page.results, page.histories)


def _nagios_status(results: "Sequence[Result]") -> int:
    from credcheck.render import nagios

    return nagios.worst(results)


def _nagios_error(message: str) -> tuple[str, int]:
    from credcheck.render import nagios

    return nagios.unknown(message), nagios.State.UNKNOWN


FORMATS: Mapping[str, Format] = {
    "table": Format(_table),
    "json": Format(_json, explains_failures=True, is_document=True),
    "tsv": Format(_tsv),
    "value": Format(_value, for_one=True, needs_balance=True),
    "prometheus": Format(_prometheus, explains_failures=True, for_monitor=True, always_prints=True),
    "nagios": Format(
        _nagios,
        explains_failures=True,
        for_monitor=True,
        always_prints=True,
        exit_status=_nagios_status,
        error=_nagios_error,
    ),
    "html": Format(_html, explains_failures=True, always_prints=True, shows_history=True),
}
