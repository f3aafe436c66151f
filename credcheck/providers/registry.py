"""The providers of a run: those built in, and the user's own, which may replace them."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from credcheck import providers
from credcheck.errors import ConfigError, CredcheckError
from credcheck.models import NOTHING
from credcheck.names import ALL, COMMANDS, could_be_key, fold, match

if TYPE_CHECKING:  # it takes long to import, and few runs look at a description before they ask
    from credcheck.providers.provider import Provider

_Names = tuple[str, ...]


class Registry(NamedTuple):
    """The built-in providers and the user's `own`, by name."""

    own: Mapping[str, "Provider"] = NOTHING

    def names(self) -> tuple[str, ...]:
        """Return the names of all providers, in alphabetical order."""
        return tuple(sorted({*providers.names(), *self.own})) if self.own else providers.names()

    def load(self, name: str) -> "Provider":
        """Return the provider of this name, the user's own before a built-in one, with the variables left to it."""
        if name in self.own:
            return self.own[name]
        found = providers.load(name)
        free = self._unclaimed(found.variables)
        return found if free == found.variables else found._replace(variables=free)

    def usable(self, name: str) -> bool:
        """Tell whether there is such a provider and its description can be read; if not, a check says why."""
        try:
            self.load(name)
        except (OSError, ValueError, CredcheckError):
            return False
        return True

    def find(self, word: str) -> str | None:
        """Return the name of the provider that a word means, in any spelling, or as one of its aliases."""
        return match(word, self.names()) or self.aliases().get(fold(word))

    def match(self, word: str, accounts: Iterable[str]) -> str | None:
        """Return which of these accounts a word means: one of its name, or of the provider that is meant."""
        names = list(accounts)
        return match(word, names) or (name if (name := self.find(word)) in names else None)

    def aliases(self) -> dict[str, str]:
        """Return the provider's name for each alias, folded."""
        own = {fold(alias): name for name, one in self.own.items() for alias in one.aliases}
        return {**{fold(alias): name for name, found in providers.aliases().items() for alias in found}, **own}

    def variables(self) -> dict[str, _Names]:
        """Return the usual variables of each provider that has one; one of an own provider is of no built-in one."""
        return self._with_own(providers.variables(), {name: one.variables for name, one in self.own.items()})

    def other_variables(self) -> dict[str, _Names]:
        """Return the variables of other keys of each provider's company; they make no account."""
        own = {name: one.other_variables for name, one in self.own.items()}
        return self._with_own(providers.other_variables(), own)

    def _with_own(self, built_in: Mapping[str, _Names], own: Mapping[str, _Names]) -> dict[str, _Names]:
        found = {**{name: self._unclaimed(one) for name, one in built_in.items()}, **own}
        return {name: found[name] for name in sorted(found) if found[name]}

    def _unclaimed(self, variables: _Names) -> _Names:
        claimed = {variable for one in self.own.values() for variable in (*one.variables, *one.other_variables)}
        return tuple(one for one in variables if one not in claimed)

    def secret_variables(self) -> set[str]:
        """Return the variables in which any provider, with an account or not, has a key or another secret."""
        hidden = {
            variable
            for found in (providers.variables(), providers.other_variables(), self.variables(), self.other_variables())
            for one in found.values()
            for variable in one
        }
        built_in = (providers.load(name) for name in providers.names() if "secret = true" in providers.source(name))
        options = [option for provider in (*built_in, *self.own.values()) for option in provider.options.values()]
        return hidden | {option.variable for option in options if option.secret and option.variable}

    def units(self) -> set[str]:
        """Return the units that the descriptions name; others are known from answers only."""
        balances = (balance for name in self.names() if self.usable(name) for balance in self.load(name).balances)
        return {unit for balance in balances for unit in (balance.unit, *balance.units.values()) if unit}

    def taken_variables(self, provider: "Provider") -> list[str]:
        """Return a line for each variable of a provider that is a built-in one's of another name, which loses it."""
        return [
            f"{variable} is the variable of {name}, which has no account by it then: choose another variable, "
            f"or name the table [providers.{name}] to replace {name}"
            for name, variables in providers.variables().items()
            for variable in provider.variables
            if variable in variables and name != provider.name and name not in self.own
        ]

    def replaced(self) -> list[str]:
        """Return the built-in providers that the user's own replace."""
        return sorted(self.own.keys() & set(providers.names()))


BUILT_IN = Registry()


def from_table(table: object, place: str) -> Registry:
    """Return the registry with the descriptions of a user's table; raises ConfigError, beginning with `place`."""
    from credcheck.providers import schema

    if not isinstance(table, dict):
        raise ConfigError(f"{place}: must be a table of descriptions")
    own: dict[str, Provider] = {}
    owners: dict[str, str] = {}
    for written, description in table.items():
        name = match(written, providers.names()) or checked_name(written, place)
        if match(name, own):
            raise ConfigError(f"{place}.{name}: is defined twice")
        own[name] = schema.provider(name, description, place=f"{place}.{name}.", built_in=False)
        for key, found in (("variable", own[name].variables), ("other_variables", own[name].other_variables)):
            for variable in found:
                if owners.setdefault(variable, name) != name:
                    raise ConfigError(f"{place}.{name}.{key}: {variable} is that of {owners[variable]}; choose another")
    return Registry(own)


def checked_name(name: str, place: str) -> str:
    """Return a name that a provider can have; raises ConfigError, beginning with `place`, for another."""
    if could_be_key(name):
        raise ConfigError(f"{place}: a name that is not shown, for it could be a key")
    if fold(name) in map(fold, (ALL, *COMMANDS)):
        raise ConfigError(f"{place}.{name}: no provider can have this name, which is that of a command: choose another")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        raise ConfigError(f"{place}.{name}: no provider can have this name: use lower-case letters, digits and hyphens")
    return name
