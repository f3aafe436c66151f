"""The client on real sockets, one request at a time."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from credcheck import network
from credcheck.models import Request, Response
from tests.faults import exchange
from tests.faults.server import Listener, read_request

SECRET = "sk-Qx7-secret"


@contextmanager
def answering(*answers: bytes) -> Iterator[tuple[Listener, list[exchange.Request]]]:
    """Answer one connection after the other with these bytes, the last of them again and again."""
    seen: list[exchange.Request] = []

    def talk(connection: socket.socket) -> None:
        request = read_request(connection)
        if request is not None:
            seen.append(request)
            connection.sendall(answers[min(len(seen), len(answers)) - 1])

    with Listener(talk) as listener:
        yield listener, seen


def answer(status: int = 200, *headers: str, body: bytes = b"{}") -> bytes:
    """Return an answer that closes its connection."""
    lines = [f"HTTP/1.1 {status} Said", *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode() + body


def send(request: Request, *, seconds: float = 5) -> Response:
    """Send one request with a client of its own."""
    client = network.prepare([request.url], {}).client()
    try:
        return client.send(request, deadline=time.monotonic() + seconds)
    finally:
        client.close()


def test_a_post_is_sent_with_its_body_and_retried_alike() -> None:
    with answering(answer(503), answer()) as (listener, seen):
        response = send(Request(f"{listener.url}/graphql", {"X-Key": "k"}, "POST", b'{"query": 1}'))
    assert response.status == 200
    assert [(each.method, each.path, each.body) for each in seen] == [("POST", "/graphql", b'{"query": 1}')] * 2


def test_a_redirected_post_is_sent_nowhere_else() -> None:
    with answering(answer(307, "Location: /elsewhere")) as (listener, seen):
        assert send(Request(listener.url, {}, "POST", b"x")).status == 307
    assert len(seen) == 1


def test_nothing_of_a_request_that_may_hold_a_key_is_in_its_repr() -> None:
    request = Request(f"https://{SECRET}@host/{SECRET}?key={SECRET}", {"X-Key": SECRET}, "POST", SECRET.encode())
    assert SECRET not in repr(request)
