"""The failures, explained below a table."""

from collections.abc import Sequence

from credcheck.models import Result
from credcheck.render import notes, spent
from credcheck.render.names import shown_name


def explain(results: Sequence[Result]) -> str:
    """Return a line for each account that failed: the problem and the way out."""
    return "".join(f"{_subject(result)}: {result.error.message}\n" for result in results if result.error)


def _subject(result: Result) -> str:
    name = shown_name(result.account)
    return name if name == result.provider else f"{name} ({result.provider})"


def low_elsewhere(results: Sequence[Result]) -> str:
    """Return a line for each account that is low by another balance than the main one."""
    return "".join(
        f"{_subject(result)} is low: {'; '.join(notes.low_balances(result))}\n"
        for result in results
        if result.main and result.status == "low" and not notes.is_low(result.main, result)
    )


def without_balance(results: Sequence[Result]) -> str:
    """Return a line for each account of which only what was spent is known, with the remedies."""
    return "".join(
        f"{_subject(result)}: there is no balance, but {spent.sentence(result.main, result.checked_at)}:"
        " set its `budget` in config.toml to have what is left, or take `spent` from --json\n"
        for result in results
        if result.main and result.main.spent is not None and result.balance is None
    )
