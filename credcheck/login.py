"""`login`: ask for an account's key and try it at the provider."""

import sys
from collections.abc import Mapping
from dataclasses import replace

from credcheck import check, keys, providers
from credcheck.config import Config
from credcheck.errors import KeyMissing, KeyTyped, UsageError
from credcheck.models import Account, Key, Result, WrittenKey
from credcheck.names import can_be_account, could_be_key, did_you_mean, match, taken_by
from credcheck.sanitize import one_line
from credcheck.system import streams, terminal

_LONGEST_LINE = 64 * 1024


def account_for(config: Config, name: str, provider: str | None) -> Account:
    """Return the account to store a key for; raises UsageError if `credcheck NAME` would not use that key."""
    name = _account_name(config, name)
    configured = config.accounts.get(name)
    known = configured.provider if configured else name if name in providers.names() else None
    chosen = _provider(provider) if provider else known
    if chosen is None:
        near = did_you_mean(name, providers.names())
        raise UsageError(
            f"`{name}` is not a provider; name the provider with --provider (see `credcheck providers`){near}"
        )
    if known not in {None, chosen}:
        raise UsageError(f"the account {name} is one at {known}, not at {chosen}; choose another name")
    account = configured or Account(name=name, provider=chosen)
    source = account.key_source
    if source and not (isinstance(source, WrittenKey) and source.kind == "stored"):
        raise UsageError(f"{config.path} gives {name} its key ({source}); change it there, or remove it")
    return account


def _account_name(config: Config, word: str) -> str:
    name = match(word, [*config.accounts, *providers.names()])
    if name is not None:
        return name
    if could_be_key(word):
        raise KeyTyped
    if not can_be_account(word):
        raise UsageError(f"no account can have the name `{word}`, for it is {taken_by(word)}; choose another")
    return word


def _provider(word: str) -> str:
    name = match(word, providers.names())
    if name is not None:
        return name
    if could_be_key(word):
        raise KeyTyped
    near = did_you_mean(word, providers.names())
    raise UsageError(f"there is no provider `{word}`; name one with --provider (see `credcheck providers`){near}")


def ask(account: Account) -> Key:
    """Return the key that is typed unseen at a terminal, or the first line of a pipe; raises KeyMissing.

    White space around it, as a copied line has it, is dropped.
    """
    typed = _typed(account) if streams.is_terminal(0) else _piped()
    try:
        return keys.checked(typed.strip())
    except KeyMissing as problem:
        raise KeyMissing(f"{problem.message}; nothing is stored: copy the key anew") from None


def _piped() -> str:
    line = sys.stdin.buffer.readline(_LONGEST_LINE) if sys.stdin else b""
    return line.decode("utf-8", "replace")


def _typed(account: Account) -> str:
    provider = providers.load(account.provider)
    if page := provider.key_url or provider.docs_url:
        streams.tell(f"Get a key: {page}\n")
    try:
        return terminal.read_unseen(f"Key for {one_line(account.name)} (it is not shown): ")
    except EOFError:
        raise KeyMissing("no key was entered") from None


def verify(
    account: Account, key: Key, environment: Mapping[str, str], *, timeout: float, watch: check.Watcher | None = None
) -> Result:
    """Return the result of a check with this key."""
    tried = replace(account, key_source=WrittenKey("stored", key))
    return check.check_all([tried], environment, timeout=timeout, concurrency=1, watch=watch)[0]


def accepted(result: Result) -> bool:
    """Tell whether the provider accepted the key; that it does not know the balance is no objection."""
    return result.error is None or result.error.code == "balance_unknown"
