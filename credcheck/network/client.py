"""One bounded, patient request: the only module that knows the HTTP library, but for what `wire` does below it."""

import errno
import os
import random
import re
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from credcheck import __version__, urls
from credcheck.errors import BadResponse, CheckError, ConfigError, TimedOut, TLSFailed, Unreachable
from credcheck.models import FOREVER, Request, Response
from credcheck.network import proxies
from credcheck.network.deadline import Wire

BODY_LIMIT = 1024 * 1024
ERROR_BODY_LIMIT = 64 * 1024
ERROR_BODY_SECONDS = 0.5
TRIES = 3
RETRIED = frozenset({429, 502, 503, 504})

_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": f"credcheck/{__version__}",
}
# One connection a client: the library's pool is quadratic in its connections.
_LIMITS = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=None)
_CERTIFICATE_PROBLEMS = {
    9: "is not valid yet (is this machine's clock right?)",
    10: "has expired (or this machine's clock is wrong)",
    18: "is signed by itself (name its authority in SSL_CERT_FILE)",
    19: "is signed by an unknown authority (name it in SSL_CERT_FILE)",
    20: "is signed by an unknown authority (name it in SSL_CERT_FILE)",
    62: "is for another host",
    64: "is for another host",
}


class Network:
    """What the clients of a run share: the TLS context, and the proxy to each place."""

    def __init__(
        self, places: Iterable[str], environment: Mapping[str, str], *, context: ssl.SSLContext | None
    ) -> None:
        """Find the proxies to these URLs; raises ConfigError where the environment names one that cannot be used."""
        # Without https there is nothing to trust, and the bare context trusts nobody.
        self._context = context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        named = proxies.named(environment)
        self._proxies = {
            origin: _proxy(proxies.for_place(origin, named), is_clear=origin.startswith("http:"), context=self._context)
            for origin in set(map(urls.origin, places))
        }

    def client(self) -> "Client":
        """Return a new client, for one thread."""
        return Client(self.transport)

    def transport(self, url: str, wire: Wire) -> tuple[str, httpx.HTTPTransport]:
        """Return the name of the way to this URL, and the way itself, which is laid over this wire."""
        proxy = self._proxies[urls.origin(url)]
        made = httpx.HTTPTransport(verify=self._context, trust_env=False, limits=_LIMITS, proxy=proxy)
        made._pool._network_backend = wire  # noqa: SLF001  httpcore's parameter, which httpx does not pass on
        return (f"the proxy {proxy.url.netloc.decode()}" if proxy else ""), made


