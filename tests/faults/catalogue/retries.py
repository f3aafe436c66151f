"""Trouble that passes, and trouble that only says so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.faults.catalogue.row import GOOD, Row
from tests.faults.exchange import Exchange
from tests.faults.server import Behaviour

LIMITED = "rate_limited"
OR_AT_ONCE = (GOOD, LIMITED)


def first(times: int, trouble: Behaviour) -> Behaviour:
    """Make trouble so many times, then answer well."""

    def behaviour(exchange: Exchange) -> None:
        if exchange.attempt <= times:
            trouble(exchange)
        else:
            exchange.answer()

    return behaviour


def refused(status: int, wait: Callable[[], str] | str | None, *, clock: float | None = None) -> Behaviour:
    """Refuse, and ask to wait; `clock` is how many seconds the server's clock is ahead, None where it tells no date."""

    def behaviour(exchange: Exchange) -> None:
        headers = [] if wait is None else [f"Retry-After: {wait if isinstance(wait, str) else wait()}"]
        if clock is not None:
            headers.append(f"Date: {date(clock)()}")
        exchange.answer('{"error": "too many"}', status=status, headers=headers)

    return behaviour


def date(seconds: float) -> Callable[[], str]:
    """Return what tells the moment so many seconds ahead."""
    return lambda: format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


# Once, then fine: one may wait as long as it says, or as one likes.
ONCE = {
    "past": refused(429, date(-3600), clock=0),
    "past-no-date": refused(429, date(-3600)),
    "zero": refused(429, "0"),
    "none": refused(429, None),
    "garbage": refused(429, "soon"),
    "float": refused(429, "0.5"),
    "negative": refused(429, "-1"),
    "unicode": refused(429, "٢"),
    "empty": refused(429, ""),
    "two": refused(429, "1, 1"),
    "bad-date": refused(429, "Wed, 99 Foo 2026 99:99:99 GMT", clock=0),
    "bad-zone": refused(429, "Wed, 21 Oct 2015 07:28:00 +999999", clock=0),
    "naive-date": refused(429, "Wed, 21 Oct 2015 07:28:00 -0000", clock=0),
    "date-huge-year": refused(429, "Wed, 21 Oct 99999999999 07:28:00 GMT", clock=0),
    "escape": refused(429, "\x1b[31m1"),
}

FOR_EVER = {
    "86400": "86400",
    "huge": "9" * 400,
    "zeros": "0" * 20 + "86400",
    "far-date": "Fri, 31 Dec 9999 23:59:59 GMT",
}

ROWS = [
    Row("limited-1s", first(1, refused(429, "1")), OR_AT_ONCE, (1, 2)),
    Row("unavailable-1s", first(1, refused(503, "1")), (GOOD, "provider_error"), (1, 2)),
    Row("limited-date", first(1, refused(429, date(1.2), clock=0)), OR_AT_ONCE, (1, 2)),
    Row("limited-skew", first(1, refused(429, date(3601.2), clock=3600)), OR_AT_ONCE, (1, 2)),
    Row("limited-date-no-date", first(1, refused(429, date(1.2))), OR_AT_ONCE, (1, 2)),
    *(Row(f"limited-{name}", first(1, behaviour), (GOOD, "unreachable"), (1, 3)) for name, behaviour in ONCE.items()),
    *(Row(f"limited-{name}", refused(429, wait, clock=0), LIMITED, says="429") for name, wait in FOR_EVER.items()),
    Row("limited-far-date-no-date", refused(429, FOR_EVER["far-date"]), LIMITED),
    Row("unavailable-86400", refused(503, "86400"), "provider_error", says="86400"),
    Row("limited-always-2", refused(429, "2"), LIMITED, (1, 3)),
    Row("limited-always", refused(429, None), LIMITED, (1, 3)),
    *(Row(f"flap-{n}", first(1, refused(n, None)), GOOD, (2, 2)) for n in (429, 502, 503, 504)),
    Row("flap-twice", first(2, refused(503, None)), GOOD, (3, 3)),
    Row("flap-99", refused(503, None), "provider_error", (2, 3)),
    Row("flap-reset", first(1, Exchange.reset), GOOD, (2, 2)),
    Row("flap-close", first(1, lambda _: None), GOOD, (2, 2)),
    Row("flap-hang", first(1, Exchange.hold), (GOOD, "timeout"), (1, 2)),
    Row("flap-auth", first(1, refused(401, "0")), "key_rejected"),
    Row("flap-forbidden", first(1, refused(403, "0")), "key_rejected"),
    Row("flap-500", first(1, refused(500, "0")), "provider_error"),
    Row("flap-bad", first(1, lambda exchange: exchange.answer("{}")), "bad_response"),
    Row("flap-redirect", first(1, refused(302, "0")), "redirected"),
    *(
        Row(f"never-again-{n}", first(1, refused(n, "0")), "provider_error")
        for n in (400, 404, 408, 409, 422, 423, 425, 501, 505, 507, 520, 529)
    ),
]
