"""Examine everything that a check depends on; no key is shown or sent."""

import platform
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from ssl import OPENSSL_VERSION

from credcheck import __version__, config, history, urls
from credcheck.commands.doctor.finding import Finding
from credcheck.commands.doctor.probes import accounts_and_hosts
from credcheck.config import other_keys, thresholds
from credcheck.config.toml import NO_FILE
from credcheck.console.last_low import NONE_LOW, last_low
from credcheck.errors import ConfigError, HistoryError
from credcheck.models import Account, KeyFile
from credcheck.names import could_be_key, without_keys
from credcheck.network import proxies, tls
from credcheck.providers.provider import Provider
from credcheck.system import files

_HISTORY_SECONDS = 2.0  # that other programs may hold it
_OFTEN_ENOUGH = timedelta(hours=6)  # between two readings
_LIBRARIES = ("typer", "httpx", "rich", "platformdirs")


def examine(
    environment: Mapping[str, str],
    words: Sequence[str] = (),
    filters: config.Filters | None = None,
    *,
    only_low: bool = False,
    file: str | None,
    timeout: float | None,
) -> tuple[str, bool]:
    """Return the report and whether nothing is wrong; `timeout` is in seconds for each key and each host.

    Without words and filters, every enabled account is examined. Raises UsageError for words that select none.
    """
    sections: dict[str, Sequence[Finding]] = {"Versions": list(_versions())}
    try:
        loaded = config.load(environment, file=file)
        sections["Files"] = list(_files(loaded))
        sections["Network"] = list(_network(environment))
        sections["Providers"] = list(_own_providers(loaded))
        chosen = config.listed(loaded, environment, words, filters or config.NO_FILTERS, command="credcheck doctor")
        examined = [one for one in chosen if one.enabled or words]
        examined = last_low(examined, loaded) if only_low else examined
        accounts = [one for one in examined if one.provider in loaded.providers.names()]
        sections["History"] = list(_history(loaded, environment))
        sections["Thresholds"] = [
            *_misspelt_units(loaded, accounts),
            *_thresholds(accounts, loaded),
        ]
        sections |= accounts_and_hosts(accounts, loaded.providers, environment, timeout or loaded.timeout)
        if only_low and not accounts:
            sections["Accounts"] = [Finding(None, NONE_LOW)]
        empty = config.without_value(loaded, environment).values()
        no_account = [*empty, *config.incomplete(loaded, environment), *other_keys.unusable(loaded, environment)]
        sections["Accounts"] = [*sections["Accounts"], *(Finding(None, line) for line in no_account)]
    except ConfigError as problem:
        sections["Configuration"] = [Finding(False, problem.message)]
    report = "".join(heading + "\n" + "".join(map(str, findings)) for heading, findings in sections.items() if findings)
    wrong = sum(finding.good is False for findings in sections.values() for finding in findings)
    return report + _summary(wrong), not wrong


def _summary(wrong: int) -> str:
    if not wrong:
        return "No problem found.\n"
    return "1 problem: see the line marked BAD.\n" if wrong == 1 else f"{wrong} problems: see the lines marked BAD.\n"


def coloured(report: str) -> str:
    """Return the report with its headings and the words for the signs in colour."""
    report = re.sub(r"(?m)^\S.*", "\x1b[1m\\g<0>\x1b[0m", report)
    report = re.sub(r"(?m)^  ok ", "  \x1b[32mok\x1b[0m ", report)
    return re.sub(r"(?m)^  BAD", "  \x1b[1;31mBAD\x1b[0m", report)


def send_test(environment: Mapping[str, str], *, file: str | None, timeout: float | None) -> None:
    """Send a test with the command of `[notify]`; raises ConfigError without one, NoticeFailed if it fails."""
    from credcheck.notices import send

    loaded = config.load(environment, file=file)
    command = config.needed_notify(loaded).command
    harmless = send.environment_for(environment, loaded.accounts.values(), loaded.providers)
    send.send_test(command, harmless, seconds=timeout or loaded.timeout)


def _versions() -> Iterator[Finding]:
    yield Finding(None, f"credcheck {__version__}, Python {platform.python_version()}, {platform.platform()}")
    yield Finding(None, ", ".join([*(f"{name} {version(name)}" for name in _LIBRARIES), OPENSSL_VERSION]))


def _history(loaded: config.Config, environment: Mapping[str, str]) -> Iterator[Finding]:
    path = history.location(environment) if loaded.history else None
    if path is None:
        yield Finding(None, history.absence(environment, is_wanted=loaded.history))
    else:
        try:
            yield from _kept(path)
        except HistoryError as problem:
            yield Finding(False, problem.message)


