"""Keys of a provider's company that cannot read the balance: people have them in variables, and no account is made."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from credcheck.providers import impossible

if TYPE_CHECKING:
    from credcheck.config.settings import Config
    from credcheck.providers.impossible import Impossible
    from credcheck.providers.provider import Provider
    from credcheck.providers.registry import Registry


def unusable(config: "Config", environment: Mapping[str, str]) -> list[str]:
    """Return a line for each such variable that is set, if none of its providers has an account: the key to store."""
    if not config.from_environment:
        return []
    provided = {account.provider for account in config.accounts.values()}
    usual = config.providers.variables()
    provided |= {name for name, variables in usual.items() if any(map(environment.get, variables))}
    first = (next(filter(environment.get, each), None) for each in config.providers.other_variables().values())
    found = [one for one in dict.fromkeys(first) if one and provided.isdisjoint(_providers_of(one, config.providers))]
    told = [(variable, reason(variable, config.providers)) for variable in found]
    lines = [f"{variable} {reason}" for variable, reason in told if reason]
    spoken_of = set(found)
    companies = impossible.of_variables(name for name, value in environment.items() if value and name not in spoken_of)
    return lines + [f"{variable} {without_api(company)}" for variable, company in companies.items()]


def without_api(company: "Impossible") -> str:
    """Return the line about the key of a company that offers no API for the balance."""
    return f"is not used: {company.title} offers no API for the balance (`credcheck providers {company.name}`)"


def reason(variable: str, registry: "Registry") -> str:
    """Return why the key in such a variable is not used, and what to do; an empty text if that is not known."""
    names = _providers_of(variable, registry)
    if len(names) > 1:
        titles, logins = zip(*((registry.load(name).title, f"`credcheck login {name}`") for name in names), strict=True)
        return (
            f"may hold a key of {' or of '.join(titles)}, so it is not used: store the key with {' or '.join(logins)}"
        )
    return _wanted(names[0], registry) if names else ""


def _providers_of(variable: str, registry: "Registry") -> list[str]:
    return [name for name, variables in registry.other_variables().items() if variable in variables]


def _wanted(name: str, registry: "Registry") -> str:
    """Return the kind of key that a provider wants; an empty text if that is not known."""
    provider = registry.load(name)
    if provider.needs is None:
        return ""
    kind = provider.needs.partition(" (")[0]
    return f"cannot read the balance: {provider.title} wants {kind}; {_way_in(provider)}"


def _way_in(provider: "Provider") -> str:
    variable = f"set {provider.variables[0]} or " if provider.variables else ""
    return f"{variable}run `credcheck login {provider.name}`"
