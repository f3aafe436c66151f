"""Names as people type them."""

import re
from collections.abc import Iterable

ALL = "all"
# For who mistypes one: the command line takes it for an account.
COMMANDS = ("accounts", "check", "completions", "config", "demo", "doctor", "login", "logout", "providers")


def fold(name: str) -> str:
    """Return what `PixelCut`, `pixel-cut` and `pixel_cut` have in common."""
    return re.sub(r"[-_. ]", "", name).casefold()


def match(word: str, known: Iterable[str]) -> str | None:
    """Return the known name that a word means: the very same, or else the first that differs in its writing only."""
    names = list(known)
    if word in names:
        return word
    return next((name for name in names if fold(name) == fold(word)), None)


def can_be_account(name: str) -> bool:
    """Tell whether an account of this name could be asked for on the command line."""
    return name not in {"", ALL} and not re.search("[\ud800-\udfff]", name)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the question that names the nearest of the known names, or nothing where none is near."""
    from difflib import get_close_matches

    by_fold = {fold(each): each for each in known}
    near = get_close_matches(fold(name), by_fold, n=1, cutoff=0.6)
    return f"; did you mean `{by_fold[near[0]]}`?" if near else ""
