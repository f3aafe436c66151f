"""A whole check with its history, with neither terminal nor process: a server on loopback, and a clock of its own."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from credcheck.config import Config
from credcheck.config.settings import Notify
from credcheck.errors import NoticeFailed, UsageError
from credcheck.history.store import Store
from credcheck.models import ANY, Account, Key, KeyVariable, Result, Threshold, WrittenKey
from credcheck.providers.registry import from_table
from credcheck.session import HistoryOptions, Session
from tests.playback import Answer, Playback, playing

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WALLETS = {
    "request": {"url": "https://wallets.example/v1", "headers": {"Authorization": "Bearer {key}"}},
    "balance": {"each": "l", "amount": "a", "unit": "USD", "id_path": "n", "null": "unlimited"},
}


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

    def session(self, loaded: Config | None = None, **options: object) -> Session:
        """Return a session with these options of the history, and the world's configuration or another one."""
        return Session(
            loaded or self.loaded,
            [self.account],
            environment=self.environment,
            options=HistoryOptions(**options),  # type: ignore[arg-type]
            now=lambda: self.now,
        )

    def check(self, **options: object) -> Result:
        """Check and keep, as a command does; return what is shown."""
        session = self.session(None, **options)
        outcome = session.check()
        session.delivered()
        session.keep(outcome.results)
        assert session.problem is None
        session.close()
        return outcome.shown[0] if outcome.shown else outcome.results[0]._replace(account="nothing to show")

    def send_notice(self, loaded: Config | None = None) -> None:
        """Check, keep, and send a notice if there is something to tell."""
        session = self.session(loaded, notify=True)
        outcome = session.check()
        session.keep(outcome.results)
        session.notify(outcome.results)
        session.close()

    def samples(self) -> int:
        """Return how many samples the history returns."""
        store = Store(Path(self.environment["CREDCHECK_HISTORY"]), seconds=1, now=lambda: self.now)
        return sum(len(store.samples(series.id)) for series in store.series())


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
    assert world.check(changes=True).account == "nothing to show"  # a fall that sudden waits for the next check
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


def test_an_answer_is_not_taken_for_another_key_nor_for_another_description(world: World, tmp_path: Path) -> None:
    world.check()
    others = [
        world.account._replace(key_source=WrittenKey("config", Key("j" * 20))),
        world.account._replace(key_source=KeyVariable("NOT_SET")),
        world.account._replace(base_url=f"{world.server.url}/elsewhere"),
        world.account._replace(key_source=None),
    ]
    world.left(7)
    for number, other in enumerate(others, start=1):
        world.now += HOUR / 10
        usual, world.account = world.account, other
        (shown,) = world.session(max_age=DAY).check().shown
        assert not shown.cached, number
        world.account = usual
    assert world.check(max_age=DAY).balance == 1000
    content = (tmp_path / "history.db").read_bytes() + (tmp_path / "history.db-wal").read_bytes()
    assert b"kkkkkkkk" not in content, "the key is never kept"


def test_only_balances_of_one_reading_make_an_answer(world: World) -> None:
    world.loaded = world.loaded._replace(providers=from_table({"wallets": WALLETS}, "test"))
    world.account = world.account._replace(provider="wallets")
    world.answer = Answer('{"l": [{"a": -3, "n": "x"}, {"a": 7, "n": "y"}]}')
    world.check()
    world.now += HOUR / 100000
    world.answer = Answer('{"l": [{"a": 7, "n": "y"}]}')
    world.check()
    assert world.check(max_age=HOUR).balance == 7


def test_a_balance_without_a_limit_is_in_an_answer_from_the_history(world: World) -> None:
    world.loaded = world.loaded._replace(providers=from_table({"wallets": WALLETS}, "test"))
    world.account = world.account._replace(provider="wallets")
    world.answer = Answer('{"l": [{"a": null, "n": "free"}, {"a": 7, "n": "y"}]}')
    live = world.check().reading
    cached = world.check(max_age=HOUR)
    assert cached.cached
    assert live
    assert cached.reading
    assert [(one.id, one.amount) for one in cached.reading.balances] == [(one.id, one.amount) for one in live.balances]


