"""Lists of the accounts, as text and as JSON. Of a key, only its source is shown."""

from collections.abc import Mapping, Sequence

from credcheck.models import ANY, SCHEMA_VERSION, Account, Threshold
from credcheck.render.json import text
from credcheck.render.lists import columns
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
        "WARN BELOW": one_line(", ".join(f"{id_}={each}" if id_ else str(each) for id_, each in _thresholds(account))),
    }


def _thresholds(account: Account) -> list[tuple[str, Threshold]]:
    """Return an account's own thresholds by balance, that of the main one first."""
    return sorted(account.warn_below.items(), key=lambda each: each[0] != ANY)


def _account_members(account: Account) -> dict[str, object]:
    main = account.warn_below.get(ANY)
    return {
        "account": account.name,
        "provider": account.provider,
        "key_source": str(account.key_source) if account.key_source else None,
        "enabled": account.enabled,
        "warn_below": main.amount if main and not main.is_percent else None,
        "thresholds": [{"id": id_ or None, "below": str(each)} for id_, each in _thresholds(account)],
    }
