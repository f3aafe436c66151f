"""Ask every account at once; every outcome becomes a Result."""

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from credcheck import keys, network, urls
from credcheck.check import ways_out
from credcheck.check.pool import Pool
from credcheck.config import options
from credcheck.errors import CheckError, InternalError, KeyMissing, TimedOut, fault_line
from credcheck.models import ANY, Account, Failure, Key, Reading, Response, Result, Thresholds, WrittenKey
from credcheck.providers import request
from credcheck.providers.provider import Provider
from credcheck.providers.registry import BUILT_IN, Registry
from credcheck.system.commands import Commands

if TYPE_CHECKING:
    from credcheck.network.client import Client

Environment = Mapping[str, str]

# A document takes up to thirty times the memory of its text; one at a time is enough.
_judging = threading.Lock()


class Watcher:
    """Progress listener; the base class does nothing."""

    def begin(self) -> None:
        """Note that the first requests are under way."""

    def show(self, task: int, result: Result) -> None:
        """Note a result; `task` is the index of its account."""

    def end(self) -> None:
        """Note that no more results will come."""


def check_all(
    accounts: Sequence[Account],
    environment: Environment,
    *,
    timeout: float,
    concurrency: int,
    thresholds: Thresholds | None = None,
    registry: Registry | None = None,
    watch: Watcher | None = None,
) -> list[Result]:
    """Return one result for each account, in their order; `watch` is told of each as it comes.

    `timeout` is in seconds for one account, everything included. `thresholds` are for accounts without their own.
    Several threads may each call this at once. Raises ConfigError, before anything is sent, if the environment names
    certificates or a proxy that cannot be used.
    """
    watch = watch or Watcher()
    registry = registry or BUILT_IN
    commands = Commands()
    run = _Run(registry, frozenset(registry.names()), environment, thresholds or Thresholds(), commands)
    prepared = [run.prepare(account) for account in accounts]
    results = [None if isinstance(each, _Check) else each for each in prepared]
    tasks = [index for index, each in enumerate(prepared) if isinstance(each, _Check)]
    checks = [each for each in prepared if isinstance(each, _Check)]
    shared = network.prepare({check.origin for check in checks}, environment)

    def begin() -> None:
        watch.begin()
        from credcheck.check import verdict  # noqa: F401  loaded now, it is not loaded when an answer has come

    def keep(task: int, result: Result) -> None:
        results[tasks[task]] = result
        watch.show(tasks[task], result)

    pool = _pool(checks, shared.client, timeout)
    with commands.closing():
        try:
            pool.run(min(concurrency, connections_allowed()), on_result=keep, on_start=begin)
        finally:
            watch.end()
    return [result for result in results if result is not None]


def _pool(checks: "Sequence[_Check]", open_client: Callable[[], "Client"], timeout: float) -> "Pool[Client, Result]":
    """Return the pool that runs these checks; one that is late or faulty has its failure as result."""
    return Pool(
        [check.origin for check in checks],
        open_client=open_client,
        do=lambda task, client, deadline: checks[task].run(client, deadline),
        on_timeout=lambda task: checks[task].failed(TimedOut(f"no complete answer within {timeout:g} s"), timeout),
        on_fault=lambda task, fault: checks[task].failed(InternalError(fault_line(fault))),
        seconds=timeout,
    )


class _Run(NamedTuple):
    """All that the checks of a run share before a connection is needed."""

    registry: Registry
    known: frozenset[str]
    environment: Environment
    thresholds: Thresholds
    commands: Commands

    def prepare(self, account: Account) -> "_Check | Result":
        """Return the check of an account, or its result if there is no such provider or it cannot be used."""
        if account.provider not in self.known:
            from shlex import quote

            # The key is stored; another version of credcheck has a provider for it.
            problem = f"there is no provider {account.provider} in this version"
            way_out = f"run `credcheck logout {quote(account.name)}`"
            return _unprepared(account, Failure(KeyMissing.code, f"{problem}: {way_out}"))
        try:
            provider = self.registry.load(account.provider)
            if lacking := options.missing(account, provider):
                failure = ways_out.failure(_lacking(lacking[0], account, provider), account, provider, ())
                return _unprepared(account, failure)._replace(usual_unit=provider.usual_unit(account.options))
            return _Check(account, provider, self.environment, self.thresholds, self.commands)
        except Exception as fault:  # noqa: BLE001  a description that is broken must not end the other checks
            problem = f"the provider {account.provider} cannot be used: {fault_line(fault)}"
            return _unprepared(account, Failure(InternalError.code, f"{problem}: {InternalError.way_out}"))


