"""The proxies that the environment names."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # documented by its use only

from credcheck import urls

NONE_FOR = "no"


class Named(NamedTuple):
    """A proxy's address and the variable that holds it."""

    variable: str
    address: str

    @property
    def place(self) -> str:
        """The address without the user's name and password."""
        return self.address.rpartition("://")[2].rpartition("@")[2]


def named(environment: Mapping[str, str]) -> dict[str, Named]:
    """Return what the environment names for `https`, `http`, `all` and `no`; the lower-case variable wins."""
    found: dict[str, Named] = {}
    for variable in sorted(environment):
        scheme, _, suffix = variable.lower().rpartition("_")
        if suffix == "proxy" and scheme:
            found[scheme] = Named(variable, environment[variable])
    return {scheme: proxy for scheme, proxy in found.items() if proxy.address}


def for_place(origin: str, proxies: Mapping[str, Named]) -> Named | None:
    """Return which of these proxies leads to an origin."""
    host = urls.host(origin)
    bypassed = {NONE_FOR: proxies[NONE_FOR].address} if NONE_FOR in proxies else {}
    if any(proxy_bypass_environment(name, bypassed) for name in (host, f"[{host}]")):
        return None
    return proxies.get(origin.partition("://")[0]) or proxies.get("all")
