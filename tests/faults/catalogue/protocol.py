"""Connections that break and answers that are hardly HTTP."""

from collections.abc import Sequence

from tests.faults.catalogue.row import GOOD, Outcome, Row
from tests.faults.exchange import Exchange
from tests.faults.server import Behaviour

BROKEN = "unreachable"
EITHER = (GOOD, BROKEN)
AGAIN = (1, 3)


def raw(data: bytes) -> Behaviour:
    """Send these bytes, and close."""
    return lambda exchange: exchange.send(data)


def reset_after(data: bytes) -> Behaviour:
    """Send these bytes, and break the connection off."""

    def behaviour(exchange: Exchange) -> None:
        exchange.send(data)
        exchange.pause(0.05)  # or the reset would overtake the data
        exchange.reset()

    return behaviour


def headed(*headers: str, status: int = 200) -> Behaviour:
    """Send the good answer under exactly these headers, and close."""

    def behaviour(exchange: Exchange) -> None:
        exchange.head(status, headers)
        exchange.send(exchange.good())

    return behaviour


def added(headers: Sequence[str]) -> Behaviour:
    """Send the good answer with more headers."""
    return lambda exchange: exchange.answer(headers=headers)


def truncated_length(exchange: Exchange) -> None:
    """Send a complete document, but less than was promised."""
    body = exchange.good()
    exchange.head(200, [f"Content-Length: {len(body) + 10}"])
    exchange.send(body)


def truncated_chunked(exchange: Exchange) -> None:
    """Send a complete document without the last chunk."""
    body = exchange.good()
    exchange.head(200, ["Transfer-Encoding: chunked"])
    exchange.send(f"{len(body):x}\r\n{body}\r\n")


def stale(exchange: Exchange) -> None:
    """Answer well, promise to keep the connection, and close it."""
    exchange.answer(headers=["Connection: keep-alive", "Keep-Alive: timeout=60"])
    exchange.kept = False


def endless_headers(exchange: Exchange) -> None:
    """Never end the head."""
    exchange.send(b"HTTP/1.1 200 OK\r\n")
    exchange.endlessly(b"X-More: more\r\n" * 100, every=0.001)


def endless_header(exchange: Exchange) -> None:
    """Never end one header."""
    exchange.send(b"HTTP/1.1 200 OK\r\nX-More: ")
    exchange.endlessly(b"more" * 1000, every=0.001)


def short_length(exchange: Exchange) -> None:
    """Promise less than is sent."""
    exchange.head(200, ["Content-Length: 5"])
    exchange.send(exchange.good())


def chunks(body: bytes) -> Behaviour:
    """Send these for chunks."""

    def behaviour(exchange: Exchange) -> None:
        exchange.head(200, ["Transfer-Encoding: chunked"])
        exchange.send(body)

    return behaviour


def length_and_chunked(exchange: Exchange) -> None:
    """Tell the length in two ways."""
    body = exchange.good()
    exchange.head(200, ["Content-Length: 3", "Transfer-Encoding: chunked"])
    exchange.send(f"{len(body):x}\r\n{body}\r\n0\r\n\r\n")


def length_twice(exchange: Exchange) -> None:
    """Tell two lengths."""
    body = exchange.good()
    exchange.head(200, ["Content-Length: 3", f"Content-Length: {len(body)}"])
    exchange.send(body)


def two_answers(exchange: Exchange) -> None:
    """Send a second answer that nobody asked for: the next account must not take it for its own."""
    exchange.send(
        "".join(
            f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}"
            for body in (exchange.good(), exchange.good('"666"'))
        )
    )
    exchange.kept = True


OK_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: appl"
OK_BODY = b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"bal'

