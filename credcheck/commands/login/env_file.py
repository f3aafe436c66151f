"""The keys in a file of `NAME=VALUE` lines, as other tools keep them: found by the providers' usual variables."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from credcheck import keys
from credcheck.commands.login import dotenv, entry
from credcheck.commands.login.dotenv import Binding
from credcheck.config import Config, options
from credcheck.config.credentials import Login
from credcheck.errors import ConfigError, KeyMissing, UsageError
from credcheck.models import Account, Key, KeyVariable, WrittenKey
from credcheck.names import without_keys
from credcheck.render.lists import columns
from credcheck.system import files

_LARGEST = 1024 * 1024


class Variables(NamedTuple):
    """The bindings of a file, and those that count: the last one of each variable, by its name."""

    bindings: Sequence[Binding]
    last: Mapping[str, Binding]

    @property
    def values(self) -> dict[str, str]:
        """The values that may be taken."""
        return {name: one.value for name, one in self.last.items() if not one.problem}


class Found(NamedTuple):
    """An account that the file has a key for: the variable's name, and the key and options to store or the obstacle."""

    account: str
    variable: str
    target: Account | None = None
    entered: Login | None = None
    problem: str = ""


def read(file: str) -> Variables:
    """Return the variables that a file sets; raises UsageError."""
    shown = without_keys(file)
    try:
        text = files.read(Path(file), limit=_LARGEST)[0].decode("utf-8-sig")
    except OSError as problem:
        raise UsageError(f"{shown} cannot be read: {problem.strerror}") from None
    except ValueError:
        raise UsageError(f"{shown} is not UTF-8 text") from None
    found = list(dotenv.bindings(text))
    return Variables(found, {one.name: one for one in found if one.name})


def listed(keys_found: Sequence[Found]) -> str:
    """Return a line for each account: the variable's name, never its value, and the obstacle, if any."""
    rows = [("ACCOUNT", "VARIABLE", ""), *((one.account, one.variable, _remark(one)) for one in keys_found)]
    return columns(rows)


def _remark(one: Found) -> str:
    return one.problem or ("replaces the stored key" if one.target and one.target.key_source else "")


def found(config: Config, variables: Variables) -> list[Found]:
    """Return the accounts whose keys are among these variables, in the order of the providers' names."""
    values = variables.values
    return [
        _found(config, name, variable, variables)
        for name, names in config.providers.variables().items()
        if (variable := next((one for one in names if values.get(one)), None))
    ]


def _found(config: Config, name: str, variable: str, variables: Variables) -> Found:
    try:
        target = entry.account_for(config, name, None)
        described = config.providers.load(target.provider)
        entered = _entered(config, target, variable, variables)
        if missing := options.missing(entry.with_entered(target, entered), described):
            return Found(name, variable, problem=f"needs {', '.join(missing)}: run `credcheck login {name}`")
    except (UsageError, ConfigError, KeyMissing) as problem:
        hint = problem.hint if isinstance(problem, KeyMissing) else None
        line = f"line {variables.last[variable].line}: " if isinstance(problem, KeyMissing) else ""
        return Found(name, variable, problem=line + problem.message + (f": {hint}" if hint else ""))
    return Found(name, variable, target, entered)


def _entered(config: Config, target: Account, variable: str, variables: Variables) -> Login:
    """Return the key with the options and secrets of the file, which are to replace those stored with another key.

    Raises ConfigError or KeyMissing for one that cannot be stored, or that `config.toml` sets otherwise.
    """
    values = variables.values
    described = config.providers.load(target.provider)
    own = config.configured.get(target.name) or Account(target.name, target.provider)
    given = options.completed(Account(target.name, target.provider), described, values)
    sources = {option: source.name for option, source in given.secrets.items() if isinstance(source, KeyVariable)}
    places = {option: described.options[option].variable or "" for option in given.options} | sources
    for one in described.options.values():
        binding = variables.last.get(one.variable or "")
        if binding and binding.problem:
            raise KeyMissing(f"{binding.name} in line {binding.line} {binding.problem}")
    secrets = {option: keys.checked(values[place], what=option) for option, place in sources.items()}
    for option, place in places.items():
        if not _agrees(option, own, given.options, secrets):
            remedy = f"change it to that of {place}, or remove it"
            raise ConfigError(f"{config.path} has its own {option} for {target.name}; {remedy}")
    return Login(
        keys.checked(values[variable]),
        {option: value for option, value in given.options.items() if option not in own.options},
        {option: secret for option, secret in secrets.items() if option not in own.secrets},
    )


def _agrees(option: str, own: Account, given: Mapping[str, str | bool], secrets: Mapping[str, Key]) -> bool:
    """Tell whether `config.toml` sets no other value; one in a variable, a file or by a command may be another."""
    if option in given:
        return own.options.get(option, given[option]) == given[option]
    source = own.secrets.get(option)
    return source is None or (isinstance(source, WrittenKey) and source.key.reveal() == secrets[option].reveal())
