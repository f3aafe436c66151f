"""Connection attempts that overlap, as in RFC 8305 ("Happy Eyeballs")."""

import os
import select
import socket
import time
from collections import deque
from collections.abc import Sequence
from itertools import chain, zip_longest
from typing import Any, NamedTuple

# Seconds until the next address is tried while the attempts before it are still waiting.
ATTEMPT_DELAY = 0.25


class Address(NamedTuple):
    """One address of a host, as `socket.getaddrinfo` tells it."""

    family: int
    sockaddr: tuple[Any, ...]

    @property
    def host(self) -> str:
        """The numeric address."""
        return str(self.sockaddr[0])


def addresses(host: str, port: int) -> list[Address]:
    """Return the addresses of a host, those of the two families in turn; no deadline can end the resolution."""
    # As bytes, for text goes through the codec of international names, which is slow to import; the host is ASCII.
    found = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    families: dict[int, list[Address]] = {}
    for family, _, _, _, sockaddr in found:
        families.setdefault(family, []).append(Address(family, sockaddr))
    in_turn = chain.from_iterable(zip_longest(*families.values()))
    return list(dict.fromkeys(address for address in in_turn if address))


def first_connected(candidates: Sequence[Address], deadline: float) -> socket.socket:
    """Return the first connection that comes about, and close the other attempts.

    The next address is tried after 250 ms, or at once if an attempt has failed. Raises TimeoutError at `deadline`
    (of `time.monotonic`), and the error of the first attempt that failed if all do.
    """
    attempts = _Attempts(candidates)
    try:
        while (left := deadline - time.monotonic()) > 0:
            connection = attempts.wait(left)
            if connection is not None:
                return connection
        raise TimeoutError
    finally:
        attempts.close()


class _Attempts:
    """The attempts that are under way, and the addresses that are still to be tried."""

    def __init__(self, candidates: Sequence[Address]) -> None:
        self._untried = deque(candidates)
        self._pending: dict[int, socket.socket] = {}
        self._poll = select.poll()  # takes no descriptor of its own, as epoll would
        self._next_start = 0.0
        self._problem: OSError | None = None

    def wait(self, seconds: float) -> socket.socket | None:
        """Wait for one connection, one failure or the time of the next attempt; raises OSError if all have failed."""
        if self._untried and (not self._pending or time.monotonic() >= self._next_start):
            self._start(self._untried.popleft())
        if not self._pending:
            if self._untried:
                return None
            raise self._problem or socket.gaierror(socket.EAI_NONAME, "the host has no address")
        if self._untried:
            seconds = max(0.0, min(seconds, self._next_start - time.monotonic()))
        for descriptor, _ in self._poll.poll(seconds * 1000):
            if connection := self._ended(descriptor):
                return connection
        return None

    def close(self) -> None:
        """Close the attempts that are still under way."""
        for attempt in self._pending.values():
            attempt.close()

    def _start(self, address: Address) -> None:
        self._next_start = time.monotonic() + ATTEMPT_DELAY
        try:
            attempt = socket.socket(address.family, socket.SOCK_STREAM)
        except OSError as problem:  # the limit of descriptors, a family that this machine does not have
            self._failed(problem)
            return
        attempt.setblocking(False)
        try:
            attempt.connect(address.sockaddr)
        except BlockingIOError:  # under way
            pass
        except OSError as problem:
            attempt.close()
            self._failed(problem)
            return
        self._pending[attempt.fileno()] = attempt
        self._poll.register(attempt, select.POLLOUT)

    def _ended(self, descriptor: int) -> socket.socket | None:
        self._poll.unregister(descriptor)
        attempt = self._pending.pop(descriptor)
        number = attempt.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if not number:
            return attempt
        attempt.close()
        self._failed(OSError(number, os.strerror(number)))
        return None

    def _failed(self, problem: OSError) -> None:
        self._problem = self._problem or problem
        self._next_start = 0.0
