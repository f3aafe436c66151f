"""The keys in a file of `NAME=VALUE` lines, as other tools keep them: found by the providers' usual variables."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from credcheck import keys, login
from credcheck.config import Config, options
from credcheck.config.credentials import Login
from credcheck.errors import ConfigError, KeyMissing, UsageError
from credcheck.models import Account, KeyVariable
from credcheck.names import without_keys
from credcheck.render.lists import columns
from credcheck.system import files

_LARGEST = 1024 * 1024
_LINE = re.compile(
    r"""
    \s* (?:export\s+)? (?P<name>[A-Za-z_][A-Za-z0-9_]*) \s*=\s*
    (?: '(?P<literal>[^']*)' | "(?P<quoted>(?:[^"\\]|\\.)*)" | (?P<plain>[^'"\s\#][^\s]*)? )
    \s* (?:\#.*)?
    """,
    re.VERBOSE,
)


class Found(NamedTuple):
    """An account that the file has a key for: the variable's name, and the key and options to store or the obstacle."""

    account: str
    variable: str
    target: Account | None = None
    told: Login | None = None
    problem: str = ""


def read(file: str) -> dict[str, str]:
    """Return the variables that a file sets; raises UsageError. A line of another form sets none."""
    shown = without_keys(file)
    try:
        text = files.read(Path(file), limit=_LARGEST)[0].decode("utf-8-sig")
    except OSError as problem:
        raise UsageError(f"{shown} cannot be read: {problem.strerror}") from None
    except ValueError:
        raise UsageError(f"{shown} is not UTF-8 text") from None
    matches = filter(None, map(_LINE.fullmatch, text.splitlines()))
    return {each["name"]: _value(each) for each in matches}


def _value(line: re.Match[str]) -> str:
    if line["quoted"] is not None:
        return re.sub(r"\\(.)", r"\1", line["quoted"])
    return line["literal"] or line["plain"] or ""


def listed(keys_found: Sequence[Found]) -> str:
    """Return a line for each account: the variable's name, never its value, and the obstacle, if any."""
    rows = [("ACCOUNT", "VARIABLE", ""), *((each.account, each.variable, _remark(each)) for each in keys_found)]
    return columns(rows)


def _remark(one: Found) -> str:
    return one.problem or ("replaces the stored key" if one.target and one.target.key_source else "")


def found(config: Config, variables: Mapping[str, str]) -> list[Found]:
    """Return the accounts whose keys are among these variables, in the order of the providers' names."""
    usual = config.providers.variables()
    return [
        _found(config, name, variable, variables)
        for name, known in usual.items()
        if (variable := next((each for each in known if variables.get(each)), None))
    ]


def _found(config: Config, name: str, variable: str, variables: Mapping[str, str]) -> Found:
    try:
        target = login.account_for(config, name, None)
        described = config.providers.load(target.provider)
        filled = options.completed(target, described, variables)
        if lacking := options.missing(filled, described):
            return Found(name, variable, problem=f"needs {', '.join(lacking)}: run `credcheck login {name}`")
        secrets = {
            option: keys.checked(variables[source.name].strip(), what=option)
            for option, source in filled.secrets.items()
            if option not in target.secrets and isinstance(source, KeyVariable)
        }
        new = {option: value for option, value in filled.options.items() if option not in target.options}
        told = Login(keys.checked(variables[variable].strip()), new, secrets)
    except (UsageError, ConfigError, KeyMissing) as problem:
        return Found(name, variable, problem=problem.message)
    return Found(name, variable, target, told)
