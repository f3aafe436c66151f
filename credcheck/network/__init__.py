"""Talk to the network: send one request within a deadline, by way of a proxy if there is one."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING

from credcheck.network import proxies, tls

if TYPE_CHECKING:
    from credcheck.network.client import Network


def prepare(origins: Collection[str], environment: Mapping[str, str]) -> "Network":
    """Return the proxies and the TLS context for these origins, read while the HTTP library is imported.

    Raises ConfigError, naming the variable, if the environment names certificates or a proxy that cannot be used.
    """
    named = proxies.Proxies(environment)
    for origin in origins:
        named.to(origin)
    tls.chosen(environment)
    if not any(origin.startswith("https:") for origin in origins):
        from credcheck.network.client import Network

        return Network(named, context=None)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as thread:
        try:
            context = thread.submit(tls.context, environment).result
        except RuntimeError:  # the limit of threads
            context = partial(tls.context, environment)
        from credcheck.network.client import Network

        return Network(named, context=context())
