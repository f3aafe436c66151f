"""What the exit status of the program means."""

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from credcheck.models import Result


class ExitStatus(IntEnum):
    """The statuses; a signal adds its number to 128."""

    OK = 0
    LOW = 1
    USAGE = 2
    FAILED = 3
    KEY = 4
    OUTPUT = 5
    INTERNAL = 70
    READER_GONE = 141


def exit_status(results: Sequence["Result"]) -> ExitStatus:
    """Return the status for these results: the most certain and most pressing of what they say."""
    codes = {result.error.code for result in results if result.error}
    if "internal_error" in codes:
        return ExitStatus.INTERNAL
    if any(result.status == "low" for result in results):
        return ExitStatus.LOW
    if not codes:
        return ExitStatus.OK
    return ExitStatus.KEY if codes <= {"key_missing", "key_rejected"} else ExitStatus.FAILED
