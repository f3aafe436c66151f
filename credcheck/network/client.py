"""A client that sends one request at a time within a deadline, retries passing failures, and limits the body."""

import random
import re
import ssl
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from credcheck import __version__, urls
from credcheck.errors import BadResponse, CheckError, Unreachable
from credcheck.models import FOREVER, Request, Response
from credcheck.network import failures
from credcheck.network.deadline import DeadlineBackend
from credcheck.network.proxies import Proxies, Proxy

BODY_LIMIT = 1024 * 1024
ERROR_BODY_LIMIT = 64 * 1024
ERROR_BODY_SECONDS = 0.5
TRIES = 3

_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": f"credcheck/{__version__}",
}
# One connection a client: the library's pool is quadratic in its connections.
_LIMITS = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=None)


class Network:
    """The TLS context and the proxies that all clients of a run share."""

    def __init__(self, proxies: Proxies, *, context: ssl.SSLContext | None) -> None:
        # Without https there is nothing to trust, and the bare context trusts nobody.
        self.context = context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.proxies = proxies

    def client(self) -> "Client":
        """Return a new client, for one thread."""
        return Client(self)


class _Transport(httpx.HTTPTransport):
    """A transport whose connections are made by a network backend of ours.

    httpcore's pool takes a backend as a parameter, but httpx 0.28 does not pass one on: hence the private names.
    tests/test_client.py fails if the library changes them.
    """

    def __init__(self, backend: DeadlineBackend, context: ssl.SSLContext, proxy: Proxy | None) -> None:
        address = None
        if proxy:
            secure = context if proxy.is_secure else None
            address = httpx.Proxy(f"{proxy.scheme}://{proxy.authority}", auth=proxy.auth, ssl_context=secure)
        super().__init__(verify=context, limits=_LIMITS, proxy=address)
        self._pool._network_backend = backend  # noqa: SLF001


