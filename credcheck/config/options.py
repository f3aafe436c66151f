"""The settings that only one provider knows: its options, and the sources of its secret ones."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from credcheck import validation
from credcheck.errors import ConfigError
from credcheck.models import Account, KeyCommand, KeyFile, KeySource, KeyVariable, WrittenKey
from credcheck.names import could_be_key

if TYPE_CHECKING:
    from credcheck.providers.provider import Option, Provider

_LAST_PORT = 65535
# The endings of a secret setting's name, and what may stand there.
SOURCES: Mapping[str, validation.Check] = {
    "": validation.key,
    "_env": validation.variable,
    "_file": validation.text,
    "_command": validation.command,
}
# The ending of the path of the secret in a JSON text, beside a file or a command.
MEMBER = "_member"


def member(value: object) -> str:
    """Accept the dotted path of a key in a JSON text."""
    from credcheck.providers.notation import path

    return path(value)


def checks(provider: "Provider") -> dict[str, validation.Check]:
    """Return the check of each setting that this provider adds."""
    from credcheck.providers.placeholders import places

    found: dict[str, validation.Check] = {}
    for name, option in provider.options.items():
        if option.secret:
            found |= {f"{name}{ending}": check for ending, check in {**SOURCES, MEMBER: member}.items()}
        else:
            found[name] = _check(option, places(provider, name))
    return found


def _check(option: "Option", used_in: frozenset[str]) -> validation.Check:
    if option.flag:
        return validation.truth
    if option.choices:
        return _one_of(option.choices)
    if "host" in used_in:
        return _host
    return _header_value if "headers" in used_in else _value


def _one_of(choices: Mapping[str, str]) -> validation.Check:
    def check(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise ConfigError(f"must be one of {', '.join(choices)}")
        return value

    return check


def _host(value: object) -> str:
    address = validation.text(value)
    host, slash, path = address.partition("/")
    name, colon, port = host.partition(":")
    if not re.fullmatch(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", name):
        raise ConfigError("must be a host such as api.example.com, or api.example.com:4000/v1")
    if colon and not (re.fullmatch(r"[1-9][0-9]{0,4}", port) and int(port) <= _LAST_PORT):
        raise ConfigError("has a port that is none: write api.example.com:4000")
    if slash and not re.fullmatch(r"(?:(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]{1,80}/?){1,10}", path):
        raise ConfigError("has a path with a character that it may not hold: write api.example.com/v1")
    return address.removesuffix("/")


def segment(value: object) -> str:
    """Accept text for one segment of a path, which a dot segment would leave."""
    if validation.text(value) in {".", ".."}:
        raise ConfigError("must not be a dot segment")
    return str(value)


def _value(value: object) -> str:
    text = segment(value)
    if not text.isprintable():
        raise ConfigError("must be one line of text")
    return text


def _header_value(value: object) -> str:
    text = _value(value)
    if not text.isascii() or text != text.strip():
        raise ConfigError("must be plain ASCII text, for it goes into a header")
    return text


def source(setting: str, values: dict[str, Any], path: Path, *, place: str) -> KeySource | None:
    """Take a secret setting out of the values and return its source, or None; raises ConfigError for two of them."""
    inner = values.pop(f"{setting}{MEMBER}", None)
    given = [ending for ending in SOURCES if f"{setting}{ending}" in values]
    if len(given) > 1:
        named = " and ".join(f"{setting}{ending}" for ending in given)
        raise ConfigError(f"{place}: must have one source of the key, not {named}")
    if inner and not {*given} & {"_file", "_command"}:
        problem = f"is a member of the JSON text of {setting}_file or {setting}_command, which is missing"
        raise ConfigError(f"{place}.{setting}{MEMBER}: {problem}")
    return _source(given[0], values.pop(f"{setting}{given[0]}"), path, inner) if given else None


def _source(ending: str, value: Any, path: Path, member: str | None) -> KeySource:  # noqa: ANN401  as checked
    match ending:
        case "":
            return WrittenKey("config", value)
        case "_env":
            return KeyVariable(value)
        case "_file":
            file = _next_to(path, value)
            return KeyFile(
                file, is_shown=os.path.lexists(file) or not any(map(could_be_key, value.split("/"))), member=member
            )
        case _:
            return KeyCommand(value, member)


def _next_to(path: Path, file: str) -> str:
    """Return a file's absolute path; a `~name` without a home stays as it is, for its account's check to report."""
    expanded = os.path.expanduser(file)
    return expanded if expanded.startswith("~") else os.path.join(path.parent, expanded)


def completed(account: Account, provider: "Provider", environment: Mapping[str, str]) -> Account:
    """Return the account with the options that no file sets, read from their usual variables."""
    options, secrets = dict(account.options), dict(account.secrets)
    for name, option in provider.options.items():
        if option.variable is None or name in options or name in secrets or not environment.get(option.variable):
            continue
        if option.secret:
            secrets[name] = KeyVariable(option.variable)
        else:
            options[name] = _from_variable(provider, name, option.variable, environment[option.variable])
    return account._replace(options=options, secrets=secrets)


def _from_variable(provider: "Provider", name: str, variable: str, text: str) -> str | bool:
    option = provider.options[name]
    if option.flag:
        return text.lower() in {"1", "true", "yes"}
    from credcheck.providers.placeholders import places

    try:
        return str(_check(option, places(provider, name))(text))
    except ConfigError as problem:
        raise ConfigError(f"{variable}: {problem.message}") from None


def missing(account: Account, provider: "Provider") -> list[str]:
    """Return the required options that the account lacks."""
    return [
        name
        for name, option in provider.options.items()
        if option.required and name not in account.options and name not in account.secrets
    ]
