"""Answers that take their time, or for ever."""

from tests.faults.catalogue.row import GOOD, Row
from tests.faults.exchange import Exchange

LATE = "timeout"


def hang_after_head(exchange: Exchange) -> None:
    """Send the head, then nothing."""
    exchange.head(200, ["Content-Length: 100"])
    exchange.hold()


def hang_mid_body(exchange: Exchange) -> None:
    """Send half a body, then nothing."""
    body = exchange.good()
    exchange.head(200, [f"Content-Length: {len(body)}"])
    exchange.send(body[: len(body) // 2])
    exchange.hold()


def hang_mid_head(exchange: Exchange) -> None:
    """Send half a head, then nothing."""
    exchange.send("HTTP/1.1 200 OK\r\nContent-Ty")
    exchange.hold()


def hang_before_end(exchange: Exchange) -> None:
    """Send a complete document, and hold the connection open."""
    exchange.head(200, ["Transfer-Encoding: chunked"])
    body = exchange.good()
    exchange.send(f"{len(body):x}\r\n{body}\r\n")
    exchange.hold()


def hang_until_close(exchange: Exchange) -> None:
    """Send a document whose end only the connection's end would tell."""
    exchange.head()
    exchange.send(exchange.good())
    exchange.hold()


def trickle_body(exchange: Exchange) -> None:
    """Send the body at a byte a second."""
    body = exchange.good()
    exchange.head(200, [f"Content-Length: {len(body)}"])
    exchange.trickle(body)


def trickle_chunks(exchange: Exchange) -> None:
    """Send the length of a chunk for ever."""
    exchange.head(200, ["Transfer-Encoding: chunked"])
    exchange.send(b"1;")
    exchange.endlessly(b"a", every=0.5)


def trickle_head(exchange: Exchange) -> None:
    """Send the head at a byte a second."""
    exchange.trickle("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")


def trickle_head_fast(exchange: Exchange) -> None:
    """Send the head at twenty bytes a second."""
    exchange.trickle("HTTP/1.1 200 OK\r\nX-Padding: " + "x" * 1000, every=0.05)


def trickle_whitespace(exchange: Exchange) -> None:
    """Send white space for ever."""
    exchange.head()
    exchange.endlessly(b" ", every=0.5)


def error_trickle(exchange: Exchange) -> None:
    """Refuse the key, and explain at a byte a second."""
    exchange.head(401, ["Content-Length: 1000"])
    exchange.trickle("x" * 1000)


def error_hang(exchange: Exchange) -> None:
    """Refuse the key, and never explain."""
    exchange.head(401, ["Content-Length: 1000"])
    exchange.hold()


def endless_interim(exchange: Exchange) -> None:
    """Promise to continue, for ever."""
    exchange.endlessly(b"HTTP/1.1 100 Continue\r\n\r\n", every=0.001)


def slow_interim(exchange: Exchange) -> None:
    """Promise to continue, twice a second."""
    exchange.endlessly(b"HTTP/1.1 102 Processing\r\n\r\n", every=0.5)


def slow(exchange: Exchange) -> None:
    """Answer well after a second."""
    exchange.pause(1)
    exchange.answer()


ROWS = [
    Row("hang", Exchange.hold, LATE),
    Row("hang-mid-head", hang_mid_head, LATE),
    Row("hang-after-head", hang_after_head, LATE),
    Row("hang-mid-body", hang_mid_body, LATE),
    Row("hang-before-end", hang_before_end, (LATE, GOOD)),
    Row("hang-until-close", hang_until_close, (LATE, GOOD)),
    Row("trickle-body", trickle_body, LATE),
    Row("trickle-chunks", trickle_chunks, (LATE, "unreachable")),
    Row("trickle-head", trickle_head, LATE),
    Row("trickle-head-fast", trickle_head_fast, LATE),
    Row("trickle-whitespace", trickle_whitespace, LATE),
    Row("error-trickle", error_trickle, ("key_rejected", LATE)),
    Row("error-hang", error_hang, ("key_rejected", LATE)),
    Row("endless-1xx", endless_interim, LATE),
    Row("slow-1xx", slow_interim, LATE),
    Row("slow-1", slow, GOOD),
]
