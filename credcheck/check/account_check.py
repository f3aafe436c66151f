"""One check of one account: its key, its answer, its result."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from credcheck import keys, urls
from credcheck.check import remedies
from credcheck.config import options
from credcheck.errors import CheckError, InternalError, KeyMissing, TimedOut, fault_line
from credcheck.models import ANY, Account, Failure, Key, Period, Reading, Response, Result, Thresholds, WrittenKey
from credcheck.providers import request
from credcheck.providers.provider import Provider
from credcheck.providers.registry import Registry
from credcheck.system.commands import Commands

if TYPE_CHECKING:
    from credcheck.network.client import Client

# A document takes up to thirty times the memory of its text; one at a time is enough.
READING = threading.Lock()


class Run(NamedTuple):
    """All that the checks of a run share before a connection is needed."""

    registry: Registry
    known: frozenset[str]
    environment: Mapping[str, str]
    thresholds: Thresholds
    commands: Commands
    main_before: Callable[[Account], str | None]
    now: Callable[[], datetime]
    started: datetime

    def prepare(self, account: Account) -> "AccountCheck | Result":
        """Return the check of an account, or its result if there is no such provider or it cannot be used."""
        if account.provider not in self.known:
            from shlex import quote

            # The key is stored; another version of credcheck has a provider for it.
            problem = f"there is no provider {account.provider} in this version"
            remedy = f"run `credcheck logout {quote(account.name)}`"
            return self._unprepared(account, Failure(KeyMissing.code, f"{problem}: {remedy}"))
        try:
            provider = self.registry.load(account.provider)
            if missing := options.missing(account, provider):
                failure = remedies.failure(_missing_option(missing[0], account, provider), account, provider, ())
                return self._unprepared(account, failure)._replace(
                    default_unit=provider.default_unit(account.options),
                    provider_title=provider.title,
                    top_up_url=provider.top_up_page(account.options),
                    key_url=provider.key_page(account.options),
                )
            return AccountCheck(account, provider, self)
        except Exception as fault:  # noqa: BLE001  a description that is broken must not end the other checks
            problem = f"the provider {account.provider} cannot be used: {fault_line(fault)}"
            return self._unprepared(account, Failure(InternalError.code, f"{problem}: {InternalError.remedy}"))

    def _unprepared(self, account: Account, failure: Failure) -> Result:
        """Return the result of a check that cannot begin."""
        return Result(
            account=account.name,
            provider=account.provider,
            outcome=failure,
            key_source=str(account.key_source) if account.key_source else None,
            checked_at=self.now(),
            tags=account.tags,
        )


def _missing_option(name: str, account: Account, provider: Provider) -> KeyMissing:
    """Return the error of an account without an option that its provider needs; `login` asks for it with the key."""
    help_ = provider.options[name].help
    source = account.key_source
    stored = source is None or (isinstance(source, WrittenKey) and source.kind == "stored")
    hint = None if stored else f"set {name} of {account.name} in {account.config_file or 'config.toml'}"
    return KeyMissing(f"needs {name} ({help_})" if help_ else f"needs {name}", hint=hint)


@contextmanager
def _one_at_a_time(deadline: float) -> Iterator[None]:
    """Hold the lock of reading an answer; raises TimedOut if it is not free before the deadline."""
    if not READING.acquire(timeout=max(0, deadline - time.monotonic())):
        raise TimedOut("the answers of other accounts took too long to read")
    try:
        yield
    finally:
        READING.release()


class AccountCheck:
    """One check of one account."""

    def __init__(self, account: Account, provider: Provider, run: Run) -> None:
        self._account, self._provider, self._run = account, provider, run
        self._period = Period.of(run.started, account.since)
        # No two programs wait for each other; nothing is kept of a connection.
        self.origin = f"local {account.name}" if provider.is_local else urls.origin(request.address(provider, account))
        self.is_local = provider.is_local

    def run(self, client: "Client", deadline: float) -> Result:
        """Get the key, send the request and read the answer; a failure that can be named is a result too."""
        started, run = time.monotonic(), self._run
        hidden: list[Key] = []
        try:
            key = self._key(deadline)
            hidden += [key] if key else []
            secrets = keys.secrets(self._account, run.environment, commands=run.commands, deadline=deadline)
            hidden += secrets.values()
            responses = self._responses(client, key, secrets, hidden, deadline=deadline)
            reading = self._reading(responses, hidden, deadline)
        except CheckError as error:
            return self.failed(error, time.monotonic() - started, hidden)
        reading = run.thresholds.applied(self._account.left(reading), self._account.warn_below)
        return self._result(time.monotonic() - started, reading)

    def _key(self, deadline: float) -> Key | None:
        """Return the account's key; None if it has none and its answer comes without."""
        if self._account.key_source is None and not self._provider.needs_key:
            return None
        return keys.of(self._account, self._run.environment, commands=self._run.commands, deadline=deadline)

    def _responses(
        self, client: "Client", key: Key | None, secrets: Mapping[str, Key], hidden: list[Key], *, deadline: float
    ) -> list[Response]:
        """Return the pages of the answer as they came; the secrets of the requests are added to those `hidden`."""
        if key is None or self._provider.is_local:
            return [self._local_response(key, secrets, hidden, deadline)]
        responses: list[Response] = []
        cursors: list[str] = []
        while True:
            cursor = cursors[-1] if cursors else None
            sent = request.build(self._provider, self._account, key, secrets, period=self._period, cursor=cursor)
            hidden += request.credentials(sent)
            responses.append(client.send(sent, deadline=deadline))
            following = self._next_cursor(responses, cursors, deadline)
            if following is None:
                return responses
            cursors.append(following)

    def _local_response(
        self, key: Key | None, secrets: Mapping[str, Key], hidden: list[Key], deadline: float
    ) -> Response:
        """Return the output of a program or the content of a file; secrets that it may repeat are added to `hidden`."""
        from credcheck.check import local_answers

        run, provider = self._run, self._provider
        if provider.file:
            is_json = provider.answer.format == "json"
            return local_answers.left_in(provider.file, is_json=is_json, now=run.now(), deadline=deadline)
        if provider.command is None:
            raise AssertionError  # an answer is a request's, a program's or a file's
        hidden += local_answers.secrets_of(run.environment)
        argv, given = request.command(provider.command, provider, self._account, key, secrets, period=self._period)
        return local_answers.printed_by(
            provider.command,
            argv,
            given,
            hidden=hidden,
            environment=run.environment,
            commands=run.commands,
            deadline=deadline,
        )

    def _next_cursor(self, responses: Sequence[Response], cursors: Sequence[str], deadline: float) -> str | None:
        """Return the cursor of the next page. Nothing but the bodies is kept meanwhile: documents take much memory."""
        template = self._provider.request.pages
        if template is None:
            return None
        from credcheck.check import outcome
        from credcheck.providers import pages

        pages.check_size(sum(len(response.body) for response in responses))
        with _one_at_a_time(deadline):
            return pages.next_cursor(template, outcome.document(self._provider, responses[-1]), cursors)

    def _reading(self, responses: Sequence[Response], hidden: Sequence[Key], deadline: float) -> Reading:
        from credcheck.check import outcome
        from credcheck.providers.balances import Context

        account = self._account
        main_before = self._run.main_before(account)
        with _one_at_a_time(deadline):
            reading = outcome.reading(
                self._provider,
                [outcome.document(self._provider, response) for response in responses],
                Context(account.options, self._run.now(), account.main, main_before, self._period),
            )
            reading = outcome.without_keys(reading, self._provider, hidden)
            reading = outcome.without_possible_keys(reading, self._provider) if self.is_local else reading
        outcome.check_main(reading, account)
        return reading

    def failed(self, error: CheckError, seconds: float = 0, hidden: Sequence[Key] = ()) -> Result:
        """Return the result that says why there is no balance; `hidden` are the secrets that it must not show."""
        return self._result(seconds, remedies.failure(error, self._account, self._provider, hidden))

    def _result(self, seconds: float, outcome: Reading | Failure) -> Result:
        source = self._account.key_source
        return Result(
            account=self._account.name,
            provider=self._account.provider,
            default_unit=self._provider.default_unit(self._account.options),
            outcome=outcome,
            warn_below=outcome.main.warn_below if isinstance(outcome, Reading) else self._own_threshold(),
            key_source=str(source) if source else None,
            checked_at=self._run.now(),
            elapsed_ms=round(seconds * 1000),
            provider_title=self._provider.title,
            top_up_url=self._provider.top_up_page(self._account.options),
            key_url=self._provider.key_page(self._account.options),
            tags=self._account.tags,
        )

    def _own_threshold(self) -> Decimal | None:
        threshold = self._account.warn_below.get(ANY) or self._run.thresholds.from_command_line.get(ANY)
        return threshold.of(None) if threshold else None
