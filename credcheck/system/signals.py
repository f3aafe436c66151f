"""The signals that end a run: at once, or, where something is to be undone first, through who knows how."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from credcheck.errors import Stopped

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_listeners: list[Callable[[int], None]] = []


def end_the_run() -> None:
    """Let the signals that end a program end it without a word, with the status that says so."""
    for number in _ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup and background jobs want it
            signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> None:
    # An exception raised here could strike anywhere, in code that turns it into another or swallows it.
    if _listeners:
        _listeners[-1](number)
    else:
        os._exit(Stopped(number).exit_status)


@contextmanager
def told_to(listener: Callable[[int], None]) -> Iterator[None]:
    """Tell each signal to `listener` in place of ending the run."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


@contextmanager
def held() -> Iterator[None]:
    """Hold signals until the block has ended, for it must not be left half done; raises Stopped then."""
    came: list[int] = []
    with told_to(came.append):
        yield
    if came:
        raise Stopped(came[0])


def interrupt(number: int) -> NoReturn:
    """Listen by raising Stopped: for a block that does nothing but wait for a person."""
    raise Stopped(number)


@contextmanager
def left_to_others() -> Iterator[None]:
    """Leave Ctrl-C to a program that has the terminal meanwhile; it inherits a handler as the default."""
    handler = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
