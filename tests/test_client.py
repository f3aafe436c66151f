"""The client on real sockets: requests, answers, limits, retries."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from credcheck.errors import BadResponse, CheckError, TimedOut, Unreachable
from credcheck.models import Request, Response
from credcheck.network.client import Client, Network
from credcheck.network.proxies import Proxies
from tests.faults import exchange
from tests.faults.listeners import banner, hold, refusing
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


class Pauses(list[float]):
    """The pauses between attempts, which take no time here."""

    def client(self) -> Client:
        """Return a client that notes its pauses, each the longest that its jitter allows."""
        shared = Network(Proxies({}), context=None)
        return Client(shared, sleep=self.append, jitter=lambda _least, most: most)


@pytest.fixture
def pauses() -> Pauses:
    """The pauses of a test's clients."""
    return Pauses()


def send(request: Request, pauses: Pauses | None = None, *, seconds: float = 5) -> Response:
    """Send one request with a client of its own."""
    client = (Pauses() if pauses is None else pauses).client()
    try:
        return client.send(request, deadline=time.monotonic() + seconds)
    finally:
        client.close()


def get(listener: Listener, pauses: Pauses | None = None, *, seconds: float = 5) -> Response:
    """Send a GET to a listener."""
    return send(Request(listener.url, {}), pauses, seconds=seconds)


def test_a_post_is_sent_with_its_body_and_retried_alike() -> None:
    with answering(answer(503), b"", answer()) as (listener, seen):
        response = send(Request(f"{listener.url}/graphql", {"X-Key": "k"}, "POST", b'{"query": 1}'))
    assert response.status == 200
    assert [(each.method, each.path, each.body) for each in seen] == [("POST", "/graphql", b'{"query": 1}')] * 3


def test_a_redirected_post_is_sent_nowhere_else() -> None:
    with answering(answer(307, "Location: /elsewhere")) as (listener, seen):
        assert send(Request(listener.url, {}, "POST", b"x")).status == 307
    assert len(seen) == 1


def test_nothing_of_a_request_that_may_hold_a_key_is_in_its_repr() -> None:
    request = Request(f"https://{SECRET}@host/{SECRET}?key={SECRET}", {"X-Key": SECRET}, "POST", SECRET.encode())
    assert SECRET not in repr(request)


def test_the_backend_is_set_where_the_library_looks_for_it() -> None:
    """A name that the library no longer reads would leave it with a backend of its own, and us without a deadline."""
    client = Pauses().client()
    with Listener(hold) as listener, pytest.raises(TimedOut):
        client.send(Request(listener.url, {}), deadline=time.monotonic() + 0.1)


@pytest.mark.parametrize("pack", [None, gzip.compress])
def test_a_body_may_have_a_mebibyte_and_not_a_byte_more(pack: Callable[[bytes], bytes] | None) -> None:
    body = b"x" * 1024 * 1024
    coding = ["Content-Encoding: gzip"] if pack else []
    pack = pack or bytes
    with answering(answer(200, *coding, body=pack(body)), answer(200, *coding, body=pack(body + b"x"))) as (
        listener,
        _,
    ):
        assert get(listener).body == body
        with pytest.raises(BadResponse, match="larger than 1024 KiB"):
            get(listener)


def test_of_an_error_no_more_is_kept_than_its_limit() -> None:
    with answering(answer(401, body=b"x" * 65 * 1024)) as (listener, _):
        assert get(listener).body == b"x" * 64 * 1024


def test_for_an_errors_body_nobody_waits_long() -> None:
    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 401 No\r\nContent-Length: 9\r\n\r\nsome")
        hold(connection)

    with Listener(talk) as listener:
        started = time.monotonic()
        assert get(listener).status == 401
    assert time.monotonic() - started < 2


PACKED = gzip.compress(b"{}", mtime=0)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("br", PACKED),
        ("deflate", PACKED),
        ("gzip", PACKED[:-1]),
        ("gzip", PACKED + b"more"),
        ("gzip", b"{}"),
        ("gzip, gzip", gzip.compress(PACKED, mtime=0)),
    ],
    ids=["br", "deflate", "cut short", "more after it", "none", "twice"],
)
def test_only_whole_gzip_is_unpacked(coding: str, body: bytes) -> None:
    packed = answer(200, f"Content-Encoding: {coding}", body=body)
    with answering(packed) as (listener, _), pytest.raises(BadResponse, match="unpacked"):
        get(listener)


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", " GZIP "])
def test_gzip_is_unpacked(coding: str) -> None:
    with answering(answer(200, f"Content-Encoding: {coding}", body=PACKED)) as (listener, _):
        assert get(listener).body == b"{}"


