"""Ask every account at once; every outcome becomes a Result."""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from credcheck.check.account_check import AccountCheck, Run
from credcheck.check.pool import Pool
from credcheck.errors import InternalError, TimedOut, fault_line
from credcheck.models import Account, Result, Thresholds
from credcheck.providers.registry import BUILT_IN, Registry
from credcheck.system.commands import Commands

if TYPE_CHECKING:
    from credcheck.network.client import Client

Environment = Mapping[str, str]
Clock = Callable[[], datetime]


class Listener:
    """Progress listener; the base class does nothing."""

    def begin(self) -> None:
        """Note that the first requests are under way."""

    def show(self, task: int, result: Result) -> None:
        """Note a result; `task` is the index of its account."""

    def end(self) -> None:
        """Note that no more results will come."""


def check_all(  # noqa: PLR0913  each is named in the call
    accounts: Sequence[Account],
    environment: Environment,
    *,
    timeout: float,
    concurrency: int,
    thresholds: Thresholds | None = None,
    registry: Registry | None = None,
    listener: Listener | None = None,
    on_start: Callable[[], None] = lambda: None,
    main_before: Callable[[Account], str | None] = lambda _: None,
    now: Clock = lambda: datetime.now(UTC),
) -> list[Result]:
    """Return one result for each account, in their order; `listener` is told of each as it comes.

    `on_start` is called once the first requests are under way, for work that can be done while answers are awaited.
    `main_before` returns the id of the balance that was an account's main one in its last reading.
    `timeout` is in seconds for one account, everything included. `thresholds` are for accounts without their own.
    Several threads may each call this at once. Raises ConfigError, before anything is sent, if the environment names
    certificates or a proxy that cannot be used.
    """
    listener = listener or Listener()
    registry = registry or BUILT_IN
    commands = Commands()
    names, thresholds = frozenset(registry.names()), thresholds or Thresholds()
    run = Run(registry, names, environment, thresholds, commands, main_before, now, now())
    prepared = [run.prepare(account) for account in accounts]
    results = [None if isinstance(each, AccountCheck) else each for each in prepared]
    tasks = [index for index, each in enumerate(prepared) if isinstance(each, AccountCheck)]
    checks = [each for each in prepared if isinstance(each, AccountCheck)]
    open_client = _client({check.origin for check in checks if not check.is_local}, environment)

    def begin() -> None:
        on_start()
        listener.begin()
        from credcheck.check import outcome  # noqa: F401  loaded now, it is not loaded when an answer has come

    def keep(task: int, result: Result) -> None:
        results[tasks[task]] = result
        listener.show(tasks[task], result)

    pool = _pool(checks, open_client, timeout)
    with commands.closing():
        try:
            pool.run(min(concurrency, connections_allowed()), on_result=keep, on_start=begin)
        finally:
            listener.end()
    return [result for result in results if result is not None]


def _client(origins: Collection[str], environment: Environment) -> Callable[[], "Client"]:
    """Return a function that opens a client for these origins; without one, no network library is loaded."""
    if origins:
        from credcheck import network

        return network.prepare(origins, environment).client
    from credcheck.check.local_answers import NoClient

    return lambda: cast("Client", NoClient())


def _pool(
    checks: "Sequence[AccountCheck]", open_client: Callable[[], "Client"], timeout: float
) -> "Pool[Client, Result]":
    """Return the pool that runs these checks; one that is late or faulty has its failure as result."""
    return Pool(
        [check.origin for check in checks],
        open_client=open_client,
        do=lambda task, client, deadline: checks[task].run(client, deadline),
        on_timeout=lambda task: checks[task].failed(TimedOut(f"no complete answer within {timeout:g} s"), timeout),
        on_fault=lambda task, fault: checks[task].failed(InternalError(fault_line(fault))),
        seconds=timeout,
    )


def connections_allowed() -> int:
    """Return how many accounts may be checked at a time: connection, resolver and key command each take descriptors."""
    limit = os.sysconf("SC_OPEN_MAX")
    return max(1, (limit - 16) // 4) if limit >= 0 else 1 << 16
