"""What a provider is. The folder is the registry: a module in it is a provider of that name."""

import importlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from urllib.parse import quote, urlencode, urlsplit

from credcheck.models import Account, Balance, Key, Reading, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """What to ask of one provider and how to read its answer.

    In `url`, `{name}` stands for the option of that name, as one path segment; the other options that are
    set go into the query. In `headers`, `{key}` stands for the key. `read` takes the decoded answer of an
    HTTP success and returns the balance, or raises a CheckError. `said` lists where in an error's answer
    the provider's own words may stand. `notice` is what a user should know when a check fails.
    """

    title: str
    unit: str
    url: str
    headers: Mapping[str, str]
    read: Callable[[object], Reading]
    variable: str
    docs_url: str
    key_url: str
    top_up_url: str | None = None
    options: Mapping[str, "Option"] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A setting of an account that only this provider knows: type, purpose, and value where none is set."""

    type: type[str] | type[bool]
    help: str
    default: str | None = None


def credits_left(amount: Decimal) -> Reading:
    """Return the reading of a provider that tells a number of credits and nothing else."""
    return Reading((Balance(id="credits", amount=amount, unit="credits", is_main=True),))


@cache
def names() -> tuple[str, ...]:
    """Return the names of all providers, without importing one."""
    files = sorted(os.listdir(os.path.join(os.path.dirname(__file__), "builtin")))
    return tuple(file[:-3].replace("_", "-") for file in files if file.endswith(".py") and not file.startswith("_"))


def load(name: str) -> Provider:
    """Return the provider of this name; raises ModuleNotFoundError for a name that `names` does not list."""
    module = importlib.import_module(f"{__name__}.builtin.{name.replace('-', '_')}")
    provider: Provider = module.PROVIDER
    return provider


def request(provider: Provider, account: Account, key: Key) -> Request:
    """Return the GET that asks for this account's balance."""
    segments = {
        name: quote(str(account.options.get(name, option.default)), safe="")
        for name, option in provider.options.items()
    }
    query = {
        name: value if isinstance(value, str) else str(value).lower()
        for name, value in account.options.items()
        if f"{{{name}}}" not in provider.url
    }
    url = provider.url.format_map(segments)
    if account.base_url is not None:
        url = account.base_url + urlsplit(url).path
    if query:
        url += "?" + urlencode(query)
    secret = key.reveal()
    return Request(url, {name: value.replace("{key}", secret) for name, value in provider.headers.items()})
