"""The screen that stays: when it asks, what it marks, and how it behaves in a real terminal."""

import itertools
import json
import re
import shutil
import signal
import socket
import sys
import termios
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from credcheck.commands.watch import drawing as render
from credcheck.commands.watch.board import SHORTEST, Board, Row
from credcheck.models import Balance, Failure, Period, Reading, Result
from credcheck.render import drawing
from credcheck.system.terminal import Terminal
from tests.conftest import PROGRAM, Program
from tests.faults.at_a_terminal import session
from tests.playback import Answer, Playback, playing
from tests.results import WHEN, result
from tests.screens import at_terminal
from tests.test_resizing import Tmux

NOW = 1000.0
LIMITED = result("limited", Failure("rate_limited", "asks to wait 95 s", retry_after=95))
# The program with another shortest time, so that renewals can be seen.
QUICKLY = """\
import sys
from credcheck.commands.watch import board
board.SHORTEST = 0.2
from credcheck.__main__ import main
sys.argv = ["credcheck", "watch", *sys.argv[1:]]
main()
"""


def board(*results: Result) -> Board:
    """Return a board just after its first check."""
    started = Board(tuple(Row(each.account) for each in results)).begun(NOW, 300)
    for place, each in enumerate(results):
        started = started.with_result(place, each, NOW)
    return started.ended()


def screen(shown: Board, *, width: int = 100, height: int = 40, now: float = NOW, age: float = 0) -> list[str]:
    terminal = Terminal(width=width, height=height)
    return drawing.lines(render.screen(shown, terminal, now=now, today=WHEN + timedelta(seconds=age)), terminal)


def test_all_accounts_are_asked_at_once_and_then_when_the_time_is_over() -> None:
    assert Board((Row("a"), Row("b"))).due(0) == [0, 1]
    checked = board(result("a", "1"), result("b", "2"))
    assert [checked.due(NOW + seconds) for seconds in (0, 299.9, 300)] == [[], [], [0, 1]]


def test_a_hurried_check_is_never_sooner_than_the_shortest_time_after_the_one_before() -> None:
    checked = board(result("a", "1"))
    early = checked.with_early_check(NOW + 1)
    assert (early.next_at, early.due(NOW + SHORTEST - 0.1)) == (NOW + SHORTEST, [])
    assert checked.with_early_check(NOW + 100).due(NOW + 100) == [0]
    assert checked.with_early_check(NOW + 299.9).next_at <= NOW + 300


def test_a_provider_that_asks_to_wait_is_left_alone_over_renewals_and_hurry() -> None:
    checked = board(result("a", "1"), LIMITED)
    early = checked.with_early_check(NOW + 40)
    assert early.due(NOW + 40) == [0]
    assert early.due(NOW + 94.9) == [0]
    assert early.due(NOW + 95) == [0, 1]
    assert "waits 55 s" in screen(checked, now=NOW + 40)[5]
    well = early.with_result(1, result("limited", "5"), NOW + 95)
    assert well.due(NOW + 300) == [0, 1]


def test_a_change_is_marked_until_the_next_result() -> None:
    first = board(result("a", "100.5"), result("b", "5"), result("c", Failure("timeout", "late")), result("d", "7"))
    assert not re.search(r"[+-]\d|was", "\n".join(screen(first)))
    second = first
    for place, each in enumerate(["98", "1005", "3"]):
        second = second.with_result(place, result("abc"[place], each), NOW)
    for change, line in zip(["-2.5", "+1,000", "was failed"], screen(second)[4:7], strict=True):
        assert re.search(rf"  {re.escape(change)} +0 s$", line)
    third = second
    for place, each in enumerate(["98", "1005", "3"]):
        third = third.with_result(place, result("abc"[place], each), NOW)
    assert not re.search(r"[+-]\d|was", "\n".join(screen(third)))


def test_what_was_spent_since_the_last_look_is_the_change_and_a_new_month_is_one() -> None:
    def spent(amount: str, day: datetime) -> Result:
        balance = Balance("USD", None, "USD", "spent", spent=Decimal(amount), period=Period.of(day), is_main=True)
        return result("a", "1")._replace(outcome=Reading((balance,)))

    november, december = datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    before = board(spent("10", november))
    assert re.search(r"spent +0 s$", screen(before.with_result(0, spent("12.50", november), NOW))[4])
    assert "+2.50 spent" in screen(before.with_result(0, spent("12.50", november), NOW))[4]
    assert "starts anew" in screen(before.with_result(0, spent("0.10", december), NOW))[4]