def _lacking(name: str, account: Account, provider: Provider) -> KeyMissing:
    """Return the error of an account without an option that its provider needs; `login` asks for it with the key."""
    help_ = provider.options[name].help
    source = account.key_source
    stored = source is None or (isinstance(source, WrittenKey) and source.kind == "stored")
    hint = None if stored else f"set {name} of {account.name} in config.toml"
    return KeyMissing(f"needs {name} ({help_})" if help_ else f"needs {name}", hint=hint)


def _unprepared(account: Account, failure: Failure) -> Result:
    """Return the result of a check that cannot begin."""
    return Result(
        account=account.name,
        provider=account.provider,
        outcome=failure,
        key_source=str(account.key_source) if account.key_source else None,
        checked_at=datetime.now(UTC),
    )


def connections_allowed() -> int:
    """Return how many accounts may be checked at a time: connection, resolver and key command each take descriptors."""
    limit = os.sysconf("SC_OPEN_MAX")
    return max(1, (limit - 16) // 4) if limit >= 0 else 1 << 16


class _Check:
    """One check of one account."""

    def __init__(
        self,
        account: Account,
        provider: Provider,
        environment: Environment,
        thresholds: Thresholds,
        commands: Commands,
    ) -> None:
        self._account = account
        self._environment = environment
        self._thresholds = thresholds
        self._commands = commands
        self._provider = provider
        self.origin = urls.origin(request.address(self._provider, account))

    def run(self, client: "Client", deadline: float) -> Result:
        """Get the key, send the request and read the answer; a failure that can be named is a result too."""
        started = time.monotonic()
        known: list[Key] = []
        try:
            key = keys.of(self._account, self._environment, commands=self._commands, deadline=deadline)
            known.append(key)
            secrets = keys.secrets(self._account, self._environment, commands=self._commands, deadline=deadline)
            known += secrets.values()
            sent = request.build(self._provider, self._account, key, secrets)
            known += request.credentials(sent)
            reading = self._judged(client.send(sent, deadline=deadline), known, deadline)
        except CheckError as error:
            return self.failed(error, time.monotonic() - started, known)
        return self._result(time.monotonic() - started, self._thresholds.applied(reading, self._account.warn_below))

    def _judged(self, response: Response, known: Sequence[Key], deadline: float) -> Reading:
        from credcheck.check import verdict

        if not _judging.acquire(timeout=max(0, deadline - time.monotonic())):
            raise TimedOut("the answers of other accounts took too long to read")
        try:
            account = self._account
            now = datetime.now(UTC)
            reading = verdict.judge(self._provider, response, options=account.options, now=now, main=account.main)
            reading = verdict.without_keys(reading, self._provider, known)
            verdict.check_main(reading, account)
            return reading
        finally:
            _judging.release()

    def failed(self, error: CheckError, seconds: float = 0, known: Sequence[Key] = ()) -> Result:
        """Return the result that says why there is no balance; `known` are the secrets that it must not show."""
        return self._result(seconds, ways_out.failure(error, self._account, self._provider, known))

    def _result(self, seconds: float, outcome: Reading | Failure) -> Result:
        source = self._account.key_source
        return Result(
            account=self._account.name,
            provider=self._account.provider,
            usual_unit=self._provider.usual_unit(self._account.options),
            outcome=outcome,
            warn_below=outcome.main.warn_below if isinstance(outcome, Reading) else self._own_threshold(),
            key_source=str(source) if source else None,
            checked_at=datetime.now(UTC),
            elapsed_ms=round(seconds * 1000),
            top_up_url=self._provider.top_up_url,
        )

    def _own_threshold(self) -> Decimal | None:
        threshold = self._account.warn_below.get(ANY) or self._thresholds.asked.get(ANY)
        return threshold.of(None) if threshold else None
