"""Faults put into the program under test: the variable CRASHING names the function that is to fail, key in hand."""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any, NoReturn

from credcheck import keys
from credcheck.models import Account, Key, Request
from credcheck.providers import request
from credcheck.providers.provider import Provider
from credcheck.render import formats

_build = request.build


def _one_account(
    provider: Provider,
    account: Account,
    key: Key,
    secrets: Mapping[str, Key],
    **more: Any,  # noqa: ANN401  as they are
) -> Request:
    if account.name == "crashing":
        secret = key.reveal()
        raise LookupError(f"no {secret}") from ValueError(secret)
    return _build(provider, account, key, secrets, **more)


def _everything(*_: object, **__: object) -> NoReturn:
    secret = os.environ["SECRET"]
    raise LookupError(f"no {secret}") from ValueError(secret)


class _Interrupt(MetaPathFinder):
    """Press Ctrl-C while a library is loading: that of the network, or of the command line."""

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> None:
        if name in {"httpx", "typer"}:
            os.kill(os.getpid(), signal.SIGINT)


match os.environ.get("CRASHING"):
    case "one":
        request.build = _one_account  # type: ignore[assignment]
    case "all":
        formats.render = _everything
    case "key":
        keys.of = _everything
    case "loading":
        sys.meta_path.insert(0, _Interrupt())
