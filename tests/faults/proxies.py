"""Proxies, good and bad."""

import select
import socket
import ssl

from tests.faults.listeners import banner, hold, reset
from tests.faults.server import Talk, read_request

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


def answering(status: str) -> Talk:
    """Refuse to connect."""

    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())

    return talk


class Tunnel:
    """A proxy that works; `seen` is every byte that it could read before it connected.

    `first` are its ways with the first connections, one for each, in place of passing on.
    """

    def __init__(self, *first: Talk) -> None:
        self.seen: list[str] = []
        self._first = list(first)

    def talk(self, connection: socket.socket) -> None:
        """Connect to the host that is asked for, and pass on all bytes."""
        request = read_request(connection)
        if request is None:
            return
        self.seen.append(f"{request.method} {request.path} {dict(request.headers)}")
        if self._first:
            connection.sendall(ESTABLISHED)
            self._first.pop(0)(connection)
            return
        host, _, port = request.path.rpartition(":")
        with socket.create_connection((host, int(port))) as there:
            connection.sendall(ESTABLISHED)
            _pass_on(connection, there)


class Socks:
    """A SOCKS5 proxy that works, or says `reply` in place of connecting; `asked` is each host and port.

    `user` is the name and the password that it wants.
    """

    def __init__(self, *, user: tuple[bytes, bytes] | None = None, reply: int = 0) -> None:
        self.asked: list[str] = []
        self._user, self._reply = user, reply

    def talk(self, connection: socket.socket) -> None:
        """Agree on a method, ask for the user, connect and pass on all bytes."""
        methods = _exactly(connection, _exactly(connection, 2)[1])
        method = 2 if self._user else 0
        if method not in methods:
            connection.sendall(b"\x05\xff")
            return
        connection.sendall(bytes([5, method]))
        if self._user:
            name = _exactly(connection, _exactly(connection, 2)[1])
            password = _exactly(connection, _exactly(connection, 1)[0])
            connection.sendall(b"\x01\x00" if (name, password) == self._user else b"\x01\x01")
            if (name, password) != self._user:
                return
        host, port = _address(connection)
        self.asked.append(f"{host}:{port}")
        answer = bytes([5, self._reply, 0, 1, 0, 0, 0, 0, 0, 0])
        if self._reply:
            connection.sendall(answer)
            return
        with socket.create_connection((host, port)) as there:
            connection.sendall(answer)
            _pass_on(connection, there)


def _address(connection: socket.socket) -> tuple[str, int]:
    kind = _exactly(connection, 4)[3]
    if kind == 3:
        host = _exactly(connection, _exactly(connection, 1)[0]).decode()
    else:
        host = socket.inet_ntop(
            *((socket.AF_INET, _exactly(connection, 4)) if kind == 1 else (socket.AF_INET6, _exactly(connection, 16)))
        )
    return host, int.from_bytes(_exactly(connection, 2), "big")


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        chunk = connection.recv(count - len(data))
        if not chunk:
            raise ConnectionError
        data += chunk
    return data


def breaking_tls(context: ssl.SSLContext) -> Talk:
    """Return a proxy that shows a certificate of its own for every host."""

    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(ESTABLISHED)
        context.wrap_socket(connection, server_side=True).close()

    return talk


def _pass_on(client: socket.socket, origin: socket.socket) -> None:
    """Pass on the bytes of both sides until both have ended, in one thread, since TLS takes no two at a time."""
    others = {client: origin, origin: client}
    while others:
        waiting = [source for source in others if isinstance(source, ssl.SSLSocket) and source.pending()]
        for source in waiting or select.select(list(others), [], [])[0]:
            if data := source.recv(65536):
                others[source].sendall(data)
            else:
                socket.socket.shutdown(others.pop(source), socket.SHUT_WR)


BAD: dict[str, tuple[Talk, str]] = {
    "407": (answering("407 Proxy Authentication Required"), "unreachable"),
    "403": (answering("403 Forbidden"), "unreachable"),
    "502": (answering("502 Bad Gateway"), "unreachable"),
    "redirect": (answering("302 Found"), "unreachable"),
    "hang": (hold, "timeout"),
    "reset": (reset, "unreachable"),
    "garbage": (banner, "unreachable"),
}
