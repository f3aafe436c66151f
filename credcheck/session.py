"""A check with its history: cached answers, the check, forecasts, changes, samples and notices.

The one sequence that every command which checks goes through. It returns and never prints: what is shown, and in which
order, is the command's. Knows no terminal.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from credcheck.errors import HistoryError, NoticeFailed, UsageError

if TYPE_CHECKING:  # what is needed once answers are awaited is imported then
    from pathlib import Path

    from credcheck.check import Listener
    from credcheck.config import Config
    from credcheck.config.settings import Notify
    from credcheck.history.notified import Announced, Claim
    from credcheck.history.recording import Recording
    from credcheck.history.report import BalanceHistory
    from credcheck.history.samples import Owner
    from credcheck.models import Account, Change, Result, Thresholds

Clock = Callable[[], datetime]

# Seconds beyond the time of a command after which the changes that a run claimed count as not announced: it was killed.
_SPARE = 60.0


class HistoryOptions(NamedTuple):
    """The options of a check that need its history."""

    max_age: timedelta | None = None
    stale_if_error: bool = False
    changes: bool = False
    notify: bool = False


NO_OPTIONS = HistoryOptions()


class Outcome(NamedTuple):
    """The outcome of a check. `results` has one for each account, `shown` those to be printed.

    These are the same, but for `--changes`, where `shown` has those whose status changed, and `--stale-if-error`, where
    the last answer stands in the place of a failure. `cannot_compare` says why no change can be found: then all that is
    low or failed is shown.
    """

    results: list["Result"]
    shown: list["Result"]
    changes: Sequence["Change"] | None = None
    cannot_compare: str | None = None

    @property
    def judged(self) -> list["Result"]:
        """The results that the exit status is of: a last answer that is low counts beside the failure it stands for."""
        return [*self.results, *(result for result in self.shown if result.stale_because)]

    @property
    def explained(self) -> list["Result"]:
        """The results whose failures are explained to a person."""
        return self.results if self.changes is None else self.shown


class Session:
    """The check of some accounts with their history.

    `problem` says in a line for a person what is wrong with the history; a check never fails by it.
    """

    def __init__(
        self,
        loaded: "Config",
        accounts: Sequence["Account"],
        *,
        environment: Mapping[str, str],
        options: HistoryOptions = NO_OPTIONS,
        thresholds: "Thresholds | None" = None,
        timeout: float | None = None,
        now: Clock = lambda: datetime.now(UTC),
    ) -> None:
        """Find the history, without opening it; `timeout` is in seconds for one account, else as configured.

        Raises UsageError if an option needs a history and there is none, ConfigError without the settings it needs.
        """
        self._loaded, self._accounts, self._environment = loaded, accounts, environment
        self._options, self._thresholds, self._now = options, thresholds, now
        self._timeout = timeout or loaded.timeout
        self._path = _location(loaded, environment)
        self._recording = _recording(self._path, accounts, now)
        self._pending: Claim | None = None
        _check_options(options, loaded, absence="" if self._path else self._absence())

    @property
    def problem(self) -> str | None:
        """The trouble with the history."""
        return self._recording.problem if self._recording else None

    @property
    def must_tell_problem(self) -> bool:
        """Tell whether the same changes come again without a history, so that its trouble is told to everybody."""
        return self._options.changes or self._options.notify

    def check(self, listen: "Callable[[Sequence[Account]], Listener] | None" = None) -> Outcome:
        """Check the accounts without a recent answer.

        `listen` makes a progress listener for them; it is not called if there is nothing to ask.
        """
        recent = self._cached_answers(self._options.max_age) if self._options.max_age else {}
        to_ask = [account for account in self._accounts if account.name not in recent]
        fresh = {result.account: result for result in self._fresh(to_ask, listen)}
        answers = {**recent, **fresh}
        results = self._with_forecasts([answers[account.name] for account in self._accounts])
        # Claimed before anything is printed: another run at the same time prints them, or this one, never both.
        if self._options.changes:
            return self._changed(results)
        return Outcome(results, self._in_place_of_failures(results))

    def last_results(self) -> list["Result"]:
        """Return the results of the last answers in the history, of any age, with forecasts; no provider is asked.

        Raises UsageError without a history, HistoryError if it cannot be read.
        """
        if self._path is None:
            raise UsageError(f"--low takes balances from the history, but {self._absence()}")
        found = self._kept_answers(self._path, None)
        if found is None:
            raise HistoryError("the history cannot be read: `credcheck doctor` says why")
        return self._with_forecasts(list(found.values()))

    def histories(self, results: Sequence["Result"], *, since: datetime) -> "list[BalanceHistory]":
        """Return the histories of the accounts since a moment; they end with these results."""
        if not self._recording:
            return []
        budgets = {account.name: account for account in self._accounts}
        return self._recording.histories(results, since=since, budgets=budgets)

    def delivered(self) -> None:
        """Note that the outcome has been printed: its changes are no longer new."""
        self._settle(self._pending, delivered=True)
        self._pending = None

    def keep(self, results: Sequence["Result"]) -> None:
        """Keep the samples of these results; changes that were not delivered go back to the next run."""
        self._settle(self._pending, delivered=False)
        self._pending = None
        if self._recording:
            self._recording.keep(results, self._identities([result.account for result in results if not result.cached]))

    def close(self) -> None:
        """Give the history's file back: a program that goes on opens it again for its next check."""
        if self._recording:
            self._recording.close()

    def notify(self, results: Sequence["Result"]) -> None:
        """Send a notice of changes, if that is asked for; one that fails is tried again by the next run.

        Raises NoticeFailed.
        """
        notify = self._loaded.notify
        if not self._options.notify or not notify or not self._recording:
            return
        from credcheck.notices import send

        claim = self._claim(results, notify)
        # A notice that comes again with each run is better than none.
        changes = claim.changes if claim else self._compared(results, {}, notify)[0]
        if not changes:
            return
        harmless = send.environment_for(self._environment, self._loaded.accounts.values(), self._loaded.providers)
        try:
            send.send(
                changes,
                notify.command,
                harmless,
                seconds=self._timeout,
                on_sent=lambda: self._settle(claim, delivered=True),
            )
        except NoticeFailed:
            self._settle(claim, delivered=False)
            raise

    def _absence(self) -> str:
        """Return why there is no history."""
        from credcheck import history

        return history.absence(self._environment, is_wanted=self._loaded.history)

    def _fresh(
        self, accounts: Sequence["Account"], listen: "Callable[[Sequence[Account]], Listener] | None"
    ) -> list["Result"]:
        if not accounts:
            return []
        from credcheck.check import check_all

        return check_all(
            accounts,
            self._environment,
            timeout=self._timeout,
            concurrency=self._loaded.concurrency,
            thresholds=self._thresholds,
            registry=self._loaded.providers,
            listener=listen(accounts) if listen else None,
            on_start=self._recording.begin if self._recording else lambda: None,
            main_before=self._main_before,
            now=self._now,
        )

    def _main_before(self, account: "Account") -> str | None:
        return self._recording.main_before(account.name, account.provider) if self._recording else None

    def _with_forecasts(self, results: Sequence["Result"]) -> list["Result"]:
        """Return the results with their forecasts and the days below which one is low."""
        if self._recording:
            results = self._recording.with_forecasts(results)
        return [result._replace(warn_days_left=self._loaded.warn_days_left) for result in results]

    def _in_place_of_failures(self, results: list["Result"]) -> list["Result"]:
        if not self._options.stale_if_error or not any(result.error for result in results):
            return results
        last = self._cached_answers(None)
        stale = [last[result.account] for result in results if result.error and result.account in last]
        instead = {result.account: result for result in self._with_forecasts(stale)}
        return [
            instead[result.account]._replace(stale_because=result.error) if result.account in instead else result
            for result in results
        ]

    def _changed(self, results: list["Result"]) -> Outcome:
        """Return the outcome that shows the changes; if they cannot be known, all that is low or failed."""
        self._pending = self._claim(results)
        if self._pending is None:
            return Outcome(results, [result for result in results if result.status != "ok"], [], self.problem)
        return Outcome(results, [change.named for change in self._pending.changes], self._pending.changes)

    def _claim(self, results: Sequence["Result"], notify: "Notify | None" = None) -> "Claim | None":
        """Claim the changes for this run, so that no other announces them too; None without a readable history."""
        if not self._recording:
            return None
        return self._recording.claim(
            notify.command if notify else None,
            lambda announced: self._compared(results, announced, notify),
            seconds=self._timeout + _SPARE,
        )

    def _settle(self, claim: "Claim | None", *, delivered: bool) -> None:
        if claim and self._recording:
            self._recording.settle(claim, delivered=delivered)

    def _compared(
        self, results: Sequence["Result"], announced: "Mapping[Owner, Announced]", notify: "Notify | None"
    ) -> "tuple[list[Change], dict[Owner, Announced]]":
        from credcheck.notices import decide

        return decide.changes(results, announced, again=notify.again if notify else None)

    def _cached_answers(self, max_age: timedelta | None) -> dict[str, "Result"]:
        found = self._kept_answers(self._path, max_age) if self._path else {}
        if found is None and self._recording:
            self._recording.wait_no_more()
        return found or {}

    def _kept_answers(self, path: "Path", max_age: timedelta | None) -> dict[str, "Result"] | None:
        """Return the answers that are younger; None if the history cannot be read."""
        from credcheck.history import cached_answers
        from credcheck.models import Thresholds

        thresholds, registry = self._thresholds or Thresholds(), self._loaded.providers
        return cached_answers.answers(
            path,
            self._accounts,
            thresholds,
            registry,
            read_with=self._identities([account.name for account in self._accounts]),
            max_age=max_age,
            now=self._now,
        )

    def _identities(self, names: Sequence[str]) -> "dict[Owner, str]":
        """Return the identities of these accounts; an answer of the history counts only for the same."""
        from credcheck.history.samples import Owner
        from credcheck.identity import identity

        wanted = set(names)
        return {
            Owner(account.name, account.provider): text
            for account in self._accounts
            if account.name in wanted and self._loaded.providers.usable(account.provider)
            if (text := identity(account, self._loaded.providers, self._environment)) is not None
        }


def _check_options(options: HistoryOptions, loaded: "Config", *, absence: str) -> None:
    """Raise UsageError for options that need another, or a history if there is none; `absence` says why then."""
    if options.stale_if_error and not options.max_age:
        raise UsageError("--stale-if-error needs --max-age")
    if options.max_age and absence:
        raise UsageError(f"--max-age takes answers from the history, but {absence}")
    if (options.changes or options.notify) and absence:
        raise UsageError(f"--changes and --notify compare with the history, but {absence}")
    if options.notify:
        from credcheck import config

        config.needed_notify(loaded)


def _location(loaded: "Config", environment: Mapping[str, str]) -> "Path | None":
    """Return the path of the history, or None if the user wants none."""
    from credcheck import history

    return history.location(environment) if loaded.history else None


def _recording(path: "Path | None", accounts: Sequence["Account"], now: Clock) -> "Recording | None":
    if path is None:
        return None
    from credcheck.history.recording import Recording

    return Recording(path, [(account.name, account.provider) for account in accounts], now=now)
