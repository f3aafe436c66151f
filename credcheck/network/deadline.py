"""A network backend for httpcore that enforces a total deadline and rejects bytes that come before the request.

httpcore bounds each read, never the whole; it waits for the end of a line even if the line is no HTTP; and it takes
bytes that it had received before a request was sent for the answer to that request.
"""

import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import ip_address
from ssl import SSLContext, SSLEOFError
from typing import Any

import httpcore

# Private, but the library has no other stream over a socket that is already connected. An import fails at once.
from httpcore._backends.sync import SyncStream

from credcheck.errors import Unreachable
from credcheck.network import connect

# All that a server of HTTP/1.1 may begin with. Anything else is refused at the first byte that differs: a server of
# another protocol, which greets first, would otherwise be waited for until the deadline.
_START_OF_ANSWER = b"HTTP/"


class DeadlineBackend(httpcore.NetworkBackend):
    """The network of one thread, with one connection at a time. Nothing on it lasts beyond `deadline`.

    `deadline` is of `time.monotonic`. `is_loopback_only` refuses every address but those of this machine. `is_socks`
    tells that a SOCKS proxy answers before the TLS handshake.
    `handshakes_begun` and `handshakes_done` count the TLS handshakes of the connection. `is_ended` tells whether the
    other side has closed it.
    """

    def __init__(self) -> None:
        self.deadline = 0.0
        self.is_loopback_only = False
        self.is_socks = False
        self.handshakes_begun = self.handshakes_done = 0
        self.is_ended = False
        self._missing_start = b""
        self._socket: socket.socket | None = None
        self._is_abandoned = False

    @property
    def is_answered(self) -> bool:
        """Tell whether any of an answer has come since the last request was sent."""
        return len(self._missing_start) < len(_START_OF_ANSWER)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002  the library's signature
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Connect to the address of the host that answers first."""
        self.handshakes_begun = self.handshakes_done = 0
        try:
            addresses = self._allowed(host, connect.addresses(host, port))
            until = time.monotonic() + self.left(timeout, httpcore.ConnectTimeout)
            connection = connect.first_connected(addresses, until)
            # Head and body of a POST are two writes; the second would wait for the other side to acknowledge the first.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except TimeoutError as problem:
            raise httpcore.ConnectTimeout from problem
        except (OSError, UnicodeError) as problem:
            raise httpcore.ConnectError from problem
        return self.watched(SyncStream(connection))

    def _allowed(self, host: str, addresses: list[connect.Address]) -> list[connect.Address]:
        if not self.is_loopback_only:
            return addresses
        # Names are no proof: a resolver may answer any address for any of them.
        allowed = [address for address in addresses if ip_address(address.host.partition("%")[0]).is_loopback]
        if not allowed:
            raise Unreachable(
                f"{host} is not this machine, and no key is sent in clear to another", hint="use https:// in base_url"
            )
        return allowed

    def watched(self, stream: httpcore.NetworkStream) -> "DeadlineStream":
        """Return the connection that is now in use."""
        self._socket = stream.get_extra_info("socket")
        return DeadlineStream(stream, self)

    def left(self, timeout: float | None, late: type[httpcore.TimeoutException]) -> float:
        """Return the seconds that an operation may take; raises `late` if there are none."""
        seconds = self.deadline - time.monotonic()
        if seconds <= 0 or self._is_abandoned:
            raise late
        return seconds if timeout is None else min(seconds, timeout)

    def sent(self) -> None:
        """Note that a request, or a part of one, went out."""
        self._missing_start = _START_OF_ANSWER

    def received(self, data: bytes) -> None:
        """Note received bytes, none at the end; raises RemoteProtocolError if they do not start an answer."""
        # An end without notice is told apart from a time-out: such a connection may be tried again at once.
        self.is_ended = not data
        if self.is_socks and not self.handshakes_begun:
            return
        start = self._missing_start
        if data[: len(start)] != start[: len(data)]:
            raise httpcore.RemoteProtocolError("not the start of an answer")
        self._missing_start = start[len(data) :]

    def abandon(self) -> None:
        """End the wait that is under way, from another thread or a signal handler, and allow no other."""
        self._is_abandoned = True
        if self._socket is not None:
            # Closing would give the descriptor's number to another connection while a thread still reads from it. The
            # method of the plain socket: that of a TLS socket takes away the object that the thread is in.
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class DeadlineStream(httpcore.NetworkStream):
    """A connection whose reads and writes the backend bounds and notes."""

    def __init__(self, stream: httpcore.NetworkStream, backend: DeadlineBackend) -> None:
        self._stream, self._backend = stream, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the next bytes, or none if the other side has closed the connection."""
        try:
            data = self._stream.read(max_bytes, self._backend.left(timeout, httpcore.ReadTimeout))
        except httpcore.ReadError as problem:
            # Inside another TLS connection, an end without notice is an error, which Python's own sockets let pass.
            if not isinstance(problem.__cause__, SSLEOFError):
                raise
            data = b""
        self._backend.received(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        if buffer:
            self._backend.sent()
            self._stream.write(buffer, self._backend.left(timeout, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Secure the connection."""
        left = self._backend.left(timeout, httpcore.ConnectTimeout)
        # Counted, for behind a proxy that speaks TLS the first handshake is the proxy's, and the second the provider's.
        self._backend.handshakes_begun += 1
        secured = self._stream.start_tls(ssl_context, server_hostname, left)
        self._backend.handshakes_done += 1
        return self._backend.watched(secured)

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  the library's signature
        """Return a property of the connection."""
        return self._stream.get_extra_info(info)
