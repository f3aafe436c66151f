"""The samples that are kept, whatever is in their way."""

import gc
import os
import sqlite3
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from credcheck.errors import HistoryError, UsageError
from credcheck.history import cached_answers, corrections, import_export, readings
from credcheck.history.recording import Recording
from credcheck.history.samples import LastReading, Owner
from credcheck.history.store import Store
from credcheck.models import ANY, Account, Balance, Failure, Reading, Result, Threshold, Thresholds
from tests.conftest import PROGRAM, Program, Run
from tests.screens import at_terminal

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def result(amount: str | None, at: datetime = NOON, *, account: str = "pixelcut", unit: str = "credits") -> Result:
    balance = Balance(id=unit, amount=None if amount is None else Decimal(amount), unit=unit, is_main=True)
    return Result(account=account, provider="pixelcut", outcome=Reading((balance,)), checked_at=at)


def kept(store: Store, number: int = 0) -> list[tuple[datetime, str]]:
    return [(at, f"{amount:f}") for at, amount, *_ in store.samples(store.series()[number].id)]


def opened(path: Path) -> Store:
    """Return the history at a time when all samples of these tests are past."""
    return Store(path, seconds=5, now=lambda: NOON + 1000 * DAY)


def last(store: Store, key: str = "key") -> LastReading | None:
    """Return the last reading of the account, if it was read with this key."""
    owner = Owner("pixelcut", "pixelcut")
    return readings.last(store.database, store.series([owner]), {owner: key}).get(owner)


def record(store: Store, *results: Result, key: str = "key") -> None:
    store.record(results, {Owner(one.account, one.provider): key for one in results})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = opened(path)
    yield store
    store.database.close()


def test_the_file_is_for_its_owner_only(path: Path) -> None:
    opened(path).record([result("1")])
    assert {each.stat().st_mode & 0o777 for each in path.parent.iterdir()} == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_amounts_keep_exactly_their_digits(store: Store) -> None:
    amounts = ["0.10", "12345678901234567890" * 5, "-3.000", "0." + "0" * 98 + "1", "0"]
    for number, amount in enumerate(amounts):
        store.record([result(amount, NOON + number * HOUR)])
    assert [amount for _, amount in kept(store)] == [f"{Decimal(amount):f}" for amount in amounts]


def test_a_run_of_equal_amounts_takes_two_rows(store: Store) -> None:
    for number, amount in enumerate(["5", "4", "4", "4", "4", "3"]):
        store.record([result(amount, NOON + number * HOUR)])
    assert kept(store) == [
        (NOON + number * HOUR, amount) for number, amount in [(0, "5"), (1, "4"), (4, "4"), (5, "3")]
    ]


def test_two_samples_in_one_moment_are_both_kept(store: Store) -> None:
    store.record([result("5")])
    store.record([result("4")])
    assert sorted(amount for _, amount in kept(store)) == ["4", "5"]


def test_a_clock_that_jumps_back_loses_nothing(store: Store) -> None:
    for hours, amount in [(0, "9"), (5, "8"), (-48, "7"), (-47, "7"), (-46, "7"), (6, "6"), (5, "8")]:
        store.record([result(amount, NOON + hours * HOUR)])
    assert [amount for _, amount in kept(store)] == ["7", "7", "9", "8", "8", "6"]
    assert store.series()[0].at == NOON + 6 * HOUR


def test_a_unit_that_changes_begins_another_series(store: Store) -> None:
    record(store, result("5", unit="credits"))
    record(store, result("4", NOON + HOUR, unit="USD"))
    assert {one.name.unit for one in store.series()} == {"credits", "USD"}
    found = last(store)
    assert found is not None
    assert [balance.unit for balance in found.balances] == ["USD"]


def test_what_was_not_read_is_not_kept(store: Store) -> None:
    failed = Result(account="x", provider="pixelcut", outcome=Failure("timeout", "late"), checked_at=NOON)
    store.record([failed])
    assert store.series() == []


def test_a_balance_without_a_limit_is_kept_as_such_and_no_older_number_stands_for_it(store: Store) -> None:
    record(store, result("5"))
    for hours, amount in enumerate([None, "4", None], start=1):
        record(store, result(amount, NOON + hours * HOUR))
        found = last(store)
        assert found is not None
        assert [balance.amount for balance in found.balances] == [amount and Decimal(amount)]
    assert [amount for _, amount in kept(store)] == ["5", "4"]


