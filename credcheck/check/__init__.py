"""Ask every account at once; every outcome becomes a Result."""

import resource
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from credcheck import keys, network, providers, urls
from credcheck.check import ways_out
from credcheck.check.pool import Pool
from credcheck.errors import (
    BadResponse,
    CheckError,
    InternalError,
    KeyRejected,
    ProviderError,
    RateLimited,
    Redirected,
    TimedOut,
    fault_line,
)
from credcheck.models import ANY, FOREVER, Account, Failure, Key, Reading, Response, Result, Thresholds
from credcheck.providers import Provider
from credcheck.providers.answer import decode, find
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

    def end(self, *, complete: bool) -> None:
        """Note that no more results will come; `complete` if every account has one."""


def check_all(
    accounts: Sequence[Account],
    environment: Environment,
    *,
    timeout: float,
    concurrency: int,
    thresholds: Thresholds | None = None,
    watch: Watcher | None = None,
) -> list[Result]:
    """Return one result for each account, in their order; `watch` is told of each as it comes.

    `timeout` is in seconds for one account, everything included. `thresholds` are for accounts without their own.
    Several threads may each call this at once. Raises ConfigError, before anything is sent, if the environment names
    certificates or a proxy that cannot be used.
    """
    watch = watch or Watcher()
    commands = Commands()
    checks = [_Check(account, environment, thresholds or Thresholds(), commands) for account in accounts]
    shared = network.prepare({check.origin for check in checks}, environment)
    results: list[Result | None] = [None] * len(checks)

    def keep(task: int, result: Result) -> None:
        results[task] = result
        watch.show(task, result)

    pool = Pool(
        [check.origin for check in checks],
        open_client=shared.client,
        do=lambda task, client, deadline: checks[task].run(client, deadline),
        on_timeout=lambda task: checks[task].failed(TimedOut(f"no complete answer within {timeout:g} s"), timeout),
        on_fault=lambda task, fault: checks[task].failed(InternalError(fault_line(fault))),
        seconds=timeout,
    )
    with commands.closing():
        try:
            pool.run(min(concurrency, connections_allowed()), on_result=keep, on_start=watch.begin)
        finally:
            watch.end(complete=None not in results)
    return [result for result in results if result is not None]


def connections_allowed() -> int:
    """Return how many accounts may be checked at a time: connection, resolver and key command each take descriptors."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(1, (soft - 16) // 4) if soft != resource.RLIM_INFINITY else 1 << 16


class _Check:
    """One check of one account."""

    def __init__(self, account: Account, environment: Environment, thresholds: Thresholds, commands: Commands) -> None:
        self._account = account
        self._environment = environment
        self._thresholds = thresholds
        self._commands = commands
        self._provider = providers.load(account.provider)
        self.origin = urls.origin(account.base_url or self._provider.url)

    def run(self, client: "Client", deadline: float) -> Result:
        """Get the key, send the request and read the answer; a failure that can be named is a result too."""
        started = time.monotonic()
        key = None
        try:
            key = keys.of(self._account, self._environment, commands=self._commands, deadline=deadline)
            request = providers.request(self._provider, self._account, key)
            response = client.send(request, deadline=deadline)
            with _judging:
                reading = judge(self._provider, response)
        except CheckError as error:
            return self.failed(error, time.monotonic() - started, key)
        return self._result(time.monotonic() - started, self._thresholds.applied(reading, self._account.warn_below))

    def failed(self, error: CheckError, seconds: float = 0, key: Key | None = None) -> Result:
        """Return the result that says why there is no balance."""
        return self._result(seconds, ways_out.failure(error, self._account, self._provider, key))

    def _result(self, seconds: float, outcome: Reading | Failure) -> Result:
        source = self._account.key_source
        return Result(
            account=self._account.name,
            provider=self._account.provider,
            usual_unit=self._provider.unit,
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


def judge(provider: Provider, response: Response) -> Reading:
    """Return the balance in an answer; raises the CheckError that it comes to otherwise. The status decides first."""
    status = response.status
    if 200 <= status < 300:
        return provider.read(decode(response.body))
    if 300 <= status < 400:
        raise Redirected("redirected elsewhere, which is not followed", http_status=status)
    is_page, said = _words(provider, response.body)
    if status == 403 and is_page:
        raise KeyRejected(
            "blocked by the provider, which sent a web page", http_status=status, hint=f"see {provider.docs_url}"
        )
    if status in {401, 403}:
        raise KeyRejected("key rejected", http_status=status, said=said)
    if status == 429:
        raise RateLimited(f"too many requests{_patience(response)}", http_status=status, said=said)
    raise ProviderError(f"{_trouble(status)}{_patience(response)}", http_status=status, said=said)


def _trouble(status: int) -> str:
    match status:
        case 402:
            return "payment required"
        case 404:
            return "not found"
        case _ if 400 <= status < 500:
            return "the provider refuses the request"
        case _ if 500 <= status < 600:
            return "the provider is in trouble"
        case _:
            return "the answer has a status that means nothing here"


def _patience(response: Response) -> str:
    if not response.retry_after:
        return ""
    return (
        f", asks to wait {response.retry_after:.0f} s" if response.retry_after < FOREVER else ", asks to wait for ever"
    )


def _words(provider: Provider, body: bytes) -> tuple[bool, object]:
    """Tell whether an error's body is a web page, and what the provider says in it."""
    try:
        answer = decode(body)
        return False, next((text for path in provider.said if isinstance(text := find(answer, path), str)), None)
    except BadResponse:
        return body.lstrip().startswith(b"<"), None
