"""The signals that end a run."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from credcheck.errors import Stopped

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def raise_stopped() -> None:
    """Turn the signals that end a program into Stopped, raised in the main thread."""
    for number in _ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup and background jobs want it
            signal.signal(number, _stop)


@contextmanager
def left_to_others() -> Iterator[None]:
    """Leave Ctrl-C to a program that has the terminal meanwhile; it inherits a handler as the default."""
    handler = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def _stop(number: int, _frame: FrameType | None) -> None:
    # The first one ends the run; a second must not disturb its ending.
    for each in _ENDING:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)
