"""Servers on loopback that misbehave on purpose, and log all that they are sent."""

import contextlib
import socket
import ssl
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from tests.faults.exchange import Exchange, Request

Talk = Callable[[socket.socket], None]
Behaviour = Callable[[Exchange], None]

PATIENCE = 30


class Listener:
    """A port of its own on which each connection is handed to `talk`, in a thread."""

    def __init__(self, talk: Talk, *, context: ssl.SSLContext | None = None, backlog: int = 512) -> None:
        self._talk, self._context = talk, context
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=backlog)
        self.port: int = self._socket.getsockname()[1]
        self.connections = 0
        self.ending = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ending.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    @property
    def url(self) -> str:
        """The URL of this listener."""
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError, ValueError), connection:
            if self._context is None:
                self._talk(connection)
                return
            with self._context.wrap_socket(connection, server_side=True) as wrapped:
                self._talk(wrapped)


class FaultServer:
    """An HTTP server whose paths begin with /SCENARIO/ACCOUNT/PROVIDER: the scenario says how it misbehaves."""

    def __init__(self, behaviours: Mapping[str, Behaviour], *, other: str = "") -> None:
        self._behaviours, self._other = behaviours, other
        self._lock = threading.Lock()
        self._attempts: Counter[str] = Counter()
        self.log: defaultdict[str, list[Request]] = defaultdict(list)
        self.ending = threading.Event()

    def talk(self, connection: socket.socket) -> None:
        """Answer the requests on one connection, as long as it is kept."""
        while (request := read_request(connection)) is not None:
            exchange = self._exchange(connection, request)
            self._behaviours[request.path.split("/")[1]](exchange)
            if not exchange.kept:
                return

    def _exchange(self, connection: socket.socket, request: Request) -> Exchange:
        _, _, account, provider, *_ = request.path.split("/")
        with self._lock:
            self.log[account].append(request)
            attempt = len(self.log[account])
        return Exchange(connection, request, account, provider, attempt, self._other, self.ending)


def read_request(connection: socket.socket) -> Request | None:
    """Return the next request, or None if the client left."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return None
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    return Request(time.monotonic(), method, path, headers, body)
