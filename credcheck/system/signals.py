"""Signals that end the program: at once, or after a block of code has cleaned up."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from credcheck.errors import Stopped

Listener = Callable[[int], None]

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_listeners: list[Listener] = []
_suspending: list[tuple[Callable[[], None], Callable[[], None]]] = []


def end_the_run() -> None:
    """Make the signals that end a program end it without a message, with status 128 + signal."""
    for number in _ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup and background jobs ignore some
            signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> None:
    # An exception raised here could strike anywhere, in code that turns it into another or swallows it.
    if _listeners:
        _listeners[-1](number)
    else:
        # No cleaning up: the interpreter would wait for threads that hang in a name resolution.
        os._exit(Stopped(number).exit_status)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Call `listener` with a signal's number instead of ending the program; the innermost listener is called.

    Python runs signal handlers in the main thread only, so that a block in another thread has nothing to listen for.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


@contextmanager
def deferred() -> Iterator[Callable[[], None]]:
    """Delay signals until the block has ended, so that it is never left half done; raises Stopped then.

    The block gets a function that raises Stopped at once if a signal has come: for a step that can still be left out.
    """
    came: list[int] = []  # several may come, of which the first is told

    def check() -> None:
        if came:
            raise Stopped(came[0])

    with listening(came.append):
        yield check
    check()


@contextmanager
def suspending(*, on_stop: Callable[[], None], on_continue: Callable[[], None]) -> Iterator[None]:
    """Call `on_stop` before Ctrl-Z stops the program, and `on_continue` whenever it goes on; blocks may be nested.

    SIGSTOP cannot be caught: only `on_continue` is called then.
    """
    handlers = {signal.SIGTSTP: _stop, signal.SIGCONT: _go_on}
    previous = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    _suspending.append((on_stop, on_continue))
    try:
        yield
    finally:
        _suspending.remove((on_stop, on_continue))
        for number, handler in previous.items():
            signal.signal(number, handler)


def _stop(number: int, _frame: FrameType | None) -> None:
    for on_stop, _ in reversed(_suspending):  # the innermost first, as blocks are left
        on_stop()
    # The default action is what really stops the program, so that the shell sees a stopped job.
    handlers = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGTSTP, signal.SIGCONT)}
    signal.raise_signal(number)  # returns when the program goes on; `os.kill` may return before, with threads
    for handled, handler in handlers.items():
        signal.signal(handled, handler)
    _go_on(signal.SIGCONT, None)


def _go_on(_number: int, _frame: FrameType | None) -> None:
    for _, on_continue in _suspending:
        on_continue()


def interrupt(number: int) -> NoReturn:
    """Raise Stopped: a listener for a block that only waits for a person."""
    raise Stopped(number)


@contextmanager
def left_to_child() -> Iterator[None]:
    """Ignore Ctrl-C while a child program has the terminal; unlike an ignored signal, a handler is not inherited."""
    handler = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
