"""The history's part in a check: answers of a while ago, forecasts, changes, and samples for the next check."""

import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from credcheck.console import output
from credcheck.errors import UsageError
from credcheck.system import streams

if TYPE_CHECKING:
    from pathlib import Path

    from credcheck.config import Config
    from credcheck.history.recording import Recording
    from credcheck.history.statuses import Channel
    from credcheck.models import Account, Result, Thresholds
    from credcheck.notices import Change, Known
    from credcheck.render import Format


class HistoryOptions(NamedTuple):
    """The options of a check that need its history."""

    max_age: timedelta | None = None
    stale_if_error: bool = False
    changes: bool = False
    notify: bool = False


class CheckHistory:
    """The history of the accounts of one check."""

    def __init__(
        self, loaded: "Config", accounts: Sequence["Account"], options: HistoryOptions, *, seconds: float
    ) -> None:
        """Find the history, without opening it; raises UsageError if an option needs one that there is not."""
        self._loaded, self._accounts, self._options, self._seconds = loaded, accounts, options, seconds
        self._path = _path(loaded)
        self.recording: Recording | None = _recording(self._path, accounts, seconds)
        self._has_said_problem = False
        if options.stale_if_error and not options.max_age:
            raise UsageError("--stale-if-error goes with --max-age; give both")
        if options.max_age and not self.recording:
            raise UsageError("--max-age takes answers from the history, which is turned off")
        if (options.changes or options.notify) and not self.recording:
            raise UsageError("--changes and --notify compare with the history, which is turned off")
        if options.notify:
            from credcheck import config

            config.needed_notify(loaded)

    def recent(self, thresholds: "Thresholds") -> dict[str, "Result"]:
        """Return the answers that are young enough to be taken, by the account's name."""
        return self._answers(thresholds, self._options.max_age) if self._options.max_age else {}

    def in_place_of_failures(
        self, results: Sequence["Result"], thresholds: "Thresholds", format_: "Format"
    ) -> list["Result"]:
        """Return the results as they are shown: the last answer for a check that failed, if that is asked for.

        A monitor is always told of the failure.
        """
        wanted = self._options.stale_if_error and format_ not in {"prometheus", "nagios"}
        if not wanted or not any(result.error for result in results):
            return list(results)
        last = self._answers(thresholds, None)
        return self.foretold([last.get(each.account, each) if each.error else each for each in results])

    def foretold(self, results: Sequence["Result"]) -> list["Result"]:
        """Return the results with their forecasts, and with the days below which one is low."""
        if self.recording:
            results = self.recording.foretold(results)
        return [result._replace(warn_days_left=self._loaded.warn_days_left) for result in results]

    def changes(self, results: Sequence["Result"]) -> "_News | None":
        """Return the changes that `--changes` prints; None without that option.

        Without a history nothing is known to be a change, which is said even if nobody looks at a terminal.
        """
        if not self._options.changes or not self.recording:
            return None
        known = self.recording.known("changes")
        if known is not None:
            return self._news("changes", results, known)
        output.complain(f"no change can be told: {self.recording.problem}")
        self._has_said_problem = True
        return _News(self.recording, "changes", (), {})

    def keep(self, results: Sequence["Result"]) -> None:
        """Keep the samples; of trouble with the history nobody is told who asks for no more than balances.

        It is said if stderr is a terminal, and under the options that tell the same changes again without a history.
        """
        if self.recording:
            self.recording.keep(results)
            is_told = streams.is_terminal(2) or self._options.changes or self._options.notify
            if self.recording.problem and not self._has_said_problem and is_told:
                output.complain(self.recording.problem)

    def notify(self, results: Sequence["Result"]) -> None:
        """Send a notice of changes, if that is asked for; one that fails is tried again by the next run.

        Raises NoticeFailed.
        """
        if not self._options.notify or not self._loaded.notify or not self.recording:
            return
        from credcheck import notify

        # A notice that comes again with each run is better than none.
        news = self._news("notify", results, self.recording.known("notify") or {})
        told = False
        try:
            if news.changes:
                environment = notify.environment_for(os.environ, self._loaded.accounts.values(), self._loaded.providers)
                notify.send(news.changes, self._loaded.notify.command, environment, seconds=self._seconds)
            told = True
        finally:
            news.remember(told=told)

    def _news(
        self, channel: "Channel", results: Sequence["Result"], known: Mapping[tuple[str, str], "Known"]
    ) -> "_News":
        from credcheck import notices

        again = self._loaded.notify.again if self._loaded.notify and channel == "notify" else None
        found, after = notices.changes(results, known, again=again)
        return _News(self.recording, channel, found, after)

    def _answers(self, thresholds: "Thresholds", max_age: timedelta | None) -> dict[str, "Result"]:
        if self._path is None:
            return {}
        from credcheck.history import recent

        return recent.answers(self._path, self._accounts, thresholds, self._loaded.providers, max_age=max_age)


class _News(NamedTuple):
    """Changes that are to be told, and the statuses that are known once that is done."""

    recording: "Recording | None"
    channel: "Channel"
    changes: Sequence["Change"]
    after: Mapping[tuple[str, str], Any]

    def remember(self, *, told: bool) -> None:
        """Keep the statuses; those of changes that could not be told stay as they were."""
        untold = set() if told else {(each.result.account, each.result.provider) for each in self.changes}
        if self.recording:
            self.recording.remember(
                self.channel, {owner: known for owner, known in self.after.items() if owner not in untold}
            )


def _path(loaded: "Config") -> "Path | None":
    from credcheck import history

    return history.location(os.environ) if loaded.history else None


def _recording(path: "Path | None", accounts: Sequence["Account"], seconds: float) -> "Recording | None":
    """Return the history of these accounts, or None if the user wants none."""
    if path is None:
        return None
    from credcheck.history.recording import Recording

    return Recording(path, [(account.name, account.provider) for account in accounts], seconds=seconds)
