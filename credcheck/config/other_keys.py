"""Keys of a provider's company that cannot read the balance: people have them in variables, and no account is made."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from credcheck.names import fold
from credcheck.providers import impossible

if TYPE_CHECKING:
    from credcheck.config.settings import Config
    from credcheck.providers.impossible import Impossible
    from credcheck.providers.provider import Provider
    from credcheck.providers.registry import Registry


def unusable(config: "Config", environment: Mapping[str, str]) -> list[str]:
    """Return a line for each provider without an account for which such a variable is set: which key it wants."""
    if not config.from_environment:
        return []
    used = {account.provider for account in config.accounts.values()}
    usual = config.providers.variables()
    found = [
        (name, variable)
        for name, variables in config.providers.other_variables().items()
        if name not in used and not any(map(environment.get, usual.get(name, ())))
        if (variable := next(filter(environment.get, variables), None))
    ]
    told = [(variable, wanted(name, config.providers)) for name, variable in found]
    lines = [f"{variable} {reason}" for variable, reason in told if reason]
    spoken_of = {variable for variable, _ in told}
    companies = impossible.of_variables(name for name, value in environment.items() if value and name not in spoken_of)
    return lines + [f"{variable} {without_api(company)}" for variable, company in companies.items()]


def without_api(company: "Impossible") -> str:
    """Return the line about the key of a company that tells no balance."""
    return f"tells no balance: {company.title} has no balance API (`credcheck providers {fold(company.title)}`)"


def wanted(name: str, registry: "Registry") -> str:
    """Return the line about such a variable: the key that the provider wants; an empty text if that is not known."""
    provider = registry.load(name)
    if provider.needs is None:
        return ""
    kind = provider.needs.partition(" (")[0]
    return f"tells no balance: {provider.title} wants {kind}; {_way_in(provider)}"


def _way_in(provider: "Provider") -> str:
    variable = f"set {provider.variables[0]} or " if provider.variables else ""
    return f"{variable}run `credcheck login {provider.name}`"
