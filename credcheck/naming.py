"""Names as people type them."""

import re
from collections.abc import Iterable

ALL = "all"


def fold(name: str) -> str:
    """Return what `PixelCut`, `pixel-cut` and `pixel_cut` have in common."""
    return re.sub(r"[-_. ]", "", name).casefold()


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the question that names the nearest of the known names, or nothing where none is near."""
    from difflib import get_close_matches

    by_fold = {fold(each): each for each in known}
    near = get_close_matches(fold(name), by_fold, n=1, cutoff=0.6)
    return f"; did you mean `{by_fold[near[0]]}`?" if near else ""