def test_an_answer_that_came_before_the_request_is_believed_by_nobody(pauses: Pauses) -> None:
    """Two answers to one request, on a connection that is kept: the second is nobody's."""
    kept = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"

    def talk(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(kept + b"1" + kept + b"2")

    client = pauses.client()
    with Listener(talk) as listener:
        request, deadline = Request(listener.url, {}), time.monotonic() + 5
        assert [client.send(request, deadline=deadline).body for _ in range(3)] == [b"1"] * 3
    assert listener.connections == 3
    client.close()


def test_three_tries_have_pauses_between_them_that_grow(pauses: Pauses) -> None:
    with answering(answer(503)) as (listener, seen):
        assert get(listener, pauses).status == 503
    assert len(seen) == 3
    assert pauses == pytest.approx([0.3, 0.6])


def test_what_the_other_side_asks_to_wait_is_waited_and_a_little_more(pauses: Pauses) -> None:
    with answering(answer(429, "Retry-After: 2"), answer()) as (listener, _):
        assert get(listener, pauses).status == 200
    assert pauses == pytest.approx([2.3])


@pytest.mark.parametrize("wait", ["2", "86400", "9" * 400])
def test_a_pause_that_would_end_after_the_deadline_is_not_begun(pauses: Pauses, wait: str) -> None:
    with answering(answer(429, f"Retry-After: {wait}")) as (listener, seen):
        assert get(listener, pauses, seconds=2).status == 429
    assert (len(seen), pauses) == (1, [])


def test_no_pause_is_begun_before_a_deadline_that_it_would_miss(pauses: Pauses) -> None:
    with refusing() as port, pytest.raises(Unreachable, match="refuses connections"):
        send(Request(f"http://127.0.0.1:{port}", {}), pauses, seconds=0.25)
    assert pauses == []


@pytest.mark.parametrize("status", [200, 300, 400, 401, 403, 404, 408, 422, 500, 501, 520])
def test_no_other_status_is_tried_again(pauses: Pauses, status: int) -> None:
    with answering(answer(status, "Retry-After: 0")) as (listener, seen):
        assert get(listener, pauses).status == status
    assert (len(seen), pauses) == (1, [])


def test_what_is_no_http_is_not_asked_again(pauses: Pauses) -> None:
    with Listener(banner) as listener, pytest.raises(Unreachable, match="not HTTP"):
        get(listener, pauses)
    assert (listener.connections, pauses) == (1, [])


@pytest.mark.parametrize(
    ("number", "tries"), [(socket.EAI_AGAIN, 3), (socket.EAI_NONAME, 1), (socket.EAI_FAIL, 1)], ids=str
)
def test_only_a_resolver_that_fails_for_now_is_asked_again(
    pauses: Pauses, monkeypatch: pytest.MonkeyPatch, number: int, tries: int
) -> None:
    asked = []

    def getaddrinfo(host: str, *_: object, **__: object) -> None:
        asked.append(host)
        raise socket.gaierror(number, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(Unreachable, match=r"cannot find name\.example"):
        send(Request("https://name.example", {}), pauses)
    assert (len(asked), len(pauses)) == (tries, tries - 1)


BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "says", "tries"),
    [
        (b"", "closed the connection without an answer", 3),
        (b"HTTP/1.1 200 OK\r\nContent-Ty", "cut its answer short", 3),
        (BODY + b"some", "cut its answer short", 3),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n", "cut its answer short", 3),
        (b"HTTP/1.1 TWO OK\r\n\r\n", "not HTTP", 1),
        (b"220 mail.example ESMTP\r\n", "not HTTP", 1),
        (b"HTTP/1.1 200 OK\r\nno header\r\n\r\n", "not HTTP", 1),
    ],
)
def test_an_answer_that_ends_early_is_asked_for_again_and_one_that_is_wrong_is_not(
    pauses: Pauses, sent: bytes, says: str, tries: int
) -> None:
    """These are told apart by the bytes that came, not by the library's messages."""
    with answering(sent) as (listener, seen), pytest.raises(Unreachable, match=says):
        get(listener, pauses)
    assert len(seen) == tries


def test_a_client_that_is_abandoned_ends_its_wait_and_sends_nothing_more(pauses: Pauses) -> None:
    is_asked = threading.Event()
    ended: list[CheckError] = []

    def talk(connection: socket.socket) -> None:
        read_request(connection)
        is_asked.set()
        hold(connection)

    def wait() -> None:
        with pytest.raises(CheckError) as caught:
            client.send(Request(listener.url, {}), deadline=time.monotonic() + 20)
        ended.append(caught.value)

    client = pauses.client()
    with Listener(talk) as listener:
        thread = threading.Thread(target=wait)
        thread.start()
        assert is_asked.wait(5)
        client.abandon()
        thread.join(5)
        assert len(ended) == 1
    assert listener.connections == 1
