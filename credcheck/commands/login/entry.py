"""`login`: ask for an account's key and try it at the provider."""

import sys
from collections.abc import Mapping, Sequence

from credcheck import keys, validation
from credcheck.config import Config, options
from credcheck.config.credentials import Login
from credcheck.console import output
from credcheck.errors import ConfigError, KeyMissing, KeyTyped, UsageError
from credcheck.models import Account, Key, Result, WrittenKey
from credcheck.names import can_be_account, could_be_key, did_you_mean, fold, match, taken_by
from credcheck.providers import impossible
from credcheck.providers.provider import Provider
from credcheck.sanitize import one_line
from credcheck.system import streams, terminal

_LONGEST_LINE = 64 * 1024
_KEY = "the key"
_MOST_SHOWN = 20
_MOST_MEANT = 4
_API_KEY = "api_key"


def chosen(config: Config) -> str:
    """Return the provider that is typed at a terminal, after those that a word finds; raises UsageError without one."""
    from credcheck.commands.providers import search

    if not streams.is_terminal(0):
        raise UsageError("`credcheck login` needs PROVIDER|NAME; see `credcheck login --help`")
    while True:
        word = _typed("Provider (a name, or a word such as `speech`): ", seen=True).strip()
        if could_be_key(word):
            raise KeyTyped
        found = [entry.name for entry in search.entries(config.providers, word=word)] if word else []
        if config.providers.find(word) or len(found) == 1:
            return config.providers.find(word) or found[0]
        output.tell(_listed(found) if found else _not_found(config, word))


def offered(config: Config, word: str) -> str:
    """Return the name that is given, at a terminal the provider that is chosen among those that it may mean."""
    from credcheck.commands.providers import search

    is_name = match(word, config.accounts) or config.providers.find(word) or len(_begun_by(config, word)) == 1
    if is_name or not streams.is_terminal(0) or could_be_key(word) or impossible.find(word):
        return word
    found = [entry.name for entry in search.entries(config.providers, word=word)]
    if not found:
        return word
    output.tell(f"`{word}` is not a provider (for an account of this name, add --provider); it may mean:")
    output.tell(_listed(found))
    return chosen(config)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    return ", ".join(names[:_MOST_SHOWN]) + more


def _not_found(config: Config, word: str) -> str:
    """Return what to say of a word that finds no provider."""
    if company := impossible.find(word):
        return "\n".join(company.lines())
    return f"None is found{did_you_mean(word, config.providers.names()) or '.'}"


def account_for(config: Config, name: str, provider: str | None) -> Account:
    """Return the account to store a key for; raises UsageError if `credcheck NAME` would not use that key."""
    name = _account_name(config, name, may_be_begun=provider is None and streams.is_terminal(0))
    configured = config.accounts.get(name)
    current = configured.provider if configured else name if name in config.providers.names() else None
    chosen = _provider(config, provider) if provider else current
    if chosen is None:
        message = f"`{name}` is not a provider; name the provider with --provider (see `credcheck providers`)"
        begun = [] if impossible.find(name) else _begun_by(config, name)
        if 0 < len(begun) <= _MOST_MEANT:
            raise UsageError(f"{message}; did you mean {' or '.join(f'`{one}`' for one in begun)}?")
        raise impossible.no_such(name, message, config.providers.names())
    if chosen not in config.providers.names():
        raise UsageError(f"{name} has a key for {chosen}, which is not a provider; remove it with `credcheck logout`")
    if current not in {None, chosen}:
        raise UsageError(f"the account {name} is one at {current}, not at {chosen}; choose another name")
    if not config.providers.load(chosen).needs_key:
        raise UsageError(f"{chosen} needs no key: run `credcheck {chosen}`")
    account = configured or Account(name=name, provider=chosen)
    source = account.key_source
    if source and not (isinstance(source, WrittenKey) and source.kind == "stored"):
        raise UsageError(f"{config.path} gives {name} its key ({source}); change it there, or remove it")
    return account


def _account_name(config: Config, word: str, *, may_be_begun: bool) -> str:
    """Return the name of the account to store a key for: a provider's may be begun, if there is one that begins so."""
    name = match(word, config.accounts) or config.providers.find(word)
    if name is None:
        # A script names a provider in full: a later one that begins so, too, would get the key or end the script.
        begun = _begun_by(config, word) if may_be_begun else []
        name = begun[0] if len(begun) == 1 else None
    if name is not None:
        return name
    if could_be_key(word):
        raise KeyTyped
    if not can_be_account(word):
        raise UsageError(f"no account can have the name `{word}`, for it is {taken_by(word)}; choose another")
    return word


def _begun_by(config: Config, word: str) -> list[str]:
    """Return the providers whose names begin with a word."""
    return [one for one in config.providers.names() if fold(one).startswith(fold(word))]


def _provider(config: Config, word: str) -> str:
    name = config.providers.find(word)
    if name is not None:
        return name
    message = f"there is no provider `{word}`; name one with --provider (see `credcheck providers`)"
    raise impossible.no_such(word, message, config.providers.names())


def options_given(provider: Provider, words: Sequence[str]) -> dict[str, str | bool]:
    """Return the options that `--set NAME=VALUE` gives; raises UsageError, a secret one included."""
    checks = options.checks(provider)
    given: dict[str, str | bool] = {}
    for word in words:
        name, equals, text = word.partition("=")
        option = provider.options.get(name)
        if option is None or not equals:
            current = ", ".join(f"{each}=…" for each, found in provider.options.items() if not found.secret)
            raise UsageError(f"--set takes NAME=VALUE, for {provider.title} {current or 'nothing'}")
        if option.secret:
            raise UsageError(f"{name} is a secret, which others could see on the command line: `login` asks for it")
        value = {"true": True, "false": False}.get(text.lower(), text) if option.flag else text
        given[name] = validation.at(f"--set {name}", checks[name], value)  # type: ignore[assignment]
    return given


