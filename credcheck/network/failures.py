"""Turn the errors of the HTTP library, of TLS and of the system into ours: the one place that does.

Their texts may quote the key or the bytes of the other side, so none of them is repeated.
"""

import errno
import os
import re
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import httpx

from credcheck.errors import CheckError, TimedOut, TLSFailed, Unreachable

# Statuses that may pass: of an answer, and of a proxy that refuses to connect.
RETRYABLE_STATUSES = frozenset({429, 502, 503, 504})
# OpenSSL's verification errors, X509_V_ERR_* in x509_vfy.h.
_CERTIFICATE_PROBLEMS = {
    9: "is not valid yet (is this machine's clock right?)",
    10: "has expired (or this machine's clock is wrong)",
    18: "is signed by itself (name its authority in SSL_CERT_FILE)",
    19: "is signed by an unknown authority (name it in SSL_CERT_FILE)",
    20: "is signed by an unknown authority (name it in SSL_CERT_FILE)",
    62: "is for another host",
    64: "is for another host",
}
# Alerts about a certificate that the other side sends: they can only be about ours.
_CLIENT_CERTIFICATE_ALERTS = frozenset(
    {
        "TLSV13_ALERT_CERTIFICATE_REQUIRED",
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "SSLV3_ALERT_CERTIFICATE_REVOKED",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
        "SSLV3_ALERT_NO_CERTIFICATE",
        "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
        "TLSV1_ALERT_UNKNOWN_CA",
    }
)


class Peer(NamedTuple):
    """The side that an error is about, and how far the connection to the origin had come.

    `name` is for messages, `origin` the host and port that the request is for. `variable` is the environment's, if the
    side is a proxy. `is_secured` tells whether the TLS handshake with the origin was complete: before, nothing was sent
    that holds the key. `is_ended` and `is_answered` tell of the other side's bytes.
    """

    name: str
    origin: str
    variable: str | None
    is_secured: bool
    is_ended: bool
    is_answered: bool

    @property
    def hint(self) -> str | None:
        """The way out, if the side is a proxy."""
        return f"check {self.variable}" if self.variable else None


@contextmanager
def translated(peer: Callable[[], Peer]) -> Iterator[None]:
    """Raise foreign errors as ours; `peer` is asked which side they are about."""
    try:
        yield
    except _foreign() as problem:
        raise _ours(problem, peer()) from None


def _foreign() -> tuple[type[Exception], ...]:
    return (httpx.TransportError, httpx.InvalidURL, OSError, UnicodeError, *_of_socks())


def _of_socks() -> tuple[type[Exception], ...]:
    """Return the errors of the SOCKS library if a proxy needed it."""
    library = sys.modules.get("socksio")
    return (library.SOCKSError,) if library else ()


def _ours(problem: Exception, peer: Peer) -> CheckError:
    if isinstance(problem, httpx.TimeoutException):
        return TimedOut(f"no answer from {peer.name} in time" if peer.variable else _LATE, hint=peer.hint)
    for cause in _causes(problem):
        match cause:
            case ssl.SSLError():
                return _tls_problem(cause, peer)
            case socket.gaierror() | UnicodeError() | httpx.InvalidURL():
                may_pass = getattr(cause, "errno", None) == socket.EAI_AGAIN
                return Unreachable(f"cannot find {peer.name}", retryable=may_pass, hint=peer.hint)
            case OSError(errno=int(number)):
                return _system_problem(number, peer)
    return _protocol_problem(problem, peer)


_LATE = "no complete answer in time"


def _tls_problem(problem: ssl.SSLError, peer: Peer) -> CheckError:
    if isinstance(problem, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        when = "" if peer.is_secured else " during the TLS handshake"
        return Unreachable(f"{peer.name} closed the connection{when}", retryable=True, hint=peer.hint)
    what = _tls_reason(problem, peer)
    return TLSFailed(what if peer.is_secured else f"{what}, nothing was sent", hint=peer.hint)


def _tls_reason(problem: ssl.SSLError, peer: Peer) -> str:
    if isinstance(problem, ssl.SSLCertVerificationError):
        reason = _CERTIFICATE_PROBLEMS.get(problem.verify_code, f"cannot be trusted: {problem.verify_message}")
        return f"the certificate of {peer.name} {reason}"
    if problem.reason in _CLIENT_CERTIFICATE_ALERTS:
        return f"{peer.name} wants a client certificate, which credcheck cannot send"
    if peer.is_secured:
        return f"the TLS connection to {peer.name} broke"
    return f"no TLS connection to {peer.name}: the other side does not speak it as it should"


def _protocol_problem(problem: Exception, peer: Peer) -> Unreachable:
    if isinstance(problem, httpx.ProxyError):
        return _refused_by_proxy(problem, peer)
    if peer.is_ended:
        what = "cut its answer short" if peer.is_answered else "closed the connection without an answer"
        return Unreachable(f"{peer.name} {what}", retryable=True, hint=peer.hint)
    protocol = "SOCKS5" if isinstance(problem, _of_socks()) else "HTTP"
    return Unreachable(f"the answer of {peer.name} is not {protocol}", hint=peer.hint)


def _refused_by_proxy(problem: httpx.ProxyError, peer: Peer) -> Unreachable:
    # Only the error's text tells the status; a test fails if the library words it otherwise.
    found = re.match(r"[0-9]{3}", str(problem))
    status = int(found[0]) if found else 0
    if status == 407 or re.match(r"Requested |Invalid username", str(problem)):
        hint = f"put a user name and password that it takes into {peer.variable}"
        in_brackets = " (HTTP 407)" if status else ""
        return Unreachable(f"{peer.name} wants a user name and password{in_brackets}", hint=hint)
    if reply := re.match(r"Proxy Server could not connect: ([A-Za-z ]+)", str(problem)):
        what = f"{peer.name} cannot connect to {peer.origin} ({reply[1]})"
        return Unreachable(what, retryable=True, hint=peer.hint)
    may_pass = status in RETRYABLE_STATUSES
    verb = "cannot" if status >= 500 else "refuses to"
    in_brackets = f" (HTTP {status})" if status else ""
    return Unreachable(f"{peer.name} {verb} connect to {peer.origin}{in_brackets}", retryable=may_pass, hint=peer.hint)


def _system_problem(number: int, peer: Peer) -> Unreachable:
    if number == errno.ECONNREFUSED:
        what = f"{peer.name} refuses connections"
    elif number in {errno.ECONNRESET, errno.EPIPE}:
        what = f"{peer.name} broke the connection"
    else:
        what = f"cannot connect to {peer.name}: {os.strerror(number).lower()}"
    return Unreachable(what, retryable=True, hint=peer.hint)


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__
