"""Changes in words, and as JSON for the command that sends a notice."""

from collections.abc import Sequence

from credcheck.models import SCHEMA_VERSION, Change, Result
from credcheck.render import json, notes
from credcheck.render.names import tagged
from credcheck.sanitize import one_line

# Bytes of a message: Linux takes no argument and no variable of 128 KiB or more.
ROOM = 120 * 1024
_LONGEST_NAME = 60
_LONGEST_LINE = 500
_MOST_LINES = 100
_LONGEST_COUNT = 40


def sentence(change: Change) -> str:
    """Return one line: `pixelcut is low: 42 credits, below 100`."""
    result = change.result
    name = tagged(result, one_line(result.account, longest=_LONGEST_NAME))
    if result.error:
        return f"{name} failed: {result.error.message}"
    if result.status == "low":
        return f"{name} is {'still ' * change.is_reminder}low: {'; '.join(notes.low_balances(result))}"
    return f"{name} is well again: {_watched(result)}"


def message(changes: Sequence[Change], *, room: int = ROOM) -> str:
    """Return a line for each change, at most a hundred and `room` bytes of them; then a line counts the others."""
    lines: list[str] = []
    for change in changes[:_MOST_LINES]:
        line = one_line(sentence(change), longest=_LONGEST_LINE)
        room -= len(line.encode()) + 1
        if room < _LONGEST_COUNT:
            break
        lines.append(line)
    more = len(changes) - len(lines)
    return "\n".join([*lines, f"and {more:,} more"] if more else lines)


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


def _watched(result: Result) -> str:
    """Return the main balance, and each other that has a threshold."""
    balances = result.reading.balances if result.reading else ()
    return ", ".join(notes.amount(each, result) for each in balances if each.is_main or each.warn_below is not None)