ODD: dict[str, tuple[Behaviour, Outcome]] = {
    "not-http": (raw(b"SSH-2.0-OpenSSH_9.6 \x1b[31m\r\n"), BROKEN),
    "smtp": (raw(b"220 mail.example ESMTP\r\n"), BROKEN),
    "http09": (raw(b'{"balance": 42}\n'), BROKEN),
    "http2-preface": (raw(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05\0\xff\xff"), BROKEN),
    "tls-alert": (raw(b"\x15\x03\x01\0\x02\x02\x46"), BROKEN),
    "bad-status-line": (raw(b"HTTP/1.1 TWO-HUNDRED OK\r\n\r\n"), BROKEN),
    "bad-version": (raw(b"HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\n{}"), (BROKEN, "bad_response")),
    "blank-lines": (raw(b"\r\n\r\n\r\n"), BROKEN),
    "nothing-but-zeros": (raw(bytes(1000)), BROKEN),
    "status-000": (raw(b"HTTP/1.1 000 None\r\nContent-Length: 0\r\n\r\n"), (BROKEN, "provider_error")),
    "status-999": (raw(b"HTTP/1.1 999 Request denied\r\nContent-Length: 0\r\n\r\n"), "provider_error"),
    "status-1000": (raw(b"HTTP/1.1 1000 Many\r\nContent-Length: 0\r\n\r\n"), BROKEN),
    "status-99": (raw(b"HTTP/1.1 99 Few\r\nContent-Length: 0\r\n\r\n"), BROKEN),
    "upgrade": (
        raw(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nxyz"),
        (BROKEN, "provider_error"),
    ),
    "length-banana": (headed("Content-Length: banana"), EITHER),
    "length-negative": (headed("Content-Length: -1"), EITHER),
    "length-unicode": (headed("Content-Length: ٤٢"), EITHER),
    "length-huge": (headed("Content-Length: " + "9" * 100), EITHER),
    "length-twice": (length_twice, EITHER),
    "length-and-chunked": (length_and_chunked, EITHER),
    "length-short": (short_length, "bad_response"),
    "bad-chunk": (chunks(b"zz\r\n{}\r\n"), BROKEN),
    "chunk-huge": (chunks(b"f" * 40 + b"\r\n{}"), (BROKEN, "bad_response")),
    "chunk-negative": (chunks(b"-1\r\n{}\r\n"), BROKEN),
    "encoding-chunked-unknown": (headed("Transfer-Encoding: klingon"), EITHER),
    "header-huge": (added(["X-Huge: " + "x" * (1 << 20)]), EITHER),
    "headers-many": (added(["X: y"] * 50_000), EITHER),
    "bad-header": (added(["this is no header"]), EITHER),
    "header-nul": (added(["X-Nul: a\0b"]), EITHER),
    "header-escape": (added(["X-Escape: \x1b[2Jgone", "X-Bell: \x07"]), EITHER),
    "header-folded": (added(["X-Folded: one\r\n two"]), EITHER),
    "header-non-ascii": (added(["X-Name: é\u202e"]), EITHER),
    "header-empty-name": (added([": nothing"]), EITHER),
    "key-in-header": (lambda x: x.answer(headers=[f"X-Key: {x.key}", f"Set-Cookie: k={x.key}"]), GOOD),
    "reason-escape": (
        lambda x: x.answer("{}", status=500, reason="\x1b]0;owned\x07\x1b[31m"),
        (BROKEN, "provider_error"),
    ),
    "reason-key": (lambda x: x.answer("{}", status=500, reason=x.key), "provider_error"),
    "reason-empty": (lambda x: x.answer(reason=""), GOOD),
    "reason-long": (lambda x: x.answer("{}", status=500, reason="no " * 10_000), (BROKEN, "provider_error")),
}

ROWS = [
    Row("reset", Exchange.reset, BROKEN, AGAIN),
    Row("reset-mid-head", reset_after(OK_HEAD), BROKEN, AGAIN),
    Row("reset-mid-body", reset_after(OK_BODY), BROKEN, AGAIN),
    Row("close", lambda _: None, BROKEN, AGAIN),
    Row("close-mid-head", raw(OK_HEAD), BROKEN, AGAIN),
    Row("truncated-length", truncated_length, BROKEN, AGAIN),
    Row("truncated-chunked", truncated_chunked, BROKEN, AGAIN),
    Row("stale-keepalive", stale, GOOD, (1, 2)),
    Row("endless-headers", endless_headers, (BROKEN, "timeout"), AGAIN),
    Row("endless-header", endless_header, (BROKEN, "timeout"), AGAIN),
    *(Row(name, behaviour, outcome, AGAIN, says_not="\x1b") for name, (behaviour, outcome) in ODD.items()),
    Row("two-answers", two_answers, GOOD, AGAIN, providers=()),
    Row(
        "key-in-error-header",
        lambda x: x.answer("{}", status=403, headers=[f"WWW-Authenticate: {x.key}"]),
        "key_rejected",
    ),
    Row("cookie-session", lambda x: x.answer(headers=[f"Set-Cookie: la_session={x.account}; Path=/"]), GOOD),
]
