"""Changes in words, and as JSON for the command that sends a notice."""

from collections.abc import Sequence

from credcheck.models import SCHEMA_VERSION, Result
from credcheck.notices.decide import Change
from credcheck.render import foretold, json
from credcheck.sanitize import one_line

_LONGEST_NAME = 60


def sentence(change: Change) -> str:
    """Return one line: `pixelcut is low: 42 credits, below 100`."""
    result = change.result
    name = one_line(result.account, longest=_LONGEST_NAME)
    if result.error:
        return f"{name} failed: {result.error.message}"
    if result.status == "low":
        return f"{name} is {'still ' * change.is_reminder}low: {_left(result)}{_reason(result)}"
    return f"{name} is well again: {_left(result)}"


def message(changes: Sequence[Change]) -> str:
    """Return a line for each change."""
    return "\n".join(map(sentence, changes))


def document(changes: Sequence[Change]) -> str:
    """Return the changes as JSON."""
    return json.text(
        {
            "schema_version": SCHEMA_VERSION,
            "changes": [
                {
                    "account": change.result.account,
                    "provider": change.result.provider,
                    "before": change.before,
                    "after": change.result.status,
                    "reminder": change.is_reminder,
                    "message": sentence(change),
                    "result": {"schema_version": SCHEMA_VERSION, **json.members(change.result)},
                }
                for change in changes
            ],
        }
    )


def _left(result: Result) -> str:
    return "no limit" if result.balance is None else f"{result.balance:,f} {result.unit}"


def _reason(result: Result) -> str:
    if result.low_because == "days_left" and result.forecast:
        return f", {foretold.days(result.forecast)}"
    low = next((each for each in result.reading.balances if each.status == "low"), None) if result.reading else None
    if low is None or low.warn_below is None:
        return ", nothing left"
    further = "" if low.is_main else f" ({low.id}: {low.amount:,f})"
    return f", below {low.warn_below:,f}{further}"