def test_samples_older_than_ninety_days_are_thinned_to_one_a_day(store: Store) -> None:
    lines = [
        f"pixelcut\tpixelcut\tcredits\tcredits\t{NOON - 200 * DAY + n * HOUR:%Y-%m-%dT%H:%M:%SZ}\t{9000 - n}\t"
        for n in range(200 * 24)
    ]
    import_export.add(store, lines, NOON)
    days = [at.date() for at, _ in kept(store) if at < NOON - 91 * DAY]
    assert len(days) == len(set(days)) == 109
    assert len([at for at, _ in kept(store) if at > NOON - 90 * DAY]) == 90 * 24 - 1
    store.record([result("2", NOON + 30 * DAY)])
    store.record([result("1", NOON + 31 * DAY)])
    days = [at.date() for at, _ in kept(store) if at < NOON - 61 * DAY]
    assert len(days) == len(set(days)) == 139


def test_an_export_can_be_imported_again_and_again(store: Store, tmp_path: Path) -> None:
    for number in range(5):
        store.record([result(str(9 - number), NOON + number * HOUR, account="odd\tname\\n\n")])
    lines = list(import_export.exported(store))
    other = opened(tmp_path / "other.db")
    assert import_export.add(other, lines, NOON + DAY) == (5, 0)
    assert import_export.add(other, lines, NOON + DAY) == (0, 5)
    assert list(import_export.exported(other)) == lines
    assert import_export.add(store, lines, NOON + DAY) == (0, 5)
    assert list(import_export.exported(store)) == lines


def test_an_import_that_is_repeated_adds_nothing_though_runs_and_old_days_were_thinned_out(store: Store) -> None:
    lines = [
        f"pixelcut\tpixelcut\tcredits\tcredits\t{NOON - n * 3 * HOUR - timedelta(microseconds=77)}\t{n // 7}\t"
        for n in range(1000)
    ]
    assert import_export.add(store, lines, NOON) == (1000, 0)
    before = kept(store)
    assert len(before) < 1000
    assert import_export.add(store, lines, NOON) == (0, 1000)
    assert kept(store) == before
    more = lines[0].replace(f"{NOON - timedelta(microseconds=77)}", f"{NOON + HOUR}")
    assert import_export.add(store, [more, *lines, more], NOON + HOUR) == (1, 1001)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("a\tb", "2 fields"),
        ("a\tp\tcredits\tcredits\tyesterday\t1\t", "moment"),
        ("a\tp\tcredits\tcredits\t2026-11-20T13:00:00\t1\t", "moment"),
        ("a\tp\tcredits\tcredits\t9999-12-31T23:59:59-23:00\t1\t", "moment"),
        (f"a\tp\tcredits\tcredits\t2026-11-20T13:00:00Z\t{'9' * 401}\t", "number"),
        ("a\tp\tcredits\tcredits\t2026-11-20T13:00:00Z\tNaN\t", "number"),
        ("a\tp\tcredits\tcredits\t2026-11-20T13:00:00Z\t1e9\t", "number"),
        ("a\tp\tcredits\tcredits\t2026-11-20T13:00:00Z\t\t", "number"),
        ("\tp\tcredits\tcredits\t2026-11-20T13:00:00Z\t1\t", "account"),
    ],
)
def test_one_malformed_line_imports_nothing_and_is_named(store: Store, line: str, problem: str) -> None:
    good = "a\tp\tcredits\tcredits\t2026-11-20T13:00:00Z\t1\t"
    with pytest.raises(UsageError, match=f"line 3: .*{problem}.*; nothing is imported"):
        import_export.add(store, [good, good.replace("20T", "19T"), line, good], NOON + timedelta(hours=1))
    assert store.series() == []


def test_what_is_forgotten_is_gone(store: Store) -> None:
    store.record([result("5"), result("6", account="other")])
    assert corrections.forget(store, "pixelcut") == 1
    assert [each.name.account for each in store.series()] == ["other"]


def test_who_opens_it_twice_keeps_its_locks(store: Store, path: Path) -> None:
    store.record([result("5")])
    opened(path).database.close()
    another = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT * FROM series').fetchall()"
    subprocess.run([sys.executable, "-c", another, path], check=True)
    # Without our lock the other program, the last to close the file, deletes the log that we write to.
    assert path.with_name("history.db-wal").exists()


