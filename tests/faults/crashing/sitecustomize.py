"""Faults put into the program under test: the variable CRASHING names the function that is to fail, key in hand."""

import os
import signal
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import NoReturn

from credcheck import providers, render
from credcheck.models import Account, Key, Request

_request = providers.request


def _one_account(provider: providers.Provider, account: Account, key: Key) -> Request:
    if account.name == "crashing":
        secret = key.reveal()
        raise LookupError(f"no {secret}") from ValueError(secret)
    return _request(provider, account, key)


def _everything(*_: object, **__: object) -> NoReturn:
    secret = os.environ["SECRET"]
    raise LookupError(f"no {secret}") from ValueError(secret)


class _Interrupt(MetaPathFinder):
    """Press Ctrl-C while the command line's library is loading."""

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> None:
        if name == "typer":
            os.kill(os.getpid(), signal.SIGINT)


match os.environ.get("CRASHING"):
    case "one":
        providers.request = _one_account
    case "all":
        render.render = _everything
    case "loading":
        sys.meta_path.insert(0, _Interrupt())
