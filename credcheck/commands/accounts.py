"""`credcheck accounts`: the accounts as text and as JSON. Of a key, only its source is shown."""

import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from credcheck.console import output
from credcheck.console.check_options import FILTER_OPTIONS, LAST_LOW, filters_of
from credcheck.console.grammar import app
from credcheck.console.last_low import NONE_LOW, last_low
from credcheck.console.options import AsJson, ConfigFile, with_options
from credcheck.models import ANY, SCHEMA_VERSION, Account, Threshold
from credcheck.render.lists import columns
from credcheck.sanitize import one_line
from credcheck.system import streams

if TYPE_CHECKING:  # `--help` is printed without it
    from credcheck.config import Config

Defaults = Mapping[str, Mapping[str, Threshold]]


@app.command("accounts")
@with_options([LAST_LOW, *FILTER_OPTIONS])
def list_accounts(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAMES", help="Accounts; without any, all.")] = None,
    *,
    as_json: AsJson = False,
    config_file: ConfigFile = None,
    values: Mapping[str, Any],
) -> int:
    """List the accounts and the sources of their keys."""
    from credcheck import config

    loaded = config.load(os.environ, file=config_file)
    filters = filters_of(values) or config.NO_FILTERS
    accounts = config.listed(loaded, os.environ, names or [], filters, command="credcheck accounts")
    if not accounts and not as_json:
        output.nothing_to_check(loaded)
        return 0  # as with --json: the list is complete, and nothing was to be checked
    if values.get("low"):
        accounts = last_low(accounts, loaded)
    if not accounts and not as_json:
        output.tell(NONE_LOW)
        return 0
    output.tell_incomplete(loaded)
    defaults = default_thresholds(accounts, loaded)
    if as_json:
        streams.deliver(accounts_as_json(accounts, defaults))
    else:
        output.deliver(accounts_as_text(accounts, defaults))
    return 0


def default_thresholds(accounts: Sequence[Account], loaded: "Config") -> Defaults:
    """Return by account's name the thresholds, by unit, that the configuration has for all accounts."""
    from credcheck.config import thresholds

    return {
        account.name: thresholds.defaults_for(loaded.warn_below, account, loaded.providers.load(account.provider))
        for account in accounts
        if loaded.warn_below and loaded.providers.usable(account.provider)
    }


def accounts_as_text(accounts: Sequence[Account], defaults: Defaults) -> str:
    """Return a line for each account; a column that is empty for all of them is left out."""
    rows = [_account_row(account, defaults.get(account.name, {})) for account in accounts]
    headings = [heading for heading in rows[0] if any(row[heading] for row in rows)]
    return columns([headings, *([row[heading] for heading in headings] for row in rows)])


def accounts_as_json(accounts: Sequence[Account], defaults: Defaults) -> str:
    """Return all accounts in an envelope."""
    from credcheck.render.json import text

    members = [_account_members(account, defaults.get(account.name, {})) for account in accounts]
    return text({"schema_version": SCHEMA_VERSION, "accounts": members}) + "\n"


def _account_row(account: Account, defaults: Mapping[str, Threshold]) -> Mapping[str, str]:
    below = [f"{id_}={each}" if id_ else str(each) for id_, each in _thresholds(account)]
    below += [f"{unit}={each} (for all)" for unit, each in defaults.items()]
    return {
        "ACCOUNT": one_line(account.name),
        "PROVIDER": account.provider,
        "KEY": one_line(str(account.key_source or "none")),
        "ALL": "" if account.enabled else "left out",
        "TAGS": one_line(", ".join(account.tags)),
        "WARN BELOW": one_line(", ".join(below)),
    }


def _thresholds(account: Account) -> list[tuple[str, Threshold]]:
    """Return an account's own thresholds by balance, the main one's first."""
    return sorted(account.warn_below.items(), key=lambda each: each[0] != ANY)


def _below(threshold: Threshold) -> Decimal | str:
    return str(threshold) if threshold.is_percent else threshold.amount


def _account_members(account: Account, defaults: Mapping[str, Threshold]) -> dict[str, object]:
    main = account.warn_below.get(ANY)
    return {
        "account": account.name,
        "provider": account.provider,
        "tags": list(account.tags),
        "key_source": str(account.key_source) if account.key_source else None,
        "enabled": account.enabled,
        "warn_below": main.amount if main and not main.is_percent else None,
        "thresholds": [{"id": id_ or None, "below": _below(each)} for id_, each in _thresholds(account)],
        "usual_thresholds": [{"unit": unit, "below": _below(each)} for unit, each in defaults.items()],
    }
