"""Parts of a URL, and the check of a `base_url`."""

import ipaddress
import re
from urllib.parse import SplitResult, urljoin, urlsplit

from credcheck.errors import ConfigError
from credcheck.names import hidden_if_key

NOT_IN_CLEAR = "must begin with https://, for a key is not sent in clear (http:// is for this machine only)"
_DEFAULT_PORTS = {"https": 443, "http": 80}


def origin(url: str) -> str:
    """Return scheme, host and port, spelled alike for all URLs of one origin."""
    scheme = urlsplit(url).scheme
    return f"{scheme}://{authority(url).lower().removesuffix(f':{_DEFAULT_PORTS.get(scheme)}')}"


def authority(url: str) -> str:
    """Return host and port as a message names them: no user name, path or query, because a key may stand there."""
    return urlsplit(url).netloc.rpartition("@")[2]


def host(url: str) -> str:
    """Return the host's name or address, without brackets."""
    return urlsplit(url).hostname or ""


def port(url: str) -> int:
    """Return the port, the usual one of http and https included."""
    parts = urlsplit(url)
    return parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)


def leads_to(url: str, location: str) -> str | None:
    """Return what tells a redirect from another: the host that it names, or the path at the same host; never a query.

    A part of the path that could be a key is hidden. None for a redirect that names no place.
    """
    try:
        target = urlsplit(urljoin(url, location))
        if not location or not target.hostname:
            return None
        if origin(target.geturl()) != origin(url):
            return f"to {target.scheme}://{authority(target.geturl())}"
    except ValueError:  # a bad port, a bracket left open
        return None
    return "to " + "/".join(map(hidden_if_key, target.path.split("/"))) + " of the same host"


def is_loopback(name: str) -> bool:
    """Tell whether a host is this machine by its name or address; the client holds a name to it when it connects."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def checked_base(text: str) -> str:
    """Return a `base_url` without its trailing slash; raises ConfigError for one that no key may go to."""
    try:
        parts = urlsplit(text)
        _check(parts, text)
    except ValueError:  # a bad port, a bracket left open
        raise ConfigError("not a URL") from None
    return text.rstrip("/")


def _check(parts: SplitResult, text: str) -> None:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ConfigError("a character that no URL may hold")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError("must begin with https://HOST")
    if ":" not in parts.hostname and not re.fullmatch(r"[a-z0-9._-]+", parts.hostname):
        raise ConfigError("not a host")
    if parts.port == 0:
        raise ConfigError("not a port")
    if "@" in parts.netloc:
        raise ConfigError("must not hold a user name or password")
    if "?" in text or "#" in text:
        raise ConfigError("must not hold a query or fragment")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ConfigError(NOT_IN_CLEAR)
