"""All errors that credcheck raises on purpose.

CredcheckError
├── UsageError              exit 2: nothing was sent
│   ├── KeyTyped
│   ├── NotPossible         a company that offers no API for the balance
│   └── ConfigError
├── HistoryError            exit 5: the history cannot be read or written; a check goes on without it
│   ├── HistoryBroken       its file is damaged
│   └── NotAHistory         exit 2: the file is another program's, or of a newer version
├── NoticeFailed            exit 5: the command that sends a notice failed
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
    ├── Blocked             blocked: something between this machine and the provider answered
    ├── ProviderError       provider_error
    ├── BadResponse         bad_response
    │   └── NotADocument    the answer is not even of the provider's format
    ├── BalanceUnknown      balance_unknown
    └── InternalError       internal_error: a fault of credcheck itself

Messages are our own text. The text of a provider travels apart, in `provider_message`, as it came: it may hold
anything, the key included, until `sanitize.remote_line` has cleaned it.
"""

import os
import traceback
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

from credcheck.names import could_be_key, did_you_mean

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
    """Base of all errors that credcheck raises on purpose; `message` names the problem and the remedy."""

    exit_status: int = ExitStatus.INTERNAL

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UsageError(CredcheckError):
    """The command line asks for something that does not exist or is not possible."""

    exit_status = ExitStatus.USAGE


class KeyTyped(UsageError):
    """A word of the command line that could be a key stands in the place of a name; it is not repeated."""

    def __init__(self) -> None:
        super().__init__(
            "that looks like an API key, so it is not shown: keys are entered with `credcheck login NAME`;"
            " remove this line from your shell history"
        )


class NotPossible(UsageError):
    """A company that offers no API for the balance is named; `instead` is the alternative."""

    def __init__(self, message: str, instead: str) -> None:
        super().__init__(message)
        self.instead = instead


class ConfigError(UsageError):
    """A file, a setting or the environment cannot be used; the message names it and the way out."""


class OutputError(CredcheckError):
    """The output could not be delivered in full."""

    exit_status = ExitStatus.OUTPUT


class ReaderGone(OutputError):
    """The reader of the pipe closed it, as `head` does; nothing is printed about it."""

    exit_status = ExitStatus.READER_GONE


class HistoryError(CredcheckError):
    """The history cannot be read or written; a check never fails by it."""

    exit_status = ExitStatus.OUTPUT


class HistoryBroken(HistoryError):
    """The file of the history is damaged."""


class NotAHistory(HistoryError):
    """The file that is named as the history is no file, another program's, or of a newer version; it is left alone."""

    exit_status = ExitStatus.USAGE


class NoticeFailed(CredcheckError):
    """The command that sends a notice failed."""

    exit_status = ExitStatus.OUTPUT


class Stopped(CredcheckError):
    """A signal asked the run to end."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(f"stopped by signal {signal_number}")
        self.exit_status = 128 + signal_number


class CheckError(CredcheckError):
    """A check ended without a balance.

    `remedy` is what a user usually does about this class of errors, None to read the provider's documentation;
    `hint` replaces it for one error, `advice` for one about a provider of the user's own: what to change in its
    description.
    """

    code: ClassVar[str]
    remedy: ClassVar[str | None] = None
    exit_status = ExitStatus.FAILED

    def __init__(
        self,
        message: str,
        *,
        http_status: int | None = None,
        provider_message: object = None,
        hint: str | None = None,
        advice: str | None = None,
    ) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.provider_message = provider_message
        self.hint = hint
        self.advice = advice
        self.retry_after: float | None = None  # seconds that the provider asks to wait


class KeyMissing(CheckError):
    """There is no key, or one that no request could carry."""

    code = "key_missing"
    exit_status = ExitStatus.KEY


class KeyRejected(CheckError):
    """The provider refused the key."""

    code = "key_rejected"
    exit_status = ExitStatus.KEY


class RateLimited(CheckError):
    """The provider asks to wait beyond the deadline."""

    code = "rate_limited"
    remedy = "try again later"


class TimedOut(CheckError):
    """The deadline passed."""

    code = "timeout"
    remedy = "try again, or give it longer with --timeout"


class Unreachable(CheckError):
    """No complete HTTP answer came; `retryable` if another try may succeed."""

    code = "unreachable"
    remedy = "check the network, then try again"

    def __init__(self, message: str, *, retryable: bool = False, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retryable = retryable


class TLSFailed(CheckError):
    """The other side could not prove its identity."""

    code = "tls"
    remedy = "`credcheck doctor` shows which certificates are trusted"


class Redirected(CheckError):
    """The provider redirects, which is not followed: the key would go there."""

    code = "redirected"


class Blocked(CheckError):
    """A web page came in place of an answer: a sign-in page, a company's proxy, a challenge for browsers."""

    code = "blocked"
    remedy = "sign in to this network, or check its proxy or firewall; or the provider blocks this machine"


class ProviderError(CheckError):
    """The provider says that something is wrong."""

    code = "provider_error"
    remedy = "try again later"


class BadResponse(CheckError):
    """The answer holds no balance, or none that is certain."""

    code = "bad_response"


class NotADocument(BadResponse):
    """The answer is empty, or not of the format that the provider answers in."""


class BalanceUnknown(CheckError):
    """The provider answers that it does not know the balance."""

    code = "balance_unknown"


class InternalError(CheckError):
    """A fault of credcheck itself, limited to one account."""

    code = "internal_error"
    remedy = "please report it"
    exit_status = ExitStatus.INTERNAL


_CLASSES = {each.code: each for each in CheckError.__subclasses__()}


def fault_line(fault: BaseException) -> str:
    """Return the type and place of a fault of credcheck itself; its text is left out, because it may hold a key."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return f"a fault of credcheck itself: {type(fault).__name__} at {os.path.basename(last.filename)}:{last.lineno}"


def no_such(word: str, message: str, candidates: Iterable[str]) -> UsageError:
    """Return the error for a word that names nothing: the message with the nearest name, unless it could be a key."""
    if not word.isprintable():  # what cannot be shown would be asked for by the name that is near
        return UsageError("a name on the command line has a character that cannot be shown, or is not UTF-8 text")
    return KeyTyped() if could_be_key(word) else UsageError(f"{message}{did_you_mean(word, candidates)}")


def exit_status(results: Sequence["Result"]) -> ExitStatus:
    """Return the status of a run: a fault first, then a low balance, which is certain, then the worst failure."""
    failures = {_CLASSES[result.error.code].exit_status for result in results if result.error}
    if ExitStatus.INTERNAL in failures:
        return ExitStatus.INTERNAL
    if any(result.status == "low" for result in results):
        return ExitStatus.LOW
    if not failures:
        return ExitStatus.OK
    return ExitStatus.KEY if failures == {ExitStatus.KEY} else ExitStatus.FAILED