def test_a_limit_that_comes_or_goes_is_a_change() -> None:
    unlimited = Reading((Balance(id="credits", amount=None, unit="credits", is_main=True),))
    free, capped = result("a", "1")._replace(outcome=unlimited), result("a", "1")
    assert re.search(r"1 +credits +was unlimited", screen(board(free).with_result(0, capped, NOW))[4])
    assert re.search(r"unlimited +credits +was limited", screen(board(capped).with_result(0, free, NOW))[4])


def test_a_forecast_that_comes_later_is_no_change() -> None:
    first = board(result("a", "5")).with_result(0, result("a", "4"), NOW)
    assert "-1" in screen(first.with_forecast(0, result("a", "4")))[4]


def test_rows_can_be_sorted_and_accounts_without_a_result_come_last() -> None:
    checked = board(result("b", "5"), result("a", "9"), result("c", Failure("timeout", "late")))
    checked = checked._replace(rows=(*checked.rows, Row("awaited")))

    def names(shown: Board) -> list[str]:
        return [line.split()[-1 if "awaited" in line else 1] for line in screen(shown)[4:8]]

    orders = [checked]
    for _ in range(4):
        orders.append(orders[-1].reordered(orders[-1].order))
    assert [(each.order, names(each)) for each in orders] == [
        (None, ["b", "a", "c", "awaited"]),
        ("status", ["c", "b", "a", "awaited"]),
        ("balance", ["b", "a", "c", "awaited"]),
        ("days", ["b", "a", "c", "awaited"]),
        ("name", ["a", "b", "c", "awaited"]),
    ]
    assert orders[-1].reordered("name").order is None
    assert orders[0].reordered("status").order == "balance", "a long table is in that order already"


@pytest.mark.parametrize("width", [20, 40, 60, 100])
@pytest.mark.parametrize("height", [1, 5, 10, 24, 60])
def test_no_line_is_wider_and_no_screen_longer_than_the_terminal(width: int, height: int) -> None:
    shown = board(*(result(f"pixelcut-{number}", "12345.678", warn_below=number * 1000) for number in range(30)))
    lines = screen(shown, width=width, height=height)
    assert max(map(len, lines)) <= width
    assert len(lines) <= height


@pytest.mark.parametrize("width", [20, 30, 40, 50, 60, 80])
def test_low_stays_beside_any_change_and_age(width: int) -> None:
    before, after = result("pixelcut", "123456.78", warn_below=10**6), result("pixelcut", "3456.78", warn_below=10**6)
    shown = board(before).begun(NOW + 300, 300).with_result(0, after, NOW + 300).ended()
    rows = screen(shown, width=width, now=NOW + 310, age=10)[2:-2]
    assert [word for row in rows for word in row.replace(",", " ").split()].count("low") == 1


@pytest.mark.parametrize(
    ("width", "headings"),
    [(60, "Account Balance Unit Change Age"), (48, "Account Balance Unit Change"), (40, "Account Balance Unit")],
)
def test_the_age_goes_first_then_the_change_and_the_unit_last(width: int, headings: str) -> None:
    before = [result("fish-audio", "1234567", unit="USD"), result("pixelcut-work", "7")]
    shown = board(*before).with_result(0, result("fish-audio", "1234500", unit="USD"), NOW)
    assert " ".join(screen(shown, width=width)[2].split()) == headings


def test_where_not_all_have_room_failed_and_low_accounts_come_first() -> None:
    many = [result(f"a{number:02}", "5") for number in range(30)]
    many[20] = result("a20", Failure("timeout", "late"))
    many[25] = result("a25", "5", warn_below=10)
    names = [line.split()[1] for line in screen(board(*many), height=12)[4:-3]]
    assert names == ["a20", "a25", "a00", "a01", "a02"]
    assert "(status)" in screen(board(*many), height=12)[-1]
    assert [line.split()[1] for line in screen(board(*many), height=40)[4:7]] == ["a00", "a01", "a02"]


def hundreds() -> Board:
    """Return a board of 200 accounts: the last of the configuration failed, the one before is low."""
    well = [result(f"account-{number:03}", "5") for number in range(198)]
    return board(*well, result("nearly", "3", warn_below=10), result("broken", Failure("timeout", "late: wait")))