@pytest.mark.parametrize("content", [b"SQLite format 3\0" + b"\1" * 5000, bytes(5000)])
def test_a_broken_file_is_moved_aside_and_never_deleted(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    recording = Recording(path, [("pixelcut", "pixelcut")], now=lambda: NOON + 1000 * DAY)
    recording.begin()
    recording.with_forecasts([result("5")])
    recording.keep([result("5")])
    assert "broken" in (recording.problem or "")
    aside = [
        each for each in path.parent.iterdir() if "broken" in each.name and each.name.endswith(tuple("0123456789"))
    ]
    assert [each.read_bytes() for each in aside] == [content]
    assert kept(opened(path)) == [(NOON, "5")]


def test_a_page_that_breaks_later_is_noticed_too(path: Path) -> None:
    store = opened(path)
    for number in range(2000):
        store.record([result(str(number), NOON + number * HOUR)])
    store.database.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\7" * (len(data) - 4096)
    path.write_bytes(data)
    recording = Recording(path, [("pixelcut", "pixelcut")], now=lambda: NOON + 1000 * DAY)
    recording.begin()
    recording.with_forecasts([result("5")])
    recording.keep([result("5")])
    assert kept(opened(path)) == [(NOON, "5")]


def test_a_damaged_text_that_no_check_meets_is_moved_aside_by_the_command_that_meets_it(five: Program) -> None:
    file = five.home / "history.db"
    five.environment["CREDCHECK_HISTORY"] = str(file)
    five("all")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE sample SET amount = CAST(x'31ff37' AS TEXT)")
        connection.commit()
    run = five("history")
    assert run.status == 5
    assert f"the history was broken and is now {file}.broken-" in run.err
    assert five("all").status in {0, 1}
    assert five("history").status == 0


def newer(path: Path) -> None:
    opened(path).database.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def foreign(path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url)")
    connection.commit()
    connection.close()


def text(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("notes that somebody needs\n")


def folder(path: Path) -> None:
    path.mkdir(parents=True)


def fifo(path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (newer, "newer"),
        (foreign, "not credcheck's"),
        (text, "nor any SQLite database: name another file"),
        (folder, "not a file"),
        (fifo, "not a file"),
    ],
)
def test_a_file_that_is_not_for_this_program_is_left_alone(path: Path, make: Callable[[Path], None], says: str) -> None:
    make(path)
    before = path.is_file() and path.read_bytes()
    with pytest.raises(HistoryError, match=says) as raised:
        opened(path)
    assert raised.value.exit_status == 2
    recording = Recording(path, [("pixelcut", "pixelcut")], now=lambda: NOON + 1000 * DAY)
    recording.begin()
    recording.keep(recording.with_forecasts([result("5")]))
    assert says in (recording.problem or "")
    assert (path.is_file() and path.read_bytes()) == before
    assert not [each for each in path.parent.iterdir() if "broken" in each.name]


def test_no_history_changes_a_result(five: Program, path: Path) -> None:
    usual = five("all", CREDCHECK_HISTORY="")
    folder(path)
    assert usual == five("all", CREDCHECK_HISTORY=str(path))
    blocked = five.home / "file"
    blocked.touch()
    assert usual == five("all", CREDCHECK_HISTORY=str(blocked / "history.db"))
    assert usual == five("all", CREDCHECK_HISTORY="/dev/full")
    holder = sqlite3.connect(five.home / "locked.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert usual == five("all", "--timeout", "1", CREDCHECK_HISTORY=str(five.home / "locked.db"))
    holder.close()


def test_it_can_be_turned_off(five: Program) -> None:
    five.configure("history = false\n" + (five.directory / "config.toml").read_text())
    assert five("all").status == 0
    assert not (five.home / ".local").exists()


def test_no_forecast_without_a_history(five: Program) -> None:
    assert '"forecast": null' in five("pixelcut", "--json", CREDCHECK_HISTORY="").out


def test_a_sample_of_each_balance_is_kept(five: Program) -> None:
    assert five("all").status == 0
    store = Store(five.home / ".local" / "state" / "credcheck" / "history.db", seconds=1)
    amounts = {each.name.account: f"{each.balance.amount:f}" for each in store.series() if each.balance}
    assert amounts == {
        "goenhance": "4207",
        "liveavatar": "1234.50",
        "fish-audio": "98.765432",
        "supertone": "1500.25",
        "pixelcut": "42",
    }


def test_many_at_once_lose_no_sample(path: Path) -> None:
    writer = (
        "import sys; from pathlib import Path\n"
        "from credcheck.history.store import Store; from tests import results\n"
        "store = Store(Path(sys.argv[1]), seconds=20)\n"
        "for n in range(20): store.record([results.result('pixelcut', f'{sys.argv[2]}.{n:02}')._replace(\n"
        "    checked_at=results.WHEN.replace(second=n))])\n"
    )
    with ThreadPoolExecutor(8) as threads:
        for done in threads.map(
            lambda n: subprocess.run([sys.executable, "-c", writer, path, str(n)], check=False), range(8)
        ):
            assert done.returncode == 0
    assert len({amount for _, amount in kept(opened(path))}) == 160


def test_a_full_disk_changes_no_result(five: Program) -> None:
    usual = five("all", CREDCHECK_HISTORY="")
    limited = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -f 2; exec "$@"', "sh", PROGRAM, "all"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=five.full_environment(),
    )
    assert Run(limited.returncode, limited.stdout, limited.stderr) == usual


def test_the_doctor_looks_at_the_history(five: Program) -> None:
    assert "history.db is not there yet" in five("doctor").out
    five("pixelcut")
    assert "history.db (0600): accounts: 1, samples: 1" in five("doctor").out
    broken = five.home / "broken.db"
    broken.write_bytes(b"SQLite format 3\0" + b"\1" * 5000)
    told = f"BAD  the history {broken} is broken: `credcheck history` moves it aside"
    assert told in five("doctor", CREDCHECK_HISTORY=str(broken)).out


def test_a_text_that_is_named_by_mistake_is_left_alone_and_that_is_said(five: Program) -> None:
    usual = five("all", CREDCHECK_HISTORY="")
    text(five.home / "docs" / "notes.txt")
    five.environment["CREDCHECK_HISTORY"] = str(five.home / "docs" / "notes.txt")
    told = f"{five.home}/docs/notes.txt is not a history, nor any SQLite database: name another file"
    assert five("all") == usual
    assert told in at_terminal(five, "all", columns=300).text
    assert f"BAD  {told}" in five("doctor").out
    run = five("history")
    assert (run.status, run.out, told in run.err) == (2, "", True)
    assert [each.read_text() for each in (five.home / "docs").iterdir()] == ["notes that somebody needs\n"]


def within_modes(program: Program, *arguments: str) -> Run:
    """Run the program without the rights by which root writes in spite of a file's mode."""
    powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    if powerless and subprocess.run([*powerless, "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs a root that can give up its rights")
    done = subprocess.run(
        [*powerless, PROGRAM, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=program.full_environment(),
    )
    return Run(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("has_log", [False, True])
def test_a_history_that_cannot_be_written_is_read_and_that_is_said(
    pixelcut: Callable[..., Program], *, has_log: bool
) -> None:
    program, now = pixelcut("42"), datetime.now(UTC)
    at = [f"{now - number * HOUR:%Y-%m-%dT%H:%M:%SZ}\t{42 + number}" for number in range(60, 0, -1)]
    lines = "".join(f"pixelcut\tpixelcut\tcredits\tcredits\t{each}\t\n" for each in at)
    folder = program.home / ".local" / "state" / "credcheck"
    program("history", "--import", "-", given=lines)
    assert not has_log or program("all").status == 0
    for each in folder.iterdir():
        each.chmod(0o400)
    folder.chmod(0o500)
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    assert len(before) == (3 if has_log else 1)
    told = f"the history {folder / 'history.db'} cannot be written: correct the rights of it and its folder, or"
    run = within_modes(program, "pixelcut", "--json")
    assert (run.status, '"state": "known"' in run.out, run.err) == (0, True, "")
    assert within_modes(program, "pixelcut", "--format", "value", "--max-age", "3h").out == "42\n"
    assert told in within_modes(program, "pixelcut", "--changes").err
    assert f"BAD  {told}" in within_modes(program, "doctor").out
    run = within_modes(program, "history", "--export")
    assert (run.status, run.out.count("pixelcut\tpixelcut"), told in run.err) == (0, 60 + has_log, True)
    assert within_modes(program, "history", "--forget", "pixelcut", "--yes").status == 5
    (folder / "history.db").chmod(0)
    assert told.replace("written", "opened") in within_modes(program, "history").err
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    folder.chmod(0o700)


@pytest.mark.parametrize("mode", [0o500, 0o000])
def test_a_history_that_cannot_be_begun_is_said(five: Program, mode: int) -> None:
    folder = five.home / "state"
    folder.mkdir()
    folder.chmod(mode)
    five.environment["CREDCHECK_HISTORY"] = str(folder / "of" / "history.db")
    told = f"the history {folder}/of/history.db cannot be begun, for {folder} cannot be written: name another file"
    assert within_modes(five, "all", "--format", "tsv").err.count("history") == 0
    assert f"BAD  {told}" in within_modes(five, "doctor").out
    run = within_modes(five, "history")
    assert (run.status, run.out, told in run.err) == (5, "", True)
    five.environment["CREDCHECK_HISTORY"] = str(five.directory / "config.toml" / "history.db")
    assert "config.toml is not a folder: name another file" in five("doctor").out
    assert five("history").status == 5


def test_a_history_that_was_moved_aside_is_named_until_it_is_deleted(five: Program) -> None:
    path = five.home / ".local" / "state" / "credcheck" / "history.db"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"SQLite format 3\0" + b"\1" * 5000)
    assert five("all", "--format", "tsv").err.count("history") == 0
    (aside,) = path.parent.glob("history.db.broken-*")
    told = f"{aside} was broken, and a new"
    assert told in five("doctor").out
    run = five("history")
    assert (run.status, "pixelcut" in run.out, told in run.err) == (0, True, True)
    aside.unlink()
    assert five("history").err == ""


@pytest.mark.parametrize(
    "change", ["UPDATE series SET last_amount = 'x'", "UPDATE series SET last_at = 9223372036854775807"]
)
def test_a_row_that_no_check_wrote_changes_no_result_and_the_next_check_mends_it(five: Program, change: str) -> None:
    usual = five("pixelcut", "--format", "tsv")
    path = five.home / ".local" / "state" / "credcheck" / "history.db"
    with sqlite3.connect(path) as connection:
        connection.execute(change)
    connection.close()
    assert five("history").status == 0
    assert five("pixelcut", "--format", "tsv", "--max-age", "1h") == usual
    run = five("history")
    assert (run.status, run.err) == (0, "")
    assert "pixelcut" in run.out


@pytest.mark.parametrize("method", ["series", "record"])
def test_no_fault_of_the_history_is_raised(path: Path, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    def fault(*_: object) -> None:
        raise TypeError("sk-secret")

    monkeypatch.setattr(Store, method, fault)
    recording = Recording(path, [("pixelcut", "pixelcut")], now=lambda: NOON + 1000 * DAY)
    recording.begin()
    assert recording.with_forecasts([result("5")])
    recording.keep([result("5")])
    assert "a fault of credcheck itself: TypeError" in (recording.problem or "")
    assert "secret" not in (recording.problem or "")


def test_recordings_leave_no_file_open(path: Path) -> None:
    counts = []
    gc.disable()
    try:
        for number in range(4):
            recording = Recording(path, [("pixelcut", "pixelcut")], now=lambda: NOON + 1000 * DAY)
            recording.begin()
            recording.with_forecasts([result("5")])
            recording.keep([result("5", NOON + number * HOUR)])
            recording.close()
            counts.append(len(os.listdir("/dev/fd")))
            gone = weakref.ref(recording)
            del recording
            assert gone() is None
    finally:
        gc.enable()
    assert counts == counts[:1] * 4


@pytest.mark.parametrize(("main", "amount"), [(None, 5), ("PLAN", 7), ("other", None)])
def test_an_answer_of_a_while_ago_has_the_main_balance_that_the_user_chose(
    main: str | None, amount: int | None
) -> None:
    usual = Balance(id="credits", amount=Decimal(5), unit="credits", is_main=True)
    last = LastReading(NOON, (usual, Balance(id="plan", amount=Decimal(7), unit="USD")))
    account = Account(name="a", provider="p", main=main, warn_below={ANY: Threshold(Decimal(6))})
    found = cached_answers.results([account], {Owner("a", "p"): last}, Thresholds(), since=NOON)
    assert [each.balance for each in found.values()] == ([] if amount is None else [amount])
    assert [each.status for each in found.values()] == {5: ["low"], 7: ["ok"], None: []}[amount]
