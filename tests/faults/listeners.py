"""Ports that are wrong from the first byte on, before any request is made."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from ssl import SSLContext

from tests.faults.catalogue.row import GOOD, Outcome
from tests.faults.certificates import Certificates
from tests.faults.exchange import LINGER_NOT
from tests.faults.server import PATIENCE, Listener, Talk


@dataclass(frozen=True)
class Place:
    """A URL for accounts, and the outcome that each must have. `scenario` is for a server that knows scenarios."""

    name: str
    url: str
    outcome: Outcome
    says: str = ""
    says_not: str = "\0"
    requests: tuple[int, int] = (0, 0)
    scenario: str = ""
    after: str = ""


def hold(connection: socket.socket) -> None:
    """Accept, and say nothing."""
    with contextlib.suppress(OSError):
        while connection.recv(65536):
            pass


def close(connection: socket.socket) -> None:
    """Accept, and close."""
    connection.shutdown(socket.SHUT_RDWR)


def reset(connection: socket.socket) -> None:
    """Accept, and break the connection off."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)


def banner(connection: socket.socket) -> None:
    """Speak first, and of something else."""
    connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")
    hold(connection)


def plain_http(connection: socket.socket) -> None:
    """Answer every request in plain HTTP."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def garbage(connection: socket.socket) -> None:
    """Answer a handshake with bytes that are none."""
    connection.recv(65536)
    connection.sendall(bytes(range(256)) * 8)


def trickled_handshake(connection: socket.socket) -> None:
    """Begin a handshake that never ends."""
    connection.recv(65536)
    connection.sendall(b"\x16\x03\x03\x40\x00")
    with contextlib.suppress(OSError):
        connection.settimeout(0.5)
        while True:
            connection.sendall(b"\0")
            with contextlib.suppress(TimeoutError):
                if not connection.recv(1):
                    return


def end_handshake(connection: socket.socket) -> None:
    """Close the connection when the handshake begins."""
    connection.recv(65536)
    close(connection)


def reset_handshake(connection: socket.socket) -> None:
    """Break the connection off when the handshake begins."""
    connection.recv(65536)
    reset(connection)


def garbage_later(connection: socket.socket) -> None:
    """Answer the request inside TLS with bytes outside it."""
    connection.recv(65536)
    socket.socket.send(connection, b"garbage that is no TLS record at all")
    hold(connection)


@contextmanager
def full(*, until: float = PATIENCE) -> Iterator[int]:
    """Give a port with a full queue: a SYN is not answered until there is room, some seconds from now."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        waiting = [stack.enter_context(socket.socket()) for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listening.getsockname())

        def make_room() -> None:
            for each in waiting:
                each.close()
            listening.listen(8)

        timer = threading.Timer(until, make_room)
        timer.start()
        stack.callback(timer.join)
        stack.callback(timer.cancel)
        yield listening.getsockname()[1]


