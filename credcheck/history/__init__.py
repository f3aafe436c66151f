"""Samples of balances over time, and the forecasts they allow."""

import os
from collections.abc import Mapping
from pathlib import Path

from credcheck.errors import HistoryError

FILE_VARIABLE = "CREDCHECK_HISTORY"


def location(environment: Mapping[str, str]) -> Path | None:
    """Return the path of the history; None if the user wants none, or has no home folder."""
    named = environment.get(FILE_VARIABLE)
    if named is None:
        return default_location()
    try:
        return Path(named).expanduser().absolute() if named else None
    except (RuntimeError, OSError):
        return None


def absence(environment: Mapping[str, str], *, is_wanted: bool) -> str:
    """Return why there is no history; `is_wanted` is the setting `history`."""
    named = environment.get(FILE_VARIABLE)
    if not is_wanted or named == "":
        return f"it is turned off ({FILE_VARIABLE + ' is empty' if is_wanted else '`history = false`'})"
    if named:
        return f"{FILE_VARIABLE} names no path that exists; set {FILE_VARIABLE}=FILE"
    return f"there is no home folder; set {FILE_VARIABLE}=FILE"


def default_location() -> Path | None:
    """Return the path of a history that no variable names; None without a home folder, which is never made."""
    import platformdirs

    try:
        path = platformdirs.user_state_path("credcheck", appauthor=False) / "history.db"
        return path if Path.home() not in path.parents or Path.home().is_dir() else None
    except (RuntimeError, OSError):
        return None


def is_begun(path: Path) -> bool:
    """Tell whether the file is there; raises HistoryError if it is not and no check can begin it."""
    if os.path.exists(path):
        return True
    folder = next(each for each in path.parents if os.path.exists(each))
    if os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK):
        return False
    problem = f"{folder} cannot be written" if os.path.isdir(folder) else f"{folder} is not a folder"
    raise HistoryError(f"the history {path} cannot be begun, for {problem}: name another file in {FILE_VARIABLE}")
