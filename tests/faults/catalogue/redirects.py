"""Answers that point elsewhere: nobody may follow them with a key."""

from collections.abc import Callable

from tests.faults.catalogue.row import Outcome, Row
from tests.faults.exchange import Exchange
from tests.faults.server import Behaviour

Place = Callable[[Exchange], str]


def to(place: Place, status: int = 302) -> Behaviour:
    """Point there, with a body that holds the good answer."""
    return lambda exchange: exchange.answer(status=status, headers=[f"Location: {place(exchange)}"])


PLACES: dict[str, Place] = {
    "same": lambda x: f"http://{x.request.headers['host']}{x.request.path}",
    "relative": lambda x: x.request.path,
    "chain": lambda x: f"{x.request.path}?hop={x.attempt}",
    "other-port": lambda x: f"http://127.0.0.1:{x.other}{x.request.path}",
    "other-host": lambda x: f"http://localhost:{x.other}{x.request.path}",
    "protocol-relative": lambda x: f"//127.0.0.1:{x.other}{x.request.path}",
    "userinfo": lambda x: f"http://127.0.0.1@127.0.0.1:{x.other}/",
    "backslash": lambda x: f"\\\\127.0.0.1:{x.other}\\",
    "echo": lambda x: f"http://127.0.0.1:{x.other}/?api_key={x.key}",
    "login": lambda _: "/login?next=%2F",
    "file": lambda _: "file:///etc/passwd",
    "script": lambda _: "javascript:alert(1)",
    "empty": lambda _: "",
    "bad-url": lambda _: "http://[::1",
    "bad-port": lambda _: "http://127.0.0.1:99999/",
    "unicode": lambda _: "http://é\u202e/",
    "control": lambda _: "http://\x01/",
    "huge": lambda _: "/" + "x" * 60_000,
}

REDIRECTED: Outcome = "redirected"
ODD: Outcome = ("redirected", "unreachable")

ROWS = [
    *(Row(f"redirect-{name}", to(place), ODD if name == "control" else REDIRECTED) for name, place in PLACES.items()),
    *(
        Row(f"redirect-other-port-{status}", to(PLACES["other-port"], status), REDIRECTED)
        for status in (300, 301, 303, 305, 306, 307, 308, 310, 399)
    ),
    Row("redirect-no-location", lambda x: x.answer("", status=302), REDIRECTED),
    Row("not-modified", lambda x: x.head(304, ["ETag: x"]), REDIRECTED),
    Row("redirect-refresh", lambda x: x.answer(headers=[f"Refresh: 0; url=http://127.0.0.1:{x.other}/"]), "good"),
    Row("created-elsewhere", to(PLACES["other-port"], 201), ("good", "bad_response")),
]
