"""Lists of the accounts, as text and as JSON. Of a key, only its source is shown."""

from collections.abc import Mapping, Sequence

from credcheck.models import ANY, SCHEMA_VERSION, Account
from credcheck.render.columns import columns
from credcheck.render.json import text
from credcheck.sanitize import one_line


def accounts_as_text(accounts: Sequence[Account]) -> str:
    """Return a line for each account; a column that is empty for all of them is left out."""
    rows = list(map(_account_row, accounts))
    headings = [heading for heading in rows[0] if any(row[heading] for row in rows)]
    return columns([headings, *([row[heading] for heading in headings] for row in rows)])


def accounts_as_json(accounts: Sequence[Account]) -> str:
    """Return all accounts in an envelope."""
    return text({"schema_version": SCHEMA_VERSION, "accounts": list(map(_account_members, accounts))}) + "\n"


def _account_row(account: Account) -> Mapping[str, str]:
    return {
        "ACCOUNT": one_line(account.name),
        "PROVIDER": account.provider,
        "KEY": one_line(str(account.key_source or "none")),
        "ALL": "" if account.enabled else "left out",
        "WARN BELOW": ", ".join(f"{id_}={each}" if id_ else str(each) for id_, each in account.warn_below.items()),
    }


def _account_members(account: Account) -> dict[str, object]:
    return {
        "account": account.name,
        "provider": account.provider,
        "key_source": str(account.key_source) if account.key_source else None,
        "enabled": account.enabled,
        "warn_below": own.amount if (own := account.warn_below.get(ANY)) else None,
    }