class Client:
    """The connection of one thread, kept for the next request to the same origin.

    Nothing else is kept: the transport below httpx's own client knows no cookies and follows no redirect.
    """

    def __init__(
        self,
        network: Network,
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._network = network
        self._backend = DeadlineBackend()
        self._origin = ""
        self._transport: _Transport | None = None
        self._sleep = sleep
        self._jitter = jitter

    def send(self, request: Request, *, deadline: float) -> Response:
        """Return the provider's answer with any status. A POST only reads here, so it is retried like a GET.

        Tries three times at most, if trouble may pass and the pause ends before `deadline` (of `time.monotonic`).
        Raises TimedOut, Unreachable, TLSFailed, and BadResponse for a body that is too large or cannot be unpacked.
        """
        # The pause grows, and differs from account to account: a provider that is overrun must not be hit in step.
        for attempt in range(TRIES):
            pause = 0.2 * 2**attempt * self._jitter(0.5, 1.5)
            is_last = attempt == TRIES - 1
            try:
                answer = self._attempt(request, deadline)
            except Unreachable as problem:
                if is_last or not problem.retryable or time.monotonic() + pause >= deadline:
                    raise
            else:
                if answer.retry_after is not None:
                    # Accounts that were sent away together must not come back together.
                    pause = max(pause, answer.retry_after + self._jitter(0, 0.3))
                is_final = is_last or answer.status not in failures.RETRYABLE_STATUSES
                if is_final or time.monotonic() + pause >= deadline:
                    return answer
            self._sleep(pause)
        raise AssertionError  # the last attempt returns or raises

    def abandon(self) -> None:
        """End the wait that is under way, from another thread or a signal handler: nothing more is sent."""
        self._backend.abandon()

    def close(self) -> None:
        """Close the connection that is kept."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def _attempt(self, request: Request, deadline: float) -> Response:
        try:
            with failures.translated(lambda: self._peer(request.url)):
                return self._exchange(request, deadline)
        except CheckError:
            # A connection that failed while it was made stays in the library's pool, which has room for no other.
            self.close()
            raise

    def _exchange(self, request: Request, deadline: float) -> Response:
        transport = self._transport_to(urls.origin(request.url))
        self._backend.deadline = deadline
        headers = httpx.Headers(_HEADERS)
        for name, value in request.headers.items():
            headers[name] = value  # replaces a header of this name in any case
        message = httpx.Request(request.method, request.url, headers=headers, content=request.body)
        response = transport.handle_request(message)
        try:
            # The library takes bytes that came before the request for the answer: that of another account, perhaps.
            if not self._backend.is_answered:
                raise Unreachable(f"{urls.authority(request.url)} answers before it is asked", retryable=True)
            return self._read(response, request.url, deadline)
        finally:
            response.close()

    def _transport_to(self, origin: str) -> _Transport:
        if self._transport is None or self._origin != origin:
            self.close()
            self._origin = origin
            self._backend.is_loopback_only = origin.startswith("http:")
            proxy = self._network.proxies.to(origin)
            self._backend.is_socks = proxy is not None and proxy.is_socks
            self._transport = _Transport(self._backend, self._network.context, proxy)
        return self._transport

    def _peer(self, url: str) -> failures.Peer:
        """Return the side that a failure is about: the proxy until the handshake with the origin begins."""
        backend, proxy = self._backend, self._network.proxies.to(urls.origin(url))
        before_origin = 0 if proxy is None else 1 + proxy.is_secure
        is_of_proxy = backend.handshakes_begun < before_origin
        return failures.Peer(
            name=str(proxy) if is_of_proxy else urls.authority(url),
            origin=urls.authority(url),
            variable=proxy.variable if proxy and is_of_proxy else None,
            is_secured=backend.handshakes_done >= max(before_origin, 1),
            is_ended=backend.is_ended,
            is_answered=backend.is_answered,
        )

    def _read(self, response: httpx.Response, url: str, deadline: float) -> Response:
        """Read the body of a success whole, and that of an error as far as it comes soon."""
        status = response.status_code
        if 200 <= status < 300:
            return Response(status, _decoded(response, _body(response)))
        if 300 <= status < 400:
            return Response(status, b"", leads_to=urls.leads_to(url, response.headers.get("Location", "")))
        body = b""
        if status >= 400:
            # The status is the answer; the provider's words are worth a moment, but not the whole of the time.
            self._backend.deadline = min(time.monotonic() + ERROR_BODY_SECONDS, deadline)
            body = _error_body(response)
        return Response(status, body, _retry_after(response.headers))


def _body(response: httpx.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise _too_large()
    return bytes(body)


def _error_body(response: httpx.Response) -> bytes:
    """Return the body of an error, or nothing if it breaks off: the status is the answer."""
    body = bytearray()
    with suppress(httpx.TransportError, CheckError):
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > ERROR_BODY_LIMIT:
                break
        return _decoded(response, bytes(body[:ERROR_BODY_LIMIT]))
    return b""


def _decoded(response: httpx.Response, raw: bytes) -> bytes:
    """Return the body without one layer of gzip, which some send unasked; the limit counts after it."""
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding in {"", "identity"}:
        return raw
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        body = unpacker.decompress(raw, BODY_LIMIT + 1) if coding in {"gzip", "x-gzip"} else b""
    except zlib.error:
        body = b""
    if len(body) > BODY_LIMIT:
        raise _too_large()
    if not unpacker.eof or unpacker.unused_data:
        raise BadResponse("the answer is packed in a way that cannot be unpacked")
    return body


def _too_large() -> BadResponse:
    return BadResponse(f"the answer is larger than {BODY_LIMIT // 1024} KiB")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that the other side asks to wait, or None if it says nothing that can be understood.

    A date is read against the answer's own date, if it has one, since the two clocks may differ.
    """
    text = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]+", text):
        return float(text) if len(text) < 10 else FOREVER
    try:
        wait = (parsedate_to_datetime(text) - _date(headers)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, wait)


def _date(headers: Mapping[str, str]) -> datetime:
    try:
        return parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError, OverflowError):
        return datetime.now(UTC)