@pytest.mark.parametrize("width", [120, 80])
def test_of_two_hundred_accounts_the_bad_ones_come_first_and_the_cursor_scrolls_to_the_last(width: int) -> None:
    lines = screen(hundreds(), width=width, height=24)
    assert [line.split()[1] for line in lines[4:6]] == ["broken", "nearly"]
    assert lines[-3].strip() == "and 183 more below"
    down = hundreds().moved(1)
    assert screen(down, width=width, height=24)[-2] == "broken: late: wait"
    assert screen(down.moved(1), width=width, height=24)[-2] == "nearly: 3 credits, below 10"
    last = screen(down.moved(500), width=width, height=24)
    assert (last[-4].split()[1], last[-2]) == ("account-197", "account-197: ok")
    assert last[-3].strip() == "and 183 more above"
    middle = screen(down.moved(99), width=width, height=24)
    assert middle[-3].strip() == "and 83 more above, 100 below"
    assert all(len(line) <= width for line in last)
    assert len(last) <= 24
    assert screen(down.moved(500).moved(-500), width=width, height=24)[4].split()[1] == "broken"


def test_a_filter_shows_the_accounts_whose_name_contains_it_and_the_summary_counts_these() -> None:
    shown = typed(hundreds(), "XACC\x7f\x7f\x7f\x7fNear")
    assert "/Near_" in screen(shown)[-2]
    shown = shown.typed("\r")
    lines = screen(shown)
    assert lines[0].startswith("1 low of 200 with `Near`, next in")
    assert [line.split()[1] for line in lines[4:-2]] == ["nearly"]
    assert screen(shown.typed("\x1b"))[0].startswith("198 ok, 1 low, 1 failed, next in")


def typed(shown: Board, keys: str) -> Board:
    """Return the board after `/` and these keys."""
    shown = shown.typing(begun=True)
    for key in keys:
        shown = shown.typed(key)
    return shown


@pytest.mark.parametrize(
    ("keys", "query"),
    [("one two\x15new", "new"), ("one two\x17", "one "), ("one two \x17\x17new", "new"), ("\x17\x15", "")],
)
def test_a_new_filter_begins_empty_and_ctrl_u_and_ctrl_w_take_text_away(keys: str, query: str) -> None:
    before = typed(hundreds(), "near\r")
    assert before.query == "near"
    assert typed(before, keys).query == query


@pytest.mark.parametrize(
    ("width", "keys"),
    [
        (100, "q quit  r renew  s sort (status)  j k move  / filter  o page"),
        (60, "q quit  r renew  s sort (status)  j k move  / filter  o page"),
        (59, "q quit  r renew  s sort  j k move  / filter  o page"),
        (40, "q quit  s sort  / filter  j k  o page"),
        (30, "q quit  s sort  / filter  j k"),
        (20, "q quit  / filter"),
        (10, "q quit"),
    ],
)
def test_the_last_line_names_as_many_keys_as_have_room(width: int, keys: str) -> None:
    assert screen(hundreds(), width=width, height=24)[-1] == keys


def test_a_long_reason_and_an_address_have_three_lines_on_a_narrow_screen() -> None:
    low = Balance(id="commission", amount=Decimal("1.50"), unit="AUD", warn_below=Decimal(5))
    main = Balance(id="balance", amount=Decimal("20.50"), unit="AUD", is_main=True)
    staging = result("dave-clicksend-staging", "1")._replace(outcome=Reading((main, low)))
    address = f"https://dashboard.clicksend.com/#/account/billing-recharge/{'x' * 20}"
    chosen = board(*(result(f"a{number}", "5") for number in range(40)), staging).moved(1)
    lines = screen(chosen, width=40, height=24)
    assert lines[-3:-1] == ["dave-clicksend-staging: commission: 1.50", "AUD, below 5"]
    assert lines[2] == "!  dave-clicksend-staging"
    assert "".join(screen(chosen.with_page(address), width=40, height=24)[-3:-1]) == address
    long = screen(chosen.with_page("words " * 40), width=40, height=24)
    assert [len(long), max(map(len, long)), long[-2][-1]] == [24, 40, "…"]
    low_screen = screen(chosen, width=30, height=6)
    assert [low_screen[-2], len(low_screen)] == ["dave-clicksend-staging: commi…", 6]


