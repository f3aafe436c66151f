"""The proxies that the environment names, and the one that leads to an origin."""

import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from credcheck import urls
from credcheck.errors import ConfigError

EXEMPTIONS = "no"
# Not HTTP_PROXY: plain http is for this machine only, and no key may leave it in clear by way of a proxy.
_KINDS = ("https", "all", EXEMPTIONS)
# A name without a version means the fifth; with `h` or without, the proxy finds the host.
# httpcore hands the name to the proxy with either, and its older releases know no socks5h.
_SOCKS = {"socks": "socks5", "socks5": "socks5", "socks5h": "socks5"}
_LONGEST_CREDENTIAL = 255


class Variable(NamedTuple):
    """A variable of the environment that is about proxies."""

    name: str
    value: str

    @property
    def authority(self) -> str:
        """The value without scheme, user name and password."""
        return self.value.rpartition("://")[2].rpartition("@")[2]


class Proxy(NamedTuple):
    """A proxy that tunnels https by CONNECT or by SOCKS5, and the name of the variable that it comes from."""

    variable: str
    scheme: str
    authority: str
    auth: tuple[str, str] | None = None

    @property
    def is_secure(self) -> bool:
        """Tell whether the connection to the proxy itself uses TLS."""
        return self.scheme == "https"

    @property
    def is_socks(self) -> bool:
        """Tell whether the proxy speaks SOCKS."""
        return self.scheme in _SOCKS

    def __str__(self) -> str:
        """Return the proxy as messages name it."""
        return f"the proxy {self.authority} ({self.variable})"

    def __repr__(self) -> str:
        return f"Proxy({self.scheme}://{self.authority})"


def variables(environment: Mapping[str, str]) -> dict[str, Variable]:
    """Return the variables for `https`, `all` and `no` that are set and not blank; a lower-case name wins."""
    found = {}
    for kind in _KINDS:
        for name in (f"{kind}_proxy", f"{kind.upper()}_PROXY"):
            if name in environment:
                found[kind] = Variable(name, environment[name].strip())
                break
    return {kind: variable for kind, variable in found.items() if variable.value}


class Proxies:
    """The proxies to all origins, as the environment names them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        found = variables(environment)
        self._named = found.get("https") or found.get("all")
        self._exemptions = found[EXEMPTIONS].value if EXEMPTIONS in found else ""

    def to(self, origin: str) -> Proxy | None:
        """Return the proxy to an origin, if any; raises ConfigError if the variable names none that can be used."""
        if self._named is None or origin.startswith("http:") or is_exempt(origin, self._exemptions):
            return None
        return _proxy(self._named)


def is_exempt(origin: str, exemptions: str) -> bool:
    """Tell whether an origin is in a list such as NO_PROXY holds.

    The items are separated by commas or spaces, and read as curl reads them: `*`, a name (its subdomains too, with a
    leading dot or without), an address, or a range as `10.0.0.0/8`. Any of them but a range may be followed by a port.
    """
    return any(_matches(item, origin) for item in re.split(r"[\s,]+", exemptions.lower()) if item)


def _matches(item: str, origin: str) -> bool:
    host, port = urls.host(origin).rstrip("."), urls.port(origin)
    if item == "*":
        return True
    if (address := _address(host)) and "/" in item:
        return _is_in_range(address, item)
    if _address(item.strip("[]")) is None and (found := re.fullmatch(r"(.+):([0-9]+)", item)):
        if int(found[2]) != port:
            return False
        item = found[1]
    if address:
        return _address(item.strip("[]")) == address
    name = item.strip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _is_in_range(address: IPv4Address | IPv6Address, item: str) -> bool:
    try:
        return address in ip_network(item.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return False


def _proxy(variable: Variable) -> Proxy:
    try:
        parts = urlsplit(variable.value if "://" in variable.value else f"http://{variable.value}")
        host, port = parts.hostname or "", parts.port
    except ValueError:  # a bad port, a bracket left open
        raise _unusable(variable) from None
    is_host = _address(host) is not None or re.fullmatch(r"[a-z0-9._-]+", host)
    if parts.scheme not in {"http", "https", *_SOCKS} or not is_host or port == 0:
        raise _unusable(variable)
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    if parts.scheme in _SOCKS:
        _check_socks(variable, auth or ())
    authority = parts.netloc.rpartition("@")[2]
    return Proxy(variable.name, _SOCKS.get(parts.scheme, parts.scheme), authority, auth)


def _check_socks(variable: Variable, auth: Sequence[str]) -> None:
    from importlib.util import find_spec

    if any(len(each.encode()) > _LONGEST_CREDENTIAL for each in auth):
        raise _unusable(variable)
    if find_spec("socksio") is None:
        raise ConfigError(
            f"{variable.name}: a SOCKS proxy needs an extra: install `credcheck[socks]`"
            f" (`pip install 'credcheck[socks]'`), or unset {variable.name}"
        )


def _unusable(variable: Variable) -> ConfigError:
    return ConfigError(f"{variable.name}: not a proxy that can be used; correct or unset it")
