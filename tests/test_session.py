"""A whole check with its history, with neither terminal nor process: a server on loopback, and a clock of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from credcheck.config import Config
from credcheck.config.settings import Notify
from credcheck.errors import NoticeFailed, UsageError
from credcheck.models import Account, Key, Result, WrittenKey
from credcheck.session import HistoryOptions, Session
from tests.playback import Answer, Playback, playing

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class World:
    """One account, what its provider answers, the time, and a history of its own."""

    def __init__(self, folder: Path, server: Playback) -> None:
        self.answer = Answer('{"credits_remaining": "1000"}')
        self.now = datetime(2026, 11, 20, 12, tzinfo=UTC)
        self.server = server
        self.environment = {"CREDCHECK_HISTORY": str(folder / "history.db"), "PATH": "/usr/bin:/bin"}
        self.loaded = Config(folder / "config.toml", folder / "credentials.toml", timeout=5)
        key = WrittenKey("config", Key("k" * 20))
        self.account = Account("pixelcut", "pixelcut", key, base_url=server.url)

    def left(self, amount: int) -> None:
        """Let the provider answer with this balance."""
        self.answer = Answer(f'{{"credits_remaining": "{amount}"}}')

    def session(self, **options: object) -> Session:
        """Return a session with these options of the history."""
        history = HistoryOptions(**options)  # type: ignore[arg-type]
        return Session(self.loaded, [self.account], environment=self.environment, options=history, now=lambda: self.now)

    def check(self, **options: object) -> Result:
        """Check and keep, as a command does; return what is shown."""
        session = self.session(**options)
        outcome = session.check()
        session.delivered()
        session.keep(outcome.results)
        assert session.problem is None
        session.close()
        return outcome.shown[0] if outcome.shown else outcome.results[0]._replace(account="nothing to show")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made: list[World] = []
    with playing(lambda _: made[0].answer) as server:
        made.append(World(tmp_path, server))
        yield made[0]


def test_a_result_has_the_time_of_the_clock_that_is_passed_in(world: World) -> None:
    assert world.check().checked_at == world.now


def test_a_recent_answer_is_taken_from_the_history_and_nothing_is_sent(world: World) -> None:
    world.check()
    world.left(7)
    world.now += HOUR
    cached = world.check(max_age=2 * HOUR)
    assert cached.balance == 1000
    assert cached.cached
    assert len(world.server.sent) == 1
    assert world.check(max_age=HOUR / 2).balance == 7


def test_a_forecast_comes_of_the_samples_of_a_week(world: World) -> None:
    for day in range(8):
        world.left(1000 - 10 * day)
        result = world.check()
        world.now += DAY
    assert result.forecast
    assert result.forecast.state == "known"
    assert result.forecast.per_day
    assert 9 < result.forecast.per_day < 11


def test_with_changes_only_what_changed_is_shown_and_once_it_was_delivered_never_again(world: World) -> None:
    assert world.check(changes=True).account == "nothing to show"
    world.left(0)
    session = world.session(changes=True)
    assert [result.status for result in session.check().shown] == ["low"]  # and is not delivered
    session.close()
    assert world.check(changes=True).status == "low"
    assert world.check(changes=True).account == "nothing to show"


def test_the_last_answer_stands_in_the_place_of_a_failure_if_that_is_wanted(world: World) -> None:
    world.check()
    world.now += DAY
    world.answer = Answer(status=404)
    session = world.session(max_age=HOUR, stale_if_error=True)
    outcome = session.check()
    assert [result.balance for result in outcome.shown] == [1000]
    assert outcome.results[0].error, "the exit status is that of the failure"
    assert outcome.explained == outcome.results


def test_a_notice_that_fails_is_sent_again_by_the_next_run(world: World, tmp_path: Path) -> None:
    world.left(0)
    for command, attempts in (("false", 1), (f"touch {tmp_path / 'sent'}", 2)):
        world.loaded = world.loaded._replace(notify=Notify(tuple(command.split())))
        session = world.session(notify=True)
        results = session.check().results
        if attempts == 1:
            with pytest.raises(NoticeFailed, match="the next run tries again"):
                session.notify(results)
        else:
            session.notify(results)
        session.close()
    assert (tmp_path / "sent").exists()


def test_a_history_that_cannot_be_used_leaves_the_results_as_they_are(world: World, tmp_path: Path) -> None:
    (tmp_path / "history.db").mkdir()
    session = world.session()
    outcome = session.check()
    session.keep(outcome.results)
    assert [result.balance for result in outcome.results] == [1000]
    assert "is not a file" in (session.problem or "")


def test_without_a_history_what_needs_one_is_refused_before_anything_is_sent(world: World) -> None:
    world.loaded = world.loaded._replace(history=False)
    with pytest.raises(UsageError, match="turned off"):
        world.session(max_age=HOUR)
    assert world.server.sent == []