@contextmanager
def refusing() -> Iterator[int]:
    """Give a port that nobody listens at."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


TALKS: dict[str, tuple[str, Talk, Outcome]] = {
    "accept-hang": ("http", hold, "timeout"),
    "accept-close": ("http", close, "unreachable"),
    "accept-reset": ("http", reset, "unreachable"),
    "ssh-banner": ("http", banner, "unreachable"),
    "tls-hang": ("https", hold, "timeout"),
    "tls-close": ("https", close, "unreachable"),
    "tls-end": ("https", end_handshake, "unreachable"),
    "tls-reset": ("https", reset_handshake, "unreachable"),
    "tls-plain-http": ("https", plain_http, ("tls", "unreachable")),
    "tls-garbage": ("https", garbage, ("tls", "unreachable")),
    "tls-trickle": ("https", trickled_handshake, ("timeout", "tls")),
}


def secured(certificates: Certificates, talk: Talk, stack: ExitStack) -> list[Place]:
    """Start the listeners that do speak TLS, with certificates good and bad."""
    contexts: dict[str, tuple[SSLContext, Outcome, str]] = {
        "tls-expired": (certificates.expired(), "tls", "has expired"),
        "tls-not-yet-valid": (certificates.not_yet_valid(), "tls", "clock"),
        "tls-self-signed": (certificates.self_signed(), "tls", "SSL_CERT_FILE"),
        "tls-unknown-authority": (certificates.unknown_authority(), "tls", "SSL_CERT_FILE"),
        "tls-wrong-host": (certificates.wrong_host(), "tls", "127.0.0.1"),
        "tls-old": (certificates.old(), "tls", "nothing was sent"),
    }
    places = []
    for name, (context, outcome, says) in contexts.items():
        listener = stack.enter_context(Listener(talk, context=context))
        places.append(Place(name, listener.url, outcome, says, scenario="ok"))
    unnamed = stack.enter_context(Listener(talk, context=certificates.without_alternative_name()))
    demanding = stack.enter_context(Listener(talk, context=certificates.demanding()))
    later = stack.enter_context(Listener(garbage_later, context=certificates.good()))
    good = stack.enter_context(Listener(talk, context=certificates.good()))
    by_name = good.url.replace("127.0.0.1", "localhost")
    return [
        *places,
        Place(
            "tls-no-alternative-name",
            unnamed.url.replace("127.0.0.1", "localhost"),
            "tls",
            "another host",
            scenario="ok",
        ),
        Place("tls-client-cert", demanding.url, "tls", "client certificate", says_not="nothing was sent"),
        Place("tls-garbage-later", later.url, "tls", "broke", says_not="nothing was sent"),
        Place("tls-good", good.url, GOOD, requests=(1, 1), scenario="ok"),
        Place("tls-good-by-name", by_name, GOOD, requests=(1, 1), scenario="ok"),
        Place("tls-endless", good.url, "bad_response", requests=(1, 1), scenario="endless-body"),
        Place("tls-hang-mid-body", good.url, "timeout", requests=(1, 1), scenario="hang-mid-body"),
        Place("tls-trickle-head", good.url, "timeout", requests=(1, 1), scenario="trickle-head"),
        Place("tls-redirect-downgrade", good.url, "redirected", requests=(1, 1), scenario="redirect-other-port"),
        Place("tls-truncated", good.url, "unreachable", requests=(1, 3), scenario="truncated-length"),
        Place("tls-stale", good.url, GOOD, requests=(1, 2), scenario="stale-keepalive"),
    ]


def places(certificates: Certificates, talk: Talk, stack: ExitStack) -> list[Place]:
    """Start every listener, for as long as the stack holds."""
    found = secured(certificates, talk, stack)
    for name, (scheme, wrong, outcome) in TALKS.items():
        port = stack.enter_context(Listener(wrong)).port
        found.append(Place(name, f"{scheme}://127.0.0.1:{port}", outcome))
    refused, unanswered = stack.enter_context(refusing()), stack.enter_context(full())
    plain, two = stack.enter_context(Listener(talk)), stack.enter_context(Listener(talk))
    return [
        *found,
        Place("refused", f"http://127.0.0.1:{refused}", "unreachable", f"127.0.0.1:{refused}"),
        Place("tls-refused", f"https://127.0.0.1:{refused}", "unreachable", f"127.0.0.1:{refused}"),
        Place("connect-hang", f"http://127.0.0.1:{unanswered}", "timeout"),
        Place(
            "plain-to-tls-server",
            next(p.url for p in found if p.name == "tls-good").replace("https", "http"),
            "unreachable",
        ),
        Place(
            "loopback-by-name-only",
            f"http://far.localhost:{plain.port}",
            "unreachable",
            "not this machine",
            scenario="ok",
        ),
        Place("loopback-among-others", f"http://mixed.localhost:{plain.port}", GOOD, requests=(1, 1), scenario="ok"),
        Place("name-unknown", "https://unknown.invalid", "unreachable", "cannot find unknown.invalid"),
        Place("name-later", "https://later.invalid", "unreachable", "cannot find later.invalid"),
        Place("name-hangs", "https://hangs.invalid", "timeout"),
        Place("name-too-long", f"https://{'a' * 64}.invalid", "unreachable"),
        Place("name-empty-label", "https://a..invalid", "unreachable"),
        Place("two-answers", two.url, GOOD, requests=(1, 3), scenario="two-answers"),
        Place("two-answers-again", two.url, GOOD, requests=(1, 3), scenario="two-answers"),
        Place("trailing-slash", plain.url, GOOD, requests=(1, 1), scenario="ok", after="/"),
    ]