class Client:
    """One thread's way to the network: one connection at a time, kept for the next account at the same place.

    Nothing is kept but the connection: the transport below the library's client knows no cookies and no redirects.
    """

    def __init__(
        self,
        transport: Callable[[str, Wire], tuple[str, httpx.BaseTransport]],
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._make_transport = transport
        self._transports: dict[str, tuple[str, httpx.BaseTransport]] = {}
        self._sleep = sleep
        self._jitter = jitter
        self._wire = Wire()

    def send(self, request: Request, *, deadline: float) -> Response:
        """Return the provider's answer, whatever its status. A POST only reads here, so it is retried like a GET.

        Tries three times at most, where trouble may pass and the pause ends before `deadline` (of `time.monotonic`).
        Raises TimedOut, Unreachable, TLSFailed, and BadResponse for a body that is too large or wrongly packed.
        """
        for attempt in range(TRIES):
            pause = 0.2 * 2**attempt * self._jitter(0.5, 1.5)
            last = attempt == TRIES - 1
            try:
                answer = self._ask(request, deadline)
            except Unreachable as problem:
                if last or not problem.passing or time.monotonic() + pause >= deadline:
                    raise
            else:
                if answer.retry_after is not None:
                    # Accounts that were sent away together must not come back together.
                    pause = max(pause, answer.retry_after + self._jitter(0, 0.3))
                if last or answer.status not in RETRIED or time.monotonic() + pause >= deadline:
                    return answer
            self._sleep(pause)
        raise AssertionError  # the last attempt returns or raises

    def abandon(self) -> None:
        """End whatever this client waits for, from another thread: a late answer must cost nothing more."""
        self._wire.abandon()

    def close(self) -> None:
        """Close the connection that is kept."""
        for _, transport in self._transports.values():
            transport.close()
        self._transports = {}

    def _ask(self, request: Request, deadline: float) -> Response:
        way, transport = self._transport(request.url)
        place = way or urls.authority(request.url)
        self._wire.deadline = deadline
        with _translated(place):
            message = httpx.Request(
                request.method, request.url, headers={**_HEADERS, **request.headers}, content=request.body
            )
            response = transport.handle_request(message)
            try:
                return self._read(response, place, deadline)
            finally:
                response.close()

    def _read(self, response: httpx.Response, place: str, deadline: float) -> Response:
        """Read as much of an answer as its status deserves."""
        if not self._wire.is_answered:
            # It lay there before it was asked for: whosever answer it is, it is not this account's.
            self.close()
            raise Unreachable(f"{place} answers what it was not asked", passing=True)
        status = response.status_code
        if 200 <= status < 300:
            return Response(status, _unpacked(response, _body(response)))
        body = b""
        if status >= 400:
            self._wire.deadline = min(time.monotonic() + ERROR_BODY_SECONDS, deadline)
            body = _words(response)
        return Response(status, body, _retry_after(response.headers))

    def _transport(self, url: str) -> tuple[str, httpx.BaseTransport]:
        origin = urls.origin(url)
        if origin not in self._transports:
            self.close()
            self._transports = {origin: self._make_transport(url, self._wire)}
        return self._transports[origin]


def _body(response: httpx.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise _too_large()
    return bytes(body)


def _words(response: httpx.Response) -> bytes:
    """Return what an error says, as far as it comes soon: its status is the answer."""
    body = bytearray()
    with suppress(httpx.TransportError, CheckError):
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > ERROR_BODY_LIMIT:
                break
        return _unpacked(response, bytes(body))
    return b""


def _unpacked(response: httpx.Response, raw: bytes) -> bytes:
    """Unpack one layer of gzip, the limit counted after it; nothing was asked for, but some send it all the same."""
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
    """Return the seconds that the other side asks to wait, or None where it says nothing that can be understood.

    A date is read against the answer's own clock, if it tells one, for the two clocks may differ.
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


def _proxy(named: proxies.Named | None, *, is_clear: bool, context: ssl.SSLContext) -> httpx.Proxy | None:
    """Return the proxy that is named; raises ConfigError, naming the variable, where it cannot be one."""
    if named is None:
        return None
    try:
        proxy = httpx.Proxy(named.address if "://" in named.address else f"http://{named.address}")
        proxy.ssl_context = context if proxy.url.scheme == "https" else None
        httpx.HTTPTransport(verify=context, proxy=proxy)
        if not proxy.url.host or not 0 < (proxy.url.port or 1) < 1 << 16:
            raise ValueError  # noqa: TRY301  the library finds out only when it connects
    except (httpx.InvalidURL, ValueError, ImportError):
        raise ConfigError(f"{named.variable}: not a proxy that can be used; correct or unset it") from None
    # Plain http is for this machine only, and so no key may leave it in clear by way of a proxy.
    return None if is_clear and not urls.is_loopback(proxy.url.host) else proxy


@contextmanager
def _translated(place: str) -> Iterator[None]:
    """Turn the library's exceptions into ours; their texts may quote the key or what the other side sent."""
    try:
        yield
    except httpx.TimeoutException:
        raise TimedOut("no complete answer in time") from None
    except (httpx.TransportError, httpx.InvalidURL, OSError, UnicodeError) as problem:
        raise _ours(problem, place) from None


def _ours(problem: BaseException, place: str) -> CheckError:
    for cause in _causes(problem):
        match cause:
            case ssl.SSLError():
                return _tls_problem(cause, place)
            case socket.gaierror() | UnicodeError() | httpx.InvalidURL():
                return Unreachable(f"cannot find {place}", passing=getattr(cause, "errno", None) == socket.EAI_AGAIN)
            case OSError(errno=int(number)):
                return _system_problem(number, place)
    return _protocol_problem(problem, place)


def _tls_problem(problem: ssl.SSLError, place: str) -> TLSFailed:
    if isinstance(problem, ssl.SSLCertVerificationError):
        reason = _CERTIFICATE_PROBLEMS.get(problem.verify_code, f"cannot be trusted: {problem.verify_message}")
        return TLSFailed(f"the certificate of {place} {reason}")
    return TLSFailed(f"no TLS connection to {place}: the other side does not speak it as it should")


def _protocol_problem(problem: BaseException, place: str) -> Unreachable:
    text = str(problem)
    if isinstance(problem, httpx.ProxyError):
        status = re.match(r"[0-9]{3}", text)
        return Unreachable(f"{place} refuses to connect{f' (HTTP {status[0]})' if status else ''}")
    if "without sending a response" in text:
        return Unreachable(f"{place} closed the connection without an answer", passing=True)
    if "complete message body" in text:
        return Unreachable(f"{place} cut its answer short")
    return Unreachable(f"what {place} answers is not HTTP")


def _system_problem(number: int, place: str) -> Unreachable:
    if number == errno.ECONNREFUSED:
        return Unreachable(f"{place} refuses connections", passing=True)
    if number in {errno.ECONNRESET, errno.EPIPE}:
        return Unreachable(f"{place} broke the connection", passing=True)
    return Unreachable(f"cannot connect to {place}: {os.strerror(number).lower()}", passing=True)


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__
