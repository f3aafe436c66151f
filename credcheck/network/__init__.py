"""Talk to the network: send one request within a deadline, by way of a proxy if there is one."""

import threading
from collections.abc import Callable, Collection, Mapping
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from credcheck.network import proxies, tls

if TYPE_CHECKING:
    from credcheck.network.client import Network

T = TypeVar("T")


def prepare(origins: Collection[str], environment: Mapping[str, str]) -> "Network":
    """Return the proxies and the TLS context for these origins, read while the HTTP library is imported.

    Raises ConfigError, naming the variable, if the environment names certificates or a proxy that cannot be used, and
    one of the origins needs them.
    """
    named = proxies.Proxies(environment)
    for origin in origins:
        named.to(origin)
    if not any(origin.startswith("https:") for origin in origins):
        from credcheck.network.client import Network

        return Network(named, context=None)
    tls.chosen(environment)
    context = _begun(lambda: tls.context(environment))
    from credcheck.network.client import Network

    return Network(named, context=context())


def _begun(make: Callable[[], T]) -> Callable[[], T]:
    """Begin to make a value in a thread of its own; return the function that waits for it, or raises its error."""
    made: SimpleQueue[T | Exception] = SimpleQueue()

    def work() -> None:
        try:
            made.put(make())
        except Exception as fault:  # noqa: BLE001  raised again in the thread that waits
            made.put(fault)

    def result() -> T:
        value = made.get()
        if isinstance(value, Exception):
            raise value
        return value

    try:
        threading.Thread(target=work, daemon=True).start()
    except RuntimeError:  # the limit of threads
        return make
    return result
