"""The words for what went wrong below HTTP, by the number of the system's error."""

import errno

import httpx
import pytest

from credcheck.errors import Unreachable
from credcheck.network.failures import Peer, translated

PEER = Peer("api.acme.example", "api.acme.example:443", None, is_secured=False, is_ended=False, is_answered=False)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ECONNREFUSED, "api.acme.example refuses connections"),
        (errno.ECONNRESET, "api.acme.example broke the connection"),
        (errno.EPIPE, "api.acme.example broke the connection"),
        (errno.ENETUNREACH, "cannot connect to api.acme.example: network is unreachable"),
        (errno.EHOSTUNREACH, "cannot connect to api.acme.example: no route to host"),
    ],
)
def test_each_error_of_the_system_has_its_words(number: int, words: str) -> None:
    with pytest.raises(Unreachable, match=f"^{words}$"), translated(lambda: PEER):
        raise httpx.ConnectError("") from OSError(number, "of the system")
