"""What can go wrong.

CredcheckError
├── UsageError              exit 2: nothing was sent
│   └── ConfigError
├── OutputError             exit 5: the output could not be delivered in full
│   └── ReaderGone          exit 141: the reader of the pipe went away
├── Stopped                 exit 128 + signal: interrupted, terminated
└── CheckError              a check that ended without a balance; each has its code
    ├── KeyMissing          key_missing
    ├── KeyRejected         key_rejected
    ├── RateLimited         rate_limited
    ├── TimedOut            timeout
    ├── Unreachable         unreachable
    ├── TLSFailed           tls
    ├── Redirected          redirected
    ├── ProviderError       provider_error
    ├── BadResponse         bad_response
    ├── BalanceUnknown      balance_unknown
    └── InternalError       internal_error: a fault of credcheck itself

Messages are words of our own. What a provider said travels apart, in `said`, as it came: it may hold
anything, the key included, until `text.one_line` has been over it.
"""

import os
import traceback
from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

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


class CredcheckError(Exception):
    """Whatever credcheck raises on purpose; `message` says what is wrong and what to do."""

    exit_status: int = ExitStatus.INTERNAL

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UsageError(CredcheckError):
    """The command line asks for something that there is not."""

    exit_status = ExitStatus.USAGE


class ConfigError(UsageError):
    """A file, a setting or the environment cannot be used; names the place and the way out."""


class OutputError(CredcheckError):
    """The output could not be delivered in full."""

    exit_status = ExitStatus.OUTPUT


class ReaderGone(OutputError):
    """The reader of the pipe went away, which is its right."""

    exit_status = ExitStatus.READER_GONE


class Stopped(CredcheckError):
    """A signal asked the run to end."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(f"stopped by signal {signal_number}")
        self.exit_status = 128 + signal_number


class CheckError(CredcheckError):
    """A check ended without a balance.

    `hint` is the way out where this error knows a better one than its code does.
    """

    code: ClassVar[str]
    exit_status = ExitStatus.FAILED

    def __init__(
        self,
        message: str,
        *,
        http_status: int | None = None,
        said: object = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.said = said
        self.hint = hint


class KeyMissing(CheckError):
    """There is no key, or one that no request could carry."""

    code = "key_missing"
    exit_status = ExitStatus.KEY


class KeyRejected(CheckError):
    """The provider refused the key."""

    code = "key_rejected"
    exit_status = ExitStatus.KEY


class RateLimited(CheckError):
    """The provider asks for patience beyond the deadline."""

    code = "rate_limited"


class TimedOut(CheckError):
    """The deadline passed."""

    code = "timeout"


class Unreachable(CheckError):
    """No complete HTTP answer could be had; `passing` where another try may do better."""

    code = "unreachable"

    def __init__(self, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing


class TLSFailed(CheckError):
    """The other side could not prove who it is."""

    code = "tls"


class Redirected(CheckError):
    """The provider points elsewhere; a key is never carried there."""

    code = "redirected"


class ProviderError(CheckError):
    """The provider says that something is wrong."""

    code = "provider_error"


class BadResponse(CheckError):
    """The answer holds no balance that can be believed."""

    code = "bad_response"


class BalanceUnknown(CheckError):
    """The provider says that it does not know the balance."""

    code = "balance_unknown"


class InternalError(CheckError):
    """A fault of credcheck itself, kept to the one account that it struck."""

    code = "internal_error"


def fault_line(fault: Exception) -> str:
    """Return what may be told of a fault of credcheck itself: kind and place, never its text, which may hold a key."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return f"a fault of credcheck itself: {type(fault).__name__} at {os.path.basename(last.filename)}:{last.lineno}"


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