def _kept(path: Path) -> Iterator[Finding]:
    """Yield the findings about the history; raises HistoryError if no check can add to it."""
    if not history.is_begun(path):
        yield Finding(None, f"{path} is not there yet: the first check begins it")
        return
    from credcheck.history import cadence
    from credcheck.history.store import Store

    store = Store(path, seconds=_HISTORY_SECONDS)
    for moved_to in store.database.left_aside():
        yield Finding(None, f"{moved_to} was broken, and a new one is begun: delete it when it is not needed")
    store.series()  # a check reads the last sample of each
    accounts, samples = store.counts()
    store.database.try_writing()
    if later := store.later():
        yield Finding(
            None, f"{later:,} samples are later than now, read while the clock was ahead: they are not counted"
        )
    interval = cadence.reading_interval(store, datetime.now(UTC))
    if interval and interval > _OFTEN_ENOUGH:
        hours = interval // timedelta(hours=1)
        yield Finding(None, f"balances are read about every {hours} h: read hourly, from cron, they warn earlier")
    yield Finding(True, f"{path} ({files.mode(path)}): accounts: {accounts:,}, samples: {samples:,}")


def _files(loaded: config.Config) -> Iterator[Finding]:
    if loaded.path == NO_FILE:
        yield Finding(None, "; ".join(loaded.notes) or "no configuration file is read: CREDCHECK_CONFIG names none")
        return
    for path in (loaded.path, loaded.credentials_path):
        if path in loaded.exposed:
            continue
        if path in loaded.found:
            yield Finding(True, f"{path} ({files.mode(path)})")
        else:
            yield Finding(None, f"{path} is not there")
    for warning in config.warnings(loaded):
        yield Finding(False, warning)
    for left in files.leftovers(loaded.credentials_path):
        yield Finding(False, f"{left} may hold a key; a login that was killed left it: rm {shlex.quote(str(left))}")
    for account in loaded.accounts.values():
        if account.provider not in loaded.providers.names():
            remedy = f"run `credcheck logout {shlex.quote(account.name)}`"
            yield Finding(False, f"{account.name}: there is no provider {account.provider} in this version: {remedy}")
        if isinstance(account.key_source, KeyFile):
            yield from _key_file(Path(account.key_source.path))


def _key_file(path: Path) -> Iterator[Finding]:
    # A fact, not a fault: the mode of a mounted secret can often not be changed.
    if path.is_file() and files.open_to_others(path.stat()):
        yield Finding(None, f"{path} can be read by others ({files.mode(path)}): chmod 600 {shlex.quote(str(path))}")


def _network(environment: Mapping[str, str]) -> Iterator[Finding]:
    file, directories = tls.trusted(environment)
    yield Finding(None, f"certificates: {', '.join(filter(None, [file, *directories]))}")
    for scheme, proxy in proxies.variables(environment).items():
        if scheme == proxies.EXEMPTIONS:
            yield Finding(None, f"no proxy for {proxy.value} ({proxy.name})")
        else:
            yield Finding(None, f"proxy for {scheme}: {proxy.authority} ({proxy.name})")


def _own_providers(loaded: config.Config) -> Iterator[Finding]:
    for name, provider in loaded.providers.own.items():
        replaces = " (it replaces the built-in one)" if name in loaded.providers.replaced() else ""
        yield Finding(None, f"{name} is described in {loaded.path}{replaces} and {_asks(provider)}")
        yield from (Finding(False, f"{name}: {line}") for line in loaded.providers.taken_variables(provider))
        if provider.command and not _is_program(provider.command.run[0]):
            yield Finding(False, f"{name}: {_named(provider.command.run[0])} is not installed, or not in PATH")


def _asks(provider: Provider) -> str:
    if provider.command:
        return f"runs {_named(provider.command.run[0])}"
    return f"reads {provider.file.path}" if provider.file else f"asks {urls.authority(provider.request.url)}"


def _is_program(name: str) -> bool:
    import shutil

    return shutil.which(name) is not None


def _named(program: str) -> str:
    """Return a program as the report shows it; a word that could be a key in the wrong place is hidden."""
    return "a program" if could_be_key(program) and not _is_program(program) else f"`{program}`"


def _misspelt_units(loaded: config.Config, accounts: Sequence[Account]) -> Iterator[Finding]:
    """Yield the thresholds by unit that can be for no balance; an answer may name any unit."""
    described = [balance for one in accounts for balance in loaded.providers.load(one.provider).balances]
    is_certain = all(balance.unit for balance in described)
    for name, near in thresholds.misspelt(loaded.warn_below, loaded.providers).items():
        if near or is_certain:
            yield Finding(False, f"warn_below.{without_keys(name)}: no balance has this unit{near}")


def _thresholds(accounts: Sequence[Account], loaded: config.Config) -> Iterator[Finding]:
    """Yield the thresholds in per cent that cannot apply."""
    for account in accounts:
        provider = loaded.providers.load(account.provider)
        for setting in thresholds.without_total(loaded.warn_below, account, provider):
            yield Finding(False, f"{account.name}: {setting} does not apply: the balance has no total")
