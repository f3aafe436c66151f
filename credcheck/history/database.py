"""The SQLite file of the history: opened, made, or moved aside. The only module that knows SQLite."""

import os
import re
import sqlite3
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from credcheck.errors import HistoryBroken, HistoryError, NotAHistory
from credcheck.system import files

_START = b"SQLite format 3\0"
_APPLICATION = 0x63726564  # "cred", by which `file` and other programs know whose database it is
_VERSION = 1
# Pages of the write-ahead log that are kept before they move into the file, which costs a flush to disk.
_LOG_PAGES = 200

# Moments are milliseconds since the epoch; amounts are text, for they have exactly their digits.
_SCHEMA = """
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    provider TEXT NOT NULL,
    balance TEXT NOT NULL,
    unit TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'prepaid',
    place INTEGER NOT NULL DEFAULT 0,
    resets_at INTEGER,
    expires_at INTEGER,
    last_at INTEGER,
    last_amount TEXT,
    last_total TEXT,
    in_run INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account, provider, balance, unit)
) STRICT;
CREATE TABLE sample (
    series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
    at INTEGER NOT NULL,
    amount TEXT NOT NULL,
    total TEXT,
    PRIMARY KEY (series, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE told (
    series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
    day INTEGER NOT NULL,
    at INTEGER NOT NULL,
    amount TEXT NOT NULL,
    empty_low INTEGER NOT NULL,
    empty_high INTEGER NOT NULL,
    PRIMARY KEY (series, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE status (
    channel TEXT NOT NULL,
    account TEXT NOT NULL,
    provider TEXT NOT NULL,
    status TEXT NOT NULL,
    code TEXT,
    suspected TEXT,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (channel, account, provider)
) STRICT, WITHOUT ROWID;
CREATE TABLE upkeep (thinned_until INTEGER NOT NULL) STRICT;
INSERT INTO upkeep VALUES (0);
"""

_ELSEWHERE = "correct the rights of it and its folder, or name another file in CREDCHECK_HISTORY"
_REASONS = {
    sqlite3.SQLITE_BUSY: "is locked by another program",
    sqlite3.SQLITE_LOCKED: "is locked by another program",
    sqlite3.SQLITE_READONLY: f"cannot be written: {_ELSEWHERE}",
    sqlite3.SQLITE_PERM: f"cannot be read: {_ELSEWHERE}",
    sqlite3.SQLITE_AUTH: f"cannot be read: {_ELSEWHERE}",
    sqlite3.SQLITE_CANTOPEN: f"cannot be opened: {_ELSEWHERE}",
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk fails",
    sqlite3.SQLITE_NOMEM: "takes more memory than there is",
}


class Database:
    """A connection to the file; every method raises HistoryError."""

    def __init__(self, path: Path, *, seconds: float) -> None:
        """Open the file, and make it if it is missing; wait at most so many seconds for other programs."""
        self._path = path
        self._ours = _Translation(path)
        with self._ours:
            _make_private(path)
            self._connection = _opened(path, seconds)
            if self._version() == 0:
                with files.exclusive(path.parent, seconds=seconds):
                    self._create()

    def close(self) -> None:
        """Give the file back."""
        with self._ours:
            self._connection.close()

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Return the rows of a query."""
        with self._ours:
            return self._connection.execute(sql, parameters).fetchall()

    def run(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Run a statement and return the number of rows that it changed."""
        with self._ours:
            return self._connection.execute(sql, parameters).rowcount

    def run_each(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement for each of these parameters."""
        with self._ours:
            self._connection.executemany(sql, rows)

    def insert(self, sql: str, parameters: Sequence[object]) -> int:
        """Run an insertion and return the number of the new row."""
        with self._ours:
            return self._connection.execute(sql, parameters).lastrowid or 0

    @contextmanager
    def change(self) -> Iterator[None]:
        """Make all changes of the block, or none."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            with suppress(HistoryError):  # SQLite may have undone them by itself
                self.run("ROLLBACK")
            raise

    def try_writing(self) -> None:
        """Change nothing, but raise HistoryError if that is all that can be done."""
        self.run("BEGIN IMMEDIATE")
        try:
            self.run("UPDATE upkeep SET thinned_until = thinned_until")
        finally:
            with suppress(HistoryError):  # SQLite may have undone it by itself
                self.run("ROLLBACK")

    def left_aside(self) -> list[Path]:
        """Return the broken files in whose place this one was begun, the oldest first."""
        with self._ours:
            names = sorted(os.listdir(self._path.parent))
        form = re.escape(self._path.name) + r"\.broken-[0-9T]+"
        return [self._path.with_name(name) for name in names if re.fullmatch(form, name)]

    def _version(self) -> int:
        """Return the version of the schema, 0 for a new file; raises NotAHistory for a file that is not ours."""
        application, version, tables = self._connection.execute(
            "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),"
            " (SELECT count(*) FROM sqlite_master)"
        ).fetchone()
        if tables and application != _APPLICATION:
            raise NotAHistory(f"{self._path} is not credcheck's: name another file in CREDCHECK_HISTORY")
        if version > _VERSION:
            raise NotAHistory(f"the history {self._path} is of a newer credcheck: update this one")
        return int(version)

    def _create(self) -> None:
        if self._version():
            return  # another process was quicker
        self._connection.execute("PRAGMA journal_mode = WAL")
        marks = f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {_VERSION};"
        self._connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} {marks} COMMIT;")


