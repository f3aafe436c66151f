"""A damaged history: how it is recognised, how it is moved aside, and the errors of SQLite as ours."""

import os
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from credcheck.errors import HistoryBroken, HistoryError, NotAHistory
from credcheck.history import default_location
from credcheck.history.migrations import MIGRATIONS
from credcheck.system import files

_START = b"SQLite format 3\0"
# A word of our schema, and how much of a damaged file is searched for it.
_OURS, _SEARCHED = b"thinned_until", 1 << 24
_NO_CODE = 0  # of an error that Python raises for SQLite
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


class Translation:
    """A block in which every error of SQLite and of the file system becomes one of ours.

    A class, because a generator takes as long as most statements.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, _kind: object, problem: BaseException | None, _traceback: object) -> None:
        """Raise HistoryError in place of a foreign error."""
        if isinstance(problem, UnicodeDecodeError):  # SQLite's own message quotes a damaged schema
            raise _broken(self._path) from problem
        if isinstance(problem, sqlite3.Error | OSError):
            raise _translated(problem, self._path) from problem


def set_aside(path: Path, *, seconds: float) -> Path | None:
    """Give a broken file another name, and return that; None if it is not broken any more."""
    # Under the lock of the folder: two runs that meet the damage at once must not move the new file aside, too.
    with Translation(path), files.exclusive(path.parent, seconds=seconds):
        if _is_sound(path, seconds):
            return None
        aside = path.with_name(f"{path.name}.broken-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
        os.rename(path, aside)
        # Left beside a new file, SQLite would take the log for that file's own.
        for suffix in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                os.rename(f"{path}{suffix}", f"{aside}{suffix}")
        return aside


def _is_sound(path: Path, seconds: float) -> bool:
    """Tell whether SQLite finds no damage, the schema is ours, and every text can be read.

    SQLite's own check passes over a name in the schema that has changed, and over a text that is not UTF-8.
    """
    try:
        connection = sqlite3.connect(path, timeout=seconds, isolation_level=None)
        schema = _schema(connection)
        if schema != _schema(_empty()) or connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            return False
        for table in (name for name, sql in schema if sql):
            for _ in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608  a name of our schema
                pass
    except UnicodeDecodeError:
        return False
    except sqlite3.DatabaseError as problem:
        if _is_broken(problem):
            return False
        raise
    return True


def _empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(" ".join(MIGRATIONS))
    return connection


def _schema(connection: sqlite3.Connection) -> set[tuple[str, str | None]]:
    """Return the tables and indexes of a database; an index that SQLite makes by itself has no statement."""
    return set(connection.execute("SELECT name, sql FROM sqlite_master"))


def _is_other(path: Path) -> bool:
    """Tell whether a file that SQLite refuses never was a history, but another file that was named by mistake.

    A text is one, and what has neither the place, the usual ending of a database, nor our schema in it. Only for a file
    that SQLite refuses: to close one that it has open would release its locks.
    """
    with open(path, "rb") as file:
        content = file.read(_SEARCHED)
    is_ours = path == default_location() or path.suffix == ".db" or _OURS in content
    return not content.startswith(_START) and (b"\0" not in content or not is_ours) and any(content)


def _translated(problem: sqlite3.Error | OSError, path: Path) -> HistoryError:
    if isinstance(problem, OSError):
        return HistoryError(f"the history {path} cannot be opened ({problem.strerror}): {_ELSEWHERE}")
    if _is_broken(problem) and _is_other(path):
        return NotAHistory(f"{path} is not a history, nor any SQLite database: name another file in CREDCHECK_HISTORY")
    if _is_broken(problem):
        return _broken(path)
    reason = _REASONS.get(code(problem), f"cannot be used: {problem}")
    return HistoryError(f"the history {path} {reason}")


def _broken(path: Path) -> HistoryBroken:
    return HistoryBroken(f"the history {path} is broken: `credcheck history` moves it aside")


def _is_broken(problem: sqlite3.Error) -> bool:
    """Tell whether an error means that the file is damaged.

    Our statements are right, so a column that SQLite does not find is one whose name was damaged; and an error without
    a code is of a text that is not UTF-8.
    """
    return code(problem) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, _NO_CODE}


def code(problem: sqlite3.Error) -> int:
    """Return the primary code of an error."""
    return getattr(problem, "sqlite_errorcode", _NO_CODE) & 0xFF
