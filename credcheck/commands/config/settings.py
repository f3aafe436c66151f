"""The settings as they hold, as lines of TOML. No key is shown."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from credcheck.commands.config.place import named
from credcheck.models import ANY
from credcheck.sanitize import one_line

if TYPE_CHECKING:
    from credcheck.config import Config
    from credcheck.models import Account, Threshold


def shown(loaded: "Config", accounts: "Sequence[Account]") -> str:
    """Return all settings as they hold, as lines of TOML: those of the file, the defaults, and every account."""
    top = {
        "timeout": loaded.timeout,
        "concurrency": loaded.concurrency,
        "warn_below": _thresholds(loaded.warn_below),
        "warn_days_left": loaded.warn_days_left,
        "history": loaded.history,
        "from_environment": loaded.from_environment,
    }
    heading = f"# {loaded.path}{'' if loaded.path in loaded.found else ' (not there: these are the defaults)'}\n"
    notify = {"command": list(loaded.notify.command), "again": loaded.notify.again} if loaded.notify else {}
    parts = [heading + _lines(top), f"[notify]\n{_lines(notify)}" if notify else ""]
    parts += [_account(account) for account in accounts]
    return "\n".join(filter(None, parts))


def _account(account: "Account") -> str:
    members: dict[str, Any] = {
        "provider": account.provider if account.provider != account.name else None,
        "warn_below": _thresholds(account.warn_below),
        "balance": account.main,
        "tags": list(account.tags) or None,
        "prepaid" if account.since else "budget": _amounts(account.budget),
        "since": account.since,
        "base_url": account.base_url,
        "enabled": None if account.enabled else False,
        **account.options,
    }
    source = f"# key: {one_line(str(account.key_source or 'none'))}\n"
    return f"[accounts.{named(account.name)}]\n{source}{_lines(members)}"


def _thresholds(found: "Mapping[str, Threshold]") -> object:
    if set(found) == {ANY}:
        return str(found[ANY])
    return {name: str(threshold) for name, threshold in found.items()} or None


def _amounts(found: "Mapping[str, Decimal]") -> object:
    return found[ANY] if set(found) == {ANY} else found or None


def _lines(values: Mapping[str, Any]) -> str:
    return "".join(f"{name} = {_text(value)}\n" for name, value in values.items() if value is not None)


def _text(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case Mapping():
            return "{ " + ", ".join(f"{named(name)} = {_text(one)}" for name, one in value.items()) + " }"
        case str():
            return value if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", value) else json.dumps(value, ensure_ascii=False)
        case Iterable():
            return "[" + ", ".join(map(_text, value)) + "]"
        case float():
            return f"{value:g}"
    return f'"{value.total_seconds():g}s"' if isinstance(value, timedelta) else str(value)
