"""The lines of a .env file that are about a provider's variable and give no account anything, each with the reason."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from credcheck.commands.login.dotenv import Binding
from credcheck.commands.login.env_file import Found, Variables
from credcheck.config import Config, other_keys
from credcheck.providers import impossible

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"


class NotTaken(NamedTuple):
    """A line that names a variable, and why it counts for nothing."""

    line: int
    variable: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.variable} {self.reason}"


def lines(config: Config, variables: Variables, keys_found: Sequence[Found]) -> list[NotTaken]:
    """Return the lines that are not taken, in their order; a value is in none of them."""
    variables_of = config.providers.variables()
    second = {other: one for one in keys_found for other in variables_of[one.account] if other != one.variable}
    names = known_names(config, variables)
    companies = impossible.of_variables(binding.name for binding in variables.bindings)
    return [
        one
        for binding in variables.bindings
        for one in (
            *_own(binding, variables.last, second, names),
            *_others(binding, variables.last, names),
            *_unusable(binding, config),
            *_of_company(binding, companies, names),
        )
    ]


def _unusable(binding: Binding, config: Config) -> Iterator[NotTaken]:
    """Yield the key that is wanted in place of one that cannot read the balance, if a binding sets such a one."""
    if binding.value and (reason := other_keys.reason(binding.name, config.providers)):
        yield NotTaken(binding.line, binding.name, reason)


def _of_company(
    binding: Binding, companies: Mapping[str, impossible.Impossible], names: Collection[str]
) -> Iterator[NotTaken]:
    """Yield the reason for a key of a company that offers no API for the balance."""
    company = companies.get(binding.name)
    if company and binding.value and binding.name not in names:
        yield NotTaken(binding.line, binding.name, other_keys.without_api(company))


def known_names(config: Config, variables: Variables) -> set[str]:
    """Return the variables of keys, and those of the options that may go with the keys that the file names."""
    variables_of = config.providers.variables()
    named = {word for binding in variables.bindings for word in (binding.name, *re.findall(_NAME, binding.value))}
    providers = [config.providers.load(name) for name, keys in variables_of.items() if not named.isdisjoint(keys)]
    options = {option.variable for one in providers for option in one.options.values() if option.variable}
    return options | {key for keys in variables_of.values() for key in keys}


def _own(
    binding: Binding, last: Mapping[str, Binding], second: Mapping[str, Found], names: Collection[str]
) -> Iterator[NotTaken]:
    """Yield why the variable that a binding sets is not taken, if so."""
    name = binding.name
    if name not in names:
        return
    if last[name] is not binding:
        yield NotTaken(binding.line, name, f"is set again in line {last[name].line}, which counts")
    elif problem := binding.problem or ("" if binding.value else "is empty"):
        yield NotTaken(binding.line, name, problem)
    elif name in second:
        yield NotTaken(
            binding.line, name, f"is not needed: {second[name].variable} is the key of {second[name].account}"
        )


def _others(binding: Binding, last: Mapping[str, Binding], names: Collection[str]) -> Iterator[NotTaken]:
    """Yield the variables that a line of another form, or the value of another variable, seems to set."""
    first, *further = re.split(r"\r\n|\r|\n", binding.value)
    if not binding.name:
        exported = last if re.fullmatch(r"export\s[\w\s]+", first) else ()
        for name in re.findall(_NAME, first):
            if name in names and name not in exported:
                yield NotTaken(binding.line, name, f"is not set as {name}=KEY, alone on the line")
    elif binding.name not in names:
        for name in _set_in(first, names):
            yield NotTaken(binding.line, name, f"is not set as {name}=KEY, alone on the line")
    for number, line in enumerate(further, start=1):
        for name in _set_in(line, names):
            yield NotTaken(binding.line + number, name, f"is inside the quotes that line {binding.line} opens")


def _set_in(text: str, names: Collection[str]) -> list[str]:
    return [name for name in re.findall(rf"({_NAME})\s*=", text) if name in names]
