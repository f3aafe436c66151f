"""Lists of the providers and of the accounts, as text and as JSON. Of a key, only its source is shown."""

from collections.abc import Mapping, Sequence

from credcheck import providers
from credcheck.errors import KeyTyped, UsageError
from credcheck.models import ANY, SCHEMA_VERSION, Account
from credcheck.names import could_be_key, did_you_mean, match
from credcheck.render.columns import columns
from credcheck.render.json import text
from credcheck.sanitize import one_line


def providers_as_text(name: str | None) -> str:
    """Return a line for each provider, or all facts of one; raises UsageError for an unknown name."""
    if name is not None:
        rows = _facts(_known_provider(name))
        return "".join(f"{label.replace('_', ' '):<11} {_shown(value)}\n" for label, value in rows.items() if value)
    every = [_facts(each) for each in providers.names()]
    shown = ("name", "unit", "variable", "key_url")
    table = [
        ("PROVIDER", "UNIT", "VARIABLE", "GET A KEY"),
        *([str(facts[each] or "") for each in shown] for facts in every),
    ]
    notices = [f"{facts['notice']}\n" for facts in every if facts["notice"]]
    return columns(table) + "".join(notices)


def providers_as_json(name: str | None) -> str:
    """Return a provider's facts as one object, or those of all in an envelope."""
    if name is not None:
        return text({"schema_version": SCHEMA_VERSION, **_facts(_known_provider(name))}) + "\n"
    return text({"schema_version": SCHEMA_VERSION, "providers": [_facts(each) for each in providers.names()]}) + "\n"


def _known_provider(name: str) -> str:
    known = match(name, providers.names())
    if known is None:
        if could_be_key(name):
            raise KeyTyped
        near = did_you_mean(name, providers.names())
        raise UsageError(f"there is no provider `{name}` (see `credcheck providers`){near}")
    return known


def _facts(name: str) -> dict[str, object]:
    provider = providers.load(name)
    return {
        "name": name,
        "title": provider.title,
        "unit": provider.usual_unit({}),
        "variable": provider.variables[0] if provider.variables else None,
        "key_url": provider.key_url or provider.docs_url,
        "top_up_url": provider.top_up_url,
        "docs_url": provider.docs_url,
        "options": {option: each.help for option, each in provider.options.items()},
        "notice": provider.notice,
    }


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "\n            ".join(f"{name}: {help_}" for name, help_ in value.items())
    return str(value)


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