def test_samples_of_a_clock_that_was_ahead_count_nowhere_and_take_none_of_the_others(world: World) -> None:
    for hour in range(10 * 24):
        world.left(1000 - hour)
        session = world.session()
        session.keep(session.check().results)
        session.close()
        world.now += HOUR
    kept, true_time = world.samples(), world.now
    world.now += 80 * 365 * DAY
    world.check()
    world.now = true_time
    world.left(760)
    result = world.check()
    assert result.forecast
    assert result.forecast.per_day
    assert 23 < result.forecast.per_day < 27
    assert world.samples() == kept + 1
    assert world.check(max_age=HOUR).balance == 760


def test_two_runs_at_once_send_one_notice(world: World, tmp_path: Path) -> None:
    world.left(0)
    world.loaded = world.loaded._replace(notify=Notify(("sh", "-c", f"sleep 0.3; echo >>{tmp_path / 'sent'}")))
    runs = [threading.Thread(target=world.send_notice) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert (tmp_path / "sent").read_text() == "\n"


def test_runs_at_once_send_a_notice_with_each_command(world: World, tmp_path: Path) -> None:
    world.left(0)

    def run(owner: str) -> None:
        loaded = world.loaded._replace(notify=Notify(("sh", "-c", f"sleep 0.3; echo {owner} >>{tmp_path / 'sent'}")))
        world.send_notice(loaded)

    runs = [threading.Thread(target=run, args=[owner]) for owner in "xyxyxy"]
    for each in runs:
        each.start()
    for each in runs:
        each.join()
    assert sorted((tmp_path / "sent").read_text().split()) == ["x", "y"]


@pytest.mark.parametrize("pause", [timedelta(seconds=5), timedelta(minutes=15)])
def test_a_sudden_fall_is_confirmed_by_a_run_with_the_same_command(
    world: World, tmp_path: Path, pause: timedelta
) -> None:
    def told(owner: str) -> str:
        world.now += pause
        world.send_notice(world.loaded._replace(notify=Notify(("sh", "-c", f"printf {owner} >>{sent}"))))
        return sent.read_text()

    sent = tmp_path / "sent"
    sent.touch()
    assert [told(owner) for owner in "xy"] == ["", ""]
    world.left(0)
    assert [told(owner) for owner in "xyxyyx"] == ["", "", "x", "xy", "xy", "xy"]


def test_a_sudden_fall_that_the_history_has_had_for_an_hour_is_told_at_once(world: World, tmp_path: Path) -> None:
    world.check()
    world.left(0)
    for _ in range(2):
        world.now += HOUR
        world.check()
    world.send_notice(world.loaded._replace(notify=Notify(("touch", str(tmp_path / "sent")))))
    assert (tmp_path / "sent").exists()


def test_a_command_that_ended_with_0_has_told_whatever_it_left_running(world: World, tmp_path: Path) -> None:
    world.left(0)
    world.loaded = world.loaded._replace(
        timeout=1, notify=Notify(("sh", "-c", f"echo >>{tmp_path / 'sent'}; sleep 2 & head -c 200000 /dev/zero"))
    )
    world.send_notice()
    world.send_notice()
    assert (tmp_path / "sent").read_text() == "\n"


def test_changes_that_a_killed_run_had_claimed_are_told_by_a_later_one(world: World) -> None:
    world.left(0)
    killed = world.session(changes=True)
    assert killed.check().shown
    world.now += HOUR / 100
    assert world.check(changes=True).account == "nothing to show", "the other may be about to print it"
    world.now += HOUR
    assert world.check(changes=True).status == "low"


def test_the_currency_that_was_main_stays_main_when_it_is_used_up(world: World) -> None:
    currencies = {**WALLETS, "balance": {"each": "l", "amount": "a", "unit_path": "n"}}
    world.loaded = world.loaded._replace(providers=from_table({"wallets": currencies}, "test"))
    world.account = world.account._replace(provider="wallets", warn_below={ANY: Threshold(Decimal(10))})
    found = []
    for left in (20, 2, 0, -1):
        world.answer = Answer(f'{{"l": [{{"a": {left}, "n": "CNY"}}, {{"a": 50, "n": "USD"}}]}}')
        result = world.check()
        found.append((result.unit, result.status))
        world.now += HOUR
    assert found == [("CNY", "ok"), ("CNY", "low"), ("CNY", "low"), ("CNY", "low")]
