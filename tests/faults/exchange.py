"""One request to a server that misbehaves, and the ways in which it can."""

import contextlib
import socket
import struct
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import responses

from tests.faults.documents import KEY_HEADERS, document

LINGER_NOT = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Request:
    """A request as it came; header names are in lower case."""

    time: float
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass
class Exchange:
    """A request, and the socket on which anything may be sent.

    `attempt` counts from 1 the requests for this account. `other` is the second origin, which must see nothing.
    """

    socket: socket.socket
    request: Request
    account: str
    provider: str
    attempt: int
    other: str
    ending: threading.Event
    kept: bool = field(default=False)

    @property
    def key(self) -> str:
        """The key that the request carries."""
        name, prefix = KEY_HEADERS[self.provider]
        return self.request.headers.get(name, "").removeprefix(prefix)

    def good(self, value: str | None = None) -> str:
        """Return the provider's good answer, with this value for the balance."""
        return document(self.provider, value)

    def send(self, data: bytes | str) -> None:
        """Send bytes as they are."""
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def head(self, status: int = 200, headers: Sequence[str] = (), *, reason: str | None = None) -> None:
        """Send a status line and headers, and nothing that says how long the body is."""
        words = responses.get(status, "Whatever") if reason is None else reason
        lines = [f"HTTP/1.1 {status} {words}", *headers, "", ""]
        self.send("\r\n".join(lines).encode("utf-8", "surrogatepass"))

    def answer(
        self,
        body: bytes | str | None = None,
        *,
        status: int = 200,
        headers: Sequence[str] = ("Content-Type: application/json",),
        reason: str | None = None,
    ) -> None:
        """Send a whole answer, by default the good one, and keep the connection."""
        text = self.good() if body is None else body
        data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        self.head(status, [*headers, f"Content-Length: {len(data)}"], reason=reason)
        self.send(data)
        self.kept = True

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the server's end."""
        if self.ending.wait(seconds):
            raise ConnectionAbortedError

    def trickle(self, data: bytes | str, *, every: float = 1.0) -> None:
        """Send a byte at a time."""
        for byte in data.encode() if isinstance(data, str) else data:
            self.send(bytes([byte]))
            self.pause(every)

    def endlessly(self, data: bytes, *, every: float = 0.0) -> None:
        """Send the same again and again, until the client leaves."""
        while True:
            self.send(data)
            self.pause(every)

    def hold(self) -> None:
        """Say nothing, until the client leaves."""
        with contextlib.suppress(OSError):
            while self.socket.recv(65536):
                pass

    def reset(self) -> None:
        """Break the connection off."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