def ask(account: Account, provider: Provider, given: Mapping[str, str | bool], environment: Mapping[str, str]) -> Login:
    """Return the key and the missing options, typed at a terminal (secrets unseen) or read from a pipe.

    Asked for are the key and the options that the provider needs, at a terminal the site that keys are bound to, too,
    as far as neither files, `given` nor their usual variables hold them. Raises KeyMissing, and UsageError for a pipe
    without an option that is no secret.
    """
    filled = options.completed(account._replace(options={**account.options, **given}), provider, environment)
    new = {
        name: value
        for name, value in filled.options.items()
        if name not in account.options or name in given or provider.options[name].required
    }
    typed = streams.is_terminal(0)
    if typed:
        new |= _sites(provider, filled)
        _introduce(provider, {**filled.options, **new})
    secrets: dict[str, Key] = {}
    current = filled._replace(secrets=account.secrets, options={**filled.options, **new})
    missing = options.missing(current, provider)
    order = [*(name for name in missing if provider.options[name].secret), _KEY]
    for name in missing:
        option = provider.options[name]
        label = f"{name} ({option.help})" if option.help else name
        if option.secret:
            secrets[name] = _checked(_typed_secret(name, label) if typed else _piped(name, order), what=name)
        elif typed:
            new[name] = _answer(f"{label}: ", name, options.checks(provider)[name])
        else:
            raise UsageError(f"{provider.title} needs {label}: add --set {name}=…")
    key = _checked(_typed(f"Key for {one_line(account.name)} (it is not shown): ") if typed else _piped_last(order))
    return Login(key, new, secrets)


def _sites(provider: Provider, account: Account) -> dict[str, str | bool]:
    """Return the site that is typed for each option that keys are bound to; none for the default."""
    chosen: dict[str, str | bool] = {}
    for name, option in provider.options.items():
        if option.site and name not in account.options:
            default = f" [{option.default}]" if option.default else ""
            question = f"{name}, {option.help}: {', '.join(option.choices)}{default}: "
            answer = _answer(question, name, options.checks(provider)[name], may_be_empty=bool(default))
            if answer:
                chosen[name] = answer
    return chosen


def _answer(question: str, name: str, check: validation.Check, *, may_be_empty: bool = False) -> str:
    """Return the answer that an option's check accepts; any other is asked for again."""
    while True:
        text = _typed(question, seen=True).strip()
        if not text and may_be_empty:
            return text
        try:
            return str(validation.at(name, check, text))
        except ConfigError as problem:
            output.tell(problem.message)


def _typed_secret(name: str, label: str) -> str:
    """Return the secret of an option; an empty one is asked for again."""
    while not (text := _typed(f"{label}, not shown: ")).strip():
        output.tell(f"{name}: must not be empty")
    return text


def _introduce(provider: Provider, options_known: Mapping[str, str | bool]) -> None:
    """Name the kind of key that the provider wants, and the page that makes one or else its documentation."""
    if provider.needs:
        streams.tell(f"{provider.title} wants {provider.needs}.\n")
    for fact in (provider.caveat, provider.notice):
        if fact:
            streams.tell(f"{fact[0].upper()}{fact[1:]}.\n")
    if page := provider.key_page(options_known):
        streams.tell(f"Get a key: {page}\n")
    elif provider.docs_url:
        streams.tell(f"Documentation: {provider.docs_url}\n")


def _checked(text: str, *, what: str = _KEY) -> Key:
    """Return a key without the white space around it, as a copied line has it; raises KeyMissing."""
    try:
        return keys.checked(text, what=what, setting=_API_KEY if what == _KEY else what)
    except KeyMissing as problem:
        raise KeyMissing(f"{problem.message}; nothing is stored: {problem.hint or 'copy the key again'}") from None


def _piped(what: str, order: Sequence[str]) -> str:
    """Return the next line of the pipe; raises KeyMissing for one of several that is not there."""
    line = sys.stdin.buffer.readline(_LONGEST_LINE) if sys.stdin else b""
    if len(order) > 1 and not line.strip():
        before = order[: order.index(what)]
        entered = f"a line for {' and '.join(before)} but none" if before else "no line"
        remedy = f"pipe in one line each, in this order: {', '.join(order)}"
        raise KeyMissing(f"stdin has {entered} for {what}; nothing is stored: {remedy}")
    return line.decode("utf-8", "replace")


def _piped_last(order: Sequence[str]) -> str:
    """Return the key, on the last line of the pipe; raises KeyMissing if more follows: the key would be cut there."""
    line = _piped(_KEY, order)
    if sys.stdin and sys.stdin.buffer.read(_LONGEST_LINE).strip():
        raise KeyMissing("more lines follow the key; nothing is stored: pipe in a key of one line, and nothing else")
    return line


def _typed(prompt: str, *, seen: bool = False) -> str:
    try:
        return terminal.read_line(prompt, seen=seen)
    except EOFError:
        raise KeyMissing("no key was entered") from None


def with_entered(account: Account, entered: Login) -> Account:
    """Return the account as it is once all that was told is stored."""
    return account._replace(
        key_source=WrittenKey("typed", entered.key),
        options={**account.options, **entered.options},
        secrets={**account.secrets, **{name: WrittenKey("stored", key) for name, key in entered.secrets.items()}},
    )


def accepted(result: Result) -> bool:
    """Tell whether the provider accepted the key; that it does not know the balance is no objection."""
    return result.error is None or result.error.code == "balance_unknown"
