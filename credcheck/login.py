"""Store an account's key, once the provider has accepted it, and remove it again."""

import getpass
import sys
from collections.abc import Mapping
from dataclasses import replace

from credcheck import check, keys, providers, streams
from credcheck.config import Config
from credcheck.errors import KeyMissing, Stopped, UsageError
from credcheck.models import Account, Key, KeySource, Result
from credcheck.naming import did_you_mean, fold

_LONGEST_LINE = 64 * 1024


def account_for(config: Config, name: str, provider: str | None) -> Account:
    """Return the account that a key is to be stored for; raises UsageError where its key would never be used."""
    name = next((known for known in (*config.accounts, *providers.names()) if fold(known) == fold(name)), name)
    configured = config.accounts.get(name)
    known = configured.provider if configured else name if name in providers.names() else None
    chosen = provider or known
    if chosen not in providers.names():
        wrong = (
            f"there is no provider `{provider}`"
            if provider
            else f"`{name}` is no provider; say whose it is: --provider"
        )
        raise UsageError(f"{wrong}{did_you_mean(chosen or name, providers.names())}")
    if known not in {None, chosen}:
        raise UsageError(f"the account {name} is one at {known}, not at {chosen}; choose another name")
    account = configured or Account(name=name, provider=chosen)
    if account.key_source and account.key_source.kind != "stored":
        raise UsageError(f"{config.path} gives {name} its key ({account.key_source}); change it there, or remove it")
    return account


def ask(account: Account) -> Key:
    """Return the key that is typed unseen at a terminal, or is the first line of a pipe; raises KeyMissing."""
    if not streams.is_terminal(0):
        line = sys.stdin.buffer.readline(_LONGEST_LINE) if sys.stdin else b""
        return keys.checked(keys.without_line_end(line))
    streams.tell(f"Get a key: {providers.load(account.provider).key_url}\n")
    try:
        return keys.checked(getpass.getpass(f"Key for {account.name} (it is not shown): ", stream=sys.stderr))
    except Stopped:
        streams.tell("\n")
        raise
    except EOFError:
        raise KeyMissing("no key was entered") from None


def verify(account: Account, key: Key, environment: Mapping[str, str], *, timeout: float) -> Result:
    """Return the result of asking the provider with this key."""
    tried = replace(account, key_source=KeySource("stored", key=key))
    return check.check_all([tried], environment, timeout=timeout, concurrency=1)[0]


def accepted(result: Result) -> bool:
    """Tell whether the provider took the key, whether or not it knows the balance."""
    return result.error is None or result.error.code == "balance_unknown"
