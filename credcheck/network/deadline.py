"""What lies below the HTTP library: the bytes of one connection at a time, watched as they come and go.

The library bounds each read, never the whole; it waits for a line's end whatever the line begins with; and it takes
what lay in its buffer before a request was sent for the answer to that request. None of this is so here.
"""

import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from ssl import SSLContext
from typing import Any

import httpcore

_BEGINNING = b"HTTP/"


class Wire(httpcore.NetworkBackend):
    """The way to the network of one thread. Nothing on it lasts beyond `deadline` (of `time.monotonic`)."""

    def __init__(self) -> None:
        self.deadline = 0.0
        self.unanswered = b""
        self._library = httpcore.SyncBackend()
        self._socket: socket.socket | None = None

    @property
    def is_answered(self) -> bool:
        """Tell whether anything has come since the last request was sent."""
        return len(self.unanswered) < len(_BEGINNING)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect; name resolution is the one thing here that no deadline can end.

        An address that stays silent, as a broken IPv6 does, leaves time for the others that the name has.
        """
        addresses = self._addresses(host, port)
        for others, address in zip(range(len(addresses) - 1, -1, -1), addresses, strict=True):
            left = self.left(timeout, httpcore.ConnectTimeout) / (1 + others)
            try:
                stream = self._library.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if not others:
                    raise
            else:
                return self.watched(stream)
        raise httpcore.ConnectError(f"no address for {host}")

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as problem:
            raise httpcore.ConnectError(problem) from problem
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    def watched(self, stream: httpcore.NetworkStream) -> "Stream":
        """Return the connection that is now in use."""
        self._socket = stream.get_extra_info("socket")
        return Stream(stream, self)

    def left(self, timeout: float | None, late: type[httpcore.TimeoutException]) -> float:
        """Return the seconds that an operation may take; raises `late` where there are none."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise late
        return seconds if timeout is None else min(seconds, timeout)

    def sent(self) -> None:
        """Note that a request, or a part of one, went out."""
        self.unanswered = _BEGINNING

    def came(self, data: bytes) -> None:
        """Note what came; raises RemoteProtocolError where it is the beginning of no answer."""
        if self.unanswered:
            if data[: len(self.unanswered)] != self.unanswered[: len(data)]:
                raise httpcore.RemoteProtocolError("not the beginning of an answer")
            self.unanswered = self.unanswered[len(data) :]

    def abandon(self) -> None:
        """End whatever is waited for, from another thread."""
        if self._socket is not None:
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class Stream(httpcore.NetworkStream):
    """A connection whose every read and write the wire bounds and notes."""

    def __init__(self, stream: httpcore.NetworkStream, wire: Wire) -> None:
        self._stream, self._wire = stream, wire

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what comes next, or nothing where the other side is done."""
        data = self._stream.read(max_bytes, self._wire.left(timeout, httpcore.ReadTimeout))
        self._wire.came(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        if buffer:
            self._wire.sent()
            self._stream.write(buffer, self._wire.left(timeout, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Secure the connection."""
        left = self._wire.left(timeout, httpcore.ConnectTimeout)
        return self._wire.watched(self._stream.start_tls(ssl_context, server_hostname, left))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  as the library has it
        """Return what is known of the connection."""
        return self._stream.get_extra_info(info)