def set_aside(path: Path, *, seconds: float) -> Path | None:
    """Give a broken file another name, and return that; None if it is not broken any more."""
    with _Translation(path), files.exclusive(path.parent, seconds=seconds):
        if _is_sound(path, seconds):
            return None
        aside = path.with_name(f"{path.name}.broken-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
        os.rename(path, aside)
        for suffix in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                os.rename(f"{path}{suffix}", f"{aside}{suffix}")
        return aside


def _is_sound(path: Path, seconds: float) -> bool:
    try:
        connection = _connected(path, seconds)
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError as problem:
        if _is_broken(problem):
            return False
        raise


def _opened(path: Path, seconds: float) -> sqlite3.Connection:
    """Return a connection, one that only reads if the folder allows no write-ahead log and there is none."""
    try:
        return _connected(path, seconds)
    except sqlite3.OperationalError as problem:
        if _code(problem) not in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN} or _has_log(path):
            raise
        return _connected(f"{path.absolute().as_uri()}?immutable=1", seconds)


def _connected(name: Path | str, seconds: float) -> sqlite3.Connection:
    # A run opens the history in one thread and records in another, one after the other.
    connection = sqlite3.connect(
        name, uri=isinstance(name, str), timeout=seconds, isolation_level=None, check_same_thread=False
    )
    connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _has_log(path: Path) -> bool:
    """Tell whether changes stand in the write-ahead log that are not in the file yet."""
    try:
        return os.path.getsize(f"{path}-wal") > 0
    except OSError:
        return False


def _make_private(path: Path) -> None:
    """Make the file and its folders, for their owner only; raises OSError."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise NotAHistory(f"{path} is not a file: name another in CREDCHECK_HISTORY")
    except FileNotFoundError:
        missing = [folder for folder in [path.parent, *path.parent.parents] if not folder.exists()]
        for folder in reversed(missing):
            with suppress(FileExistsError):
                os.mkdir(folder, 0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _is_other(path: Path) -> bool:
    """Tell whether a file was no database before it was damaged; a power cut may leave one that is all zeros.

    Only for a file that SQLite refuses: to close one that it has open would release its locks.
    """
    with open(path, "rb") as file:
        start = file.read(len(_START))
    return start != _START and any(start)


class _Translation:
    """A block in which every error of SQLite and of the file system becomes one of ours.

    A class, for a generator takes as long as most statements.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, _kind: object, problem: BaseException | None, _traceback: object) -> None:
        """Raise HistoryError in place of a foreign error."""
        if isinstance(problem, sqlite3.Error | OSError):
            raise _translated(problem, self._path) from problem


def _translated(problem: sqlite3.Error | OSError, path: Path) -> HistoryError:
    if isinstance(problem, OSError):
        return HistoryError(f"the history {path} cannot be opened ({problem.strerror}): {_ELSEWHERE}")
    if _is_broken(problem) and _is_other(path):
        return NotAHistory(f"{path} is not a history, nor any SQLite database: name another file in CREDCHECK_HISTORY")
    if _is_broken(problem):
        return HistoryBroken(f"the history {path} is broken: the next check moves it aside and begins a new one")
    reason = _REASONS.get(_code(problem), f"cannot be used: {problem}")
    return HistoryError(f"the history {path} {reason}")


def _is_broken(problem: sqlite3.Error) -> bool:
    return _code(problem) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _code(problem: sqlite3.Error) -> int:
    """Return the primary code of an error, 0 for one without."""
    return getattr(problem, "sqlite_errorcode", 0) & 0xFF
