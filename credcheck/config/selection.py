"""The accounts that a command line selects: by name, provider, pattern, tag and category."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from credcheck.config.accounts import all_accounts, complete, in_environment, missing_options, without_value
from credcheck.config.settings import Config, Environment
from credcheck.errors import UsageError
from credcheck.models import Account
from credcheck.names import ALL, could_be_key, did_you_mean, is_pattern, match, without_keys

# The command that the words stand in, unless it is another; an error suggests it with other words.
CHECK = "credcheck"


class Filters(NamedTuple):
    """The tags of which a selected account has one, and the categories of its provider; without these, any."""

    tags: Sequence[str] = ()
    categories: Sequence[str] = ()


NO_FILTERS = Filters()


def select(
    config: Config,
    environment: Environment,
    words: Sequence[str],
    *,
    filters: Filters = NO_FILTERS,
    alone: bool = True,
    command: str = CHECK,
) -> list[Account]:
    """Return the accounts that these words name and the filters leave, in the order of the configuration.

    `all` names every account that is enabled, and so do no words beside a filter; a provider's name names all of its
    accounts if no account has that name, a pattern those that match. Raises UsageError for a word or a filter that
    selects none, and if it is `alone`, for one account that lacks a needed option; among several, its check tells that.
    """
    words = list(words) or [ALL] * bool(any(filters))
    chosen = dict.fromkeys(
        name for word in words if word != ALL for name in _names(word, config, environment, command=command)
    )
    if ALL in words:
        enabled = dict.fromkeys(_enabled(config, environment))
        if chosen and chosen.keys() <= enabled.keys():  # one that is disabled is checked too, because it is named
            raise UsageError("`all` and names do not go together: leave out one")
        chosen |= enabled
    rank = {name: place for place, name in enumerate(dict.fromkeys([*config.accounts, *config.providers.names()]))}
    found = [complete(name, config, environment) for name in sorted(chosen, key=rank.__getitem__)]
    found = _filtered(found, filters, config)
    if alone and is_single(words, found, filters):
        _check_options(found[0], config)
    return found


def without_account(config: Config, environment: Environment, words: Sequence[str], filters: Filters) -> list[str]:
    """Return a line for each account that these words and filters would select if its variable were not empty."""
    return [
        line
        for name, line in without_value(config, environment).items()
        if any(word == ALL or (is_pattern(word) and fnmatchcase(name, word.casefold())) for word in words)
        and not filters.tags
        and (not filters.categories or config.providers.load(name).category in filters.categories)
    ]


def listed(
    config: Config, environment: Environment, words: Sequence[str], filters: Filters, *, command: str = CHECK
) -> list[Account]:
    """Return the accounts that these words and filters select, disabled ones too; without either, all there are."""
    if words and set(words) != {ALL}:
        return select(config, environment, words, filters=filters, alone=False, command=command)
    return _filtered(all_accounts(config, environment), filters, config)


def is_single(words: Sequence[str], found: Sequence[Account], filters: Filters = NO_FILTERS) -> bool:
    """Tell whether a selection is the one account that one word names."""
    return len(found) == 1 and len(words) == 1 and words[0] != ALL and not is_pattern(words[0]) and not any(filters)


def _names(word: str, config: Config, environment: Environment, *, command: str) -> list[str]:
    """Return the names of the accounts that a word names, of several those that are enabled; raises UsageError."""
    if is_pattern(word):
        return _matching(word, config, environment)
    name = match(word, config.accounts)
    provider = None if name else config.providers.find(word)
    if name is None and provider is None:
        from credcheck.config import suggestions

        raise suggestions.no_account(word, config, command)
    if provider is None or provider in in_environment(config, environment):
        return [name or provider or ""]
    theirs = [account for account in config.accounts.values() if account.provider == provider]
    # A provider without an account is the account of its name, and its check says how to give it a key.
    return [one.name for one in theirs if one.enabled] or [one.name for one in theirs] or [provider]


def _matching(pattern: str, config: Config, environment: Environment) -> list[str]:
    found = [name for name in _enabled(config, environment) if fnmatchcase(name.casefold(), pattern.casefold())]
    if not found:
        shown = "this pattern" if could_be_key(pattern) else f"`{pattern}`"
        raise UsageError(f"no account matches {shown} (see `credcheck accounts`)")
    return found


def _enabled(config: Config, environment: Environment) -> list[str]:
    return [
        *(name for name, account in config.accounts.items() if account.enabled),
        *in_environment(config, environment),
    ]


def _filtered(accounts: list[Account], filters: Filters, config: Config) -> list[Account]:
    return _with_category(_with_tag(accounts, filters.tags), filters.categories, config)


def _with_tag(accounts: list[Account], tags: Sequence[str]) -> list[Account]:
    if not tags:
        return accounts
    wanted = {tag.casefold() for tag in tags}
    found = [one for one in accounts if wanted & set(map(str.casefold, one.tags))]
    if not found:
        raise _none_left("tag", tags, (tag for one in accounts for tag in one.tags))
    return found


def _with_category(accounts: list[Account], categories: Sequence[str], config: Config) -> list[Account]:
    if not categories:
        return accounts
    own = {
        one.name: config.providers.load(one.provider).category
        for one in accounts
        if config.providers.usable(one.provider)
    }
    found = [one for one in accounts if own.get(one.name) in categories]
    if not found:
        raise _none_left("category", categories, own.values())
    return found


def _none_left(kind: str, wanted: Sequence[str], existing: Iterable[str]) -> UsageError:
    names = sorted(set(existing))
    words = " or ".join("(not shown)" if could_be_key(word) else f"`{word}`" for word in wanted)
    near = did_you_mean(wanted[0], names) if not could_be_key(wanted[0]) else ""
    in_use = f"the {'categories' if kind == 'category' else 'tags'} in use: {', '.join(names)}"
    there = f"; {in_use if names else f'no account has a {kind}'}"
    return UsageError(f"no account has the {kind} {words}{there if len(names) <= 20 or not near else near}")


def _check_options(account: Account, config: Config) -> None:
    """Raise UsageError if an account lacks an option that its provider needs."""
    from shlex import join

    for name in missing_options(account, config):
        option = config.providers.load(account.provider).options[name]
        shown = without_keys(account.name)
        file = ["--config", account.config_file] if account.config_file else []
        login = f"`{join(['credcheck', 'login', shown, *file])}` asks for it"
        ways = [f"set {option.variable}"] if option.variable and config.from_environment else []
        in_file = f"or set it in {account.config_file or 'config.toml'}"
        raise UsageError(f"{shown} needs {name} ({option.help}): {', '.join([*ways, login, in_file])}")