def test_of_what_is_low_alone_the_summary_counts_no_other_and_all_are_asked() -> None:
    shown = hundreds()._replace(only_low=True)
    lines = screen(shown)
    assert lines[0].startswith("1 low of 200, next in")
    assert [line.split()[1] for line in lines[4:-2]] == ["nearly"]
    assert len(shown.due(shown.next_at)) == 200
    assert screen(shown._replace(query="zz"))[0].startswith("0 low of 200 with `zz`")


def test_a_filter_finds_tags_too() -> None:
    rows = tuple(row._replace(tags=("Team-A",) if row.account == "nearly" else ()) for row in hundreds().rows)
    assert [row.account for row in hundreds()._replace(rows=rows, query="team").matching] == ["nearly"]


def test_a_filter_that_nothing_matches_leaves_nothing_to_choose() -> None:
    shown = hundreds()._replace(query="zz").moved(1)
    assert screen(shown)[0].startswith("no account of 200 with `zz`")


def test_ages_stand_beside_the_rows_and_the_next_check_above_them() -> None:
    lines = screen(board(result("a", "5"), result("b", "6", warn_below=10)), width=40, now=NOW + 18, age=18)
    assert lines == [
        "1 ok, 1 low, next in 4 min",
        "",
        "   Account        Balance  Unit     Age",
        "────────────────────────────────────────",
        "✓  a                    5  credits  18 s",
        "!  b                    6  credits  18 s",
        "   low, below 10",
        "",
        "q quit  s sort  / filter  j k  o page",
    ]


def test_on_a_low_screen_accounts_come_before_blank_lines_and_headings() -> None:
    assert screen(board(result("a", "5")), width=30, height=6) == [
        "1 ok, next in 5 min",
        "   Account  Balance  Unit",
        "────────────────────────────",
        "✓  a              5  credits",
        "q quit  s sort  / filter  j k",
    ]
    many = board(*(result(f"a{number}", "5") for number in range(9)))
    assert [line.split()[:2] for line in screen(many, width=30, height=6)[1:-1]] == [
        ["✓", "a0"], ["✓", "a1"], ["✓", "a2"], ["and", "6"],
    ]  # fmt: skip


def test_it_is_refused_without_a_terminal_and_for_shorter_times(credcheck: Program) -> None:
    run = credcheck("watch")
    assert (run.status, run.err) == (
        2,
        "credcheck: watch needs a terminal; for cron there is `credcheck all --quiet`, see `credcheck help cron`\n",
    )
    run = credcheck("watch", "--every", "29s")
    assert run.status == 2
    assert "--every must be at least 30s" in run.err


@pytest.fixture
def falling() -> Iterator[Playback]:
    """A server whose balance falls with every request, and that asks to wait below `/limited`."""
    count = itertools.count(1000, -1)

    def answer(target: str) -> Answer:
        if target.startswith("/limited"):
            return Answer(status=429, headers={"Retry-After": "95"})
        return Answer(json.dumps({"credits_remaining": next(count)}))

    with playing(answer) as playback:
        yield playback


@pytest.fixture
def thirty(credcheck: Program, falling: Playback) -> Program:
    """The program with thirty accounts: one host is dead, one provider asks to wait."""
    urls = dict.fromkeys(range(30), falling.url) | {3: "http://127.0.0.1:9", 5: f"{falling.url}/limited"}
    credcheck.configure(
        "".join(
            f'[accounts.pixelcut-{number}]\nprovider = "pixelcut"\napi_key = "k"\nbase_url = "{url}"\n'
            for number, url in urls.items()
        )
    )
    return credcheck


