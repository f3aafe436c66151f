"""Samples of balances over time, and the forecasts they allow."""

from collections.abc import Mapping
from pathlib import Path

FILE_VARIABLE = "CREDCHECK_HISTORY"


def location(environment: Mapping[str, str]) -> Path | None:
    """Return the path of the history; None if the user wants none, or has no home folder."""
    asked = environment.get(FILE_VARIABLE)
    if asked == "":
        return None
    import platformdirs

    try:
        if asked:
            return Path(asked).expanduser().absolute()
        return platformdirs.user_state_path("credcheck", appauthor=False) / "history.db"
    except (RuntimeError, OSError):
        return None
