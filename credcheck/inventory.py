"""The accounts that are set up, as text and as JSON: where each key comes from, never a key."""

from collections.abc import Sequence

from credcheck.models import SCHEMA_VERSION, Account
from credcheck.render.columns import columns
from credcheck.render.json import text
from credcheck.text import one_line


def as_text(accounts: Sequence[Account]) -> str:
    """Return a line for each account, without the columns that say nothing."""
    table = list(zip(("ACCOUNT", "PROVIDER", "KEY", "ALL", "WARN BELOW"), *map(_row, accounts), strict=True))
    told = table[:3] + [column for column in table[3:] if any(column[1:])]
    return columns(list(zip(*told, strict=True)))


def as_json(accounts: Sequence[Account]) -> str:
    """Return all accounts in an envelope."""
    return text({"schema_version": SCHEMA_VERSION, "accounts": [_members(account) for account in accounts]}) + "\n"


def _row(account: Account) -> tuple[str, ...]:
    members = _members(account)
    threshold = "" if account.warn_below is None else f"{account.warn_below:f}"
    source = one_line(str(members["key_source"] or "none"))
    return one_line(account.name), account.provider, source, "" if account.enabled else "left out", threshold


def _members(account: Account) -> dict[str, object]:
    return {
        "account": account.name,
        "provider": account.provider,
        "key_source": str(account.key_source) if account.key_source else None,
        "enabled": account.enabled,
        "warn_below": account.warn_below,
    }