@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
def test_in_tmux_it_is_renewed_resized_sorted_stopped_and_left(thirty: Program, falling: Playback) -> None:
    tmux = Tmux(thirty)
    try:
        driver = thirty.home / "quickly.py"
        driver.write_text(QUICKLY)
        tmux.type(f"{sys.executable} {driver} --every 1s --timeout 2", "Enter")
        first = tmux.shows(lambda shown: "28 ok, 2 failed" in shown)
        assert re.search(r"✗  pixelcut-3 +unreachable", first)
        assert re.search(r"✗  pixelcut-5 +rate limited +waits", first)
        tmux.shows(lambda shown: len(re.findall(r"  -\d+ ", shown)) == 28)
        tmux("resize-window", "-x", "40", "-y", "24")
        narrow = tmux.shows(lambda shown: "more below" in shown and "q quit" in shown)
        assert max(map(len, narrow.splitlines())) <= 40
        tmux("resize-window", "-x", "100", "-y", "45")
        tmux.shows(lambda shown: "pixelcut-29" in shown and "Unit" in shown)
        tmux.type("s")
        tmux.shows(lambda shown: "(status)" in shown and shown.index("pixelcut-5 ") < shown.index("pixelcut-0 "))
        tmux.type("C-z")
        tmux.shows(lambda shown: "Stopped" in shown and "q quit" not in shown)
        tmux.type("fg", "Enter")
        tmux.shows(lambda shown: "q quit" in shown and "Stopped" not in shown)
        tmux.type("q")
        last = tmux.shows(lambda shown: shown.rstrip().endswith("ready>"))
        assert "q quit" not in last
        assert "Age" not in last
        assert len(re.findall("^[✓✗]  pixelcut", tmux.everything(), re.MULTILINE)) == 30
        tmux.type("echo status $?; stty -a | tr ' ' '\\n' | grep -x 'icanon;*\\|echo;*'", "Enter")
        tmux.shows(lambda shown: "status 3\n" in shown and "\nicanon\n" in shown and "\necho\n" in shown)
        assert len(falling.sent_below("/limited")) == 1, "who asks to wait is not asked again"
    finally:
        tmux("kill-server")


def test_at_a_terminal_it_is_filtered_and_the_account_under_the_cursor_has_its_reason_and_page(thirty: Program) -> None:
    with session(thirty, PROGRAM, "watch", "--sort", "name") as terminal:
        terminal.wait_for("28 ok")
        terminal.type("/ut-3")
        terminal.wait_for("/ut-3_")
        terminal.type("\r\x1b[B")
        terminal.wait_for("pixelcut-3: 127.0.0.1:9 refuses connections")
        terminal.type("o")
        terminal.wait_for("https://www.pixelcut.ai")
        terminal.type("q")
        assert terminal.process.wait(10) == 3


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of a host that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize(("key", "status"), [("\x03", 130), ("q", 0)])
def test_leaving_during_a_check_gives_the_terminal_back(credcheck: Program, silent: str, key: str, status: int) -> None:
    credcheck.configure(f'[accounts.pixelcut]\napi_key = "k"\nbase_url = "{silent}"\n')
    with session(credcheck, PROGRAM, "watch") as terminal:
        terminal.wait_for("checking")
        terminal.type(key)
        terminal.wait_for("\x1b[?25h\x1b[?1049l")
        assert terminal.process.wait(10) == status
        assert terminal.echoes


def test_a_signal_gives_the_terminal_back_and_r_says_when_it_may_renew(thirty: Program) -> None:
    with session(thirty, PROGRAM, "watch", "pixelcut-1", "pixelcut-2") as terminal:
        terminal.wait_for("next in 4 min")
        terminal.type("r")
        terminal.wait_for("next in 29 s")
        terminal.process.send_signal(signal.SIGTERM)
        terminal.wait_for("\x1b[?25h\x1b[?1049l")
        assert terminal.process.wait(10) == 128 + signal.SIGTERM
        assert termios.tcgetattr(terminal.terminal)[3] & termios.ICANON


def test_a_history_that_cannot_be_kept_is_told_on_the_screen(thirty: Program) -> None:
    (thirty.home / "history").mkdir()
    thirty.environment["CREDCHECK_HISTORY"] = str(thirty.home / "history")
    with session(thirty, PROGRAM, "watch", "pixelcut-1") as terminal:
        terminal.wait_for("no history is kept")
        terminal.type("q")


def test_a_fault_in_drawing_ends_it_in_one_message_without_a_traceback(thirty: Program) -> None:
    (thirty.home / "sitecustomize.py").write_text(
        "import sys\nsys.modules['credcheck.commands.watch.drawing'] = None\n"
    )
    screen = at_terminal(thirty, "watch", "pixelcut-1", columns=300, variables={"PYTHONPATH": str(thirty.home)})
    assert (screen.status, screen.text.count("\n")) == (70, 1)
    assert "credcheck: the installation is broken: a fault of credcheck itself: ModuleNotFoundError" in screen.text
    assert "\x1b[?1049" not in screen.raw, "the screen is taken for what can be drawn"
