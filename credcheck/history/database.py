"""The SQLite file of the history: opened, made, or moved aside. The only module that knows SQLite."""

import os
import re
import sqlite3
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from credcheck.errors import HistoryError, NotAHistory
from credcheck.history.damage import Translation, code
from credcheck.history.migrations import MIGRATIONS
from credcheck.system import files

_APPLICATION = 0x63726564  # "cred", by which `file` and other programs know whose database it is
# Pages of the write-ahead log that are kept before they move into the file, which costs a flush to disk.
_LOG_PAGES = 200

_VERSION = len(MIGRATIONS)


class Database:
    """A connection to the file; every method raises HistoryError."""

    def __init__(self, path: Path, *, seconds: float) -> None:
        """Open the file, and make it if it is missing; wait at most `seconds` for other programs."""
        self._path = path
        self._translated_errors = Translation(path)
        with self._translated_errors:
            _make_private(path)
            self._connection = _opened(path, seconds)
            if self._version() < _VERSION:
                with files.exclusive(path.parent, seconds=seconds):
                    self._migrate()

    def wait_at_most(self, seconds: float) -> None:
        """Wait no longer than this for other programs from now on."""
        self.run(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    def close(self) -> None:
        """Give the file back."""
        with self._translated_errors:
            self._connection.close()

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Return the rows of a query."""
        with self._translated_errors:
            return self._connection.execute(sql, parameters).fetchall()

    def run(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Run a statement and return the number of rows that it changed."""
        with self._translated_errors:
            return self._connection.execute(sql, parameters).rowcount

    def run_each(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement for each of these parameters."""
        with self._translated_errors:
            self._connection.executemany(sql, rows)

    def insert(self, sql: str, parameters: Sequence[object]) -> int:
        """Run an insertion and return the number of the new row."""
        with self._translated_errors:
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
        with self._translated_errors:
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

    def _migrate(self) -> None:
        """Bring the schema to this version, all steps or none; another process may have been quicker."""
        version = self._version()
        if version == 0:
            self._connection.execute("PRAGMA journal_mode = WAL")
        if version < _VERSION:
            steps = " ".join(MIGRATIONS[version:])
            marks = f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {_VERSION};"
            self._connection.executescript(f"BEGIN IMMEDIATE; {steps} {marks} COMMIT;")


def _opened(path: Path, seconds: float) -> sqlite3.Connection:
    """Return a connection, one that only reads if the folder allows no write-ahead log and there is none."""
    try:
        return _connected(path, seconds)
    except sqlite3.OperationalError as problem:
        if code(problem) not in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN} or _has_log(path):
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
