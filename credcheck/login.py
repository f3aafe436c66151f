"""Store an account's key, once the provider has accepted it, and remove it again."""

import getpass
import sys
from collections.abc import Mapping
from dataclasses import replace

from credcheck import check, keys, providers
from credcheck.config import Config
from credcheck.errors import KeyMissing, Stopped, UsageError
from credcheck.models import Account, Key, Result, WrittenKey
from credcheck.names import can_be_account, did_you_mean, match
from credcheck.system import signals, streams

_LONGEST_LINE = 64 * 1024


def account_for(config: Config, name: str, provider: str | None) -> Account:
    """Return the account that a key is to be stored for; raises UsageError where its key would never be used."""
    name = match(name, [*config.accounts, *providers.names()]) or name
    if not can_be_account(name):
        raise UsageError(f"no account can have the name `{name}`; choose another")
    configured = config.accounts.get(name)
    known = configured.provider if configured else name if name in providers.names() else None
    chosen = provider or known
    if chosen not in providers.names():
        wrong = f"there is no provider `{provider}`" if provider else f"`{name}` is no provider; say whose key it is"
        near = did_you_mean(chosen or name, providers.names())
        raise UsageError(f"{wrong} with --provider (see `credcheck providers`){near}")
    if known not in {None, chosen}:
        raise UsageError(f"the account {name} is one at {known}, not at {chosen}; choose another name")
    account = configured or Account(name=name, provider=chosen)
    source = account.key_source
    if source and not (isinstance(source, WrittenKey) and source.kind == "stored"):
        raise UsageError(f"{config.path} gives {name} its key ({source}); change it there, or remove it")
    return account


def ask(account: Account) -> Key:
    """Return the key that is typed unseen at a terminal, or is the first line of a pipe; raises KeyMissing."""
    typed = _typed(account) if streams.is_terminal(0) else _piped()
    try:
        return keys.checked(typed)
    except KeyMissing as problem:
        raise KeyMissing(f"{problem.message}; nothing is stored: copy the key anew") from None


def _piped() -> str:
    return keys.without_line_end(sys.stdin.buffer.readline(_LONGEST_LINE) if sys.stdin else b"")


def _typed(account: Account) -> str:
    streams.tell(f"Get a key: {providers.load(account.provider).key_url}\n")
    try:
        with signals.listening(signals.interrupt):
            return getpass.getpass(f"Key for {account.name} (it is not shown): ", stream=sys.stderr)
    except (Stopped, EOFError) as end:
        streams.tell("\n")
        if isinstance(end, Stopped):
            raise
        raise KeyMissing("no key was entered") from None


def verify(account: Account, key: Key, environment: Mapping[str, str], *, timeout: float) -> Result:
    """Return the result of asking the provider with this key."""
    tried = replace(account, key_source=WrittenKey("stored", key))
    return check.check_all([tried], environment, timeout=timeout, concurrency=1)[0]


def accepted(result: Result) -> bool:
    """Tell whether the provider took the key, whether or not it knows the balance."""
    return result.error is None or result.error.code == "balance_unknown"
