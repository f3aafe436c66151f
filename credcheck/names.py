"""Names as people type them, and words in a name's place that could be a key."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

ALL = "all"
# What providers are for.
Category = Literal[
    "llm",
    "media",
    "voice",
    "search",
    "scraping",
    "messaging",
    "cloud",
    "data",
    "captcha",
    "documents",
    "shipping",
    "other",
]
# Each is a module of `commands`, in the order of the help. A mistyped one is taken for an account: these are among the
# names that it may have meant.
COMMANDS = (
    "login",
    "logout",
    "accounts",
    "watch",
    "history",
    "open",
    "providers",
    "config",
    "doctor",
    "demo",
    "monitoring",
    "schema",
    "completions",
    "help",
    "version",
    "check",
)

HIDDEN = "***"
# In lower case; a hyphen or an underscore follows the kind, and more characters than these in a key.
_KINDS = (
    *("sk", "pk", "rk", "ak", "api", "key", "pat", "token", "secret", "bearer", "gho", "ghp", "ghr", "ghs", "ghu"),
    *("glpat", "github_pat", "xai", "gsk", "nvapi", "pplx", "hf", "r8"),
    *(f"xox{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),
)
_KEY_BEGINNINGS = (*(f"{kind}{mark}" for kind in _KINDS for mark in "-_"), "aiza", "akia", "eyj")
_SHORTEST_REST = 4
_SEPARATORS = str.maketrans("-_.", "   ")
_NO_SEPARATORS = str.maketrans("", "", "-_. ")
_BREAKS = str.maketrans(dict.fromkeys("=:,/+@[]{}<>;|&?*", " "))
_LONGEST_NAME = 40
_LONGEST_PART = 20
_LONGEST_NUMBER = 8
_SHORTEST_MIXED = 12
_MOST_CHANGES = 3
_SHORTEST_BEGINNING = 3


@lru_cache(maxsize=1024)
def fold(name: str) -> str:
    """Return the same text for `PixelCut`, `pixel-cut` and `pixel_cut`."""
    return name.translate(_NO_SEPARATORS).casefold()


def match(word: str, candidates: Iterable[str]) -> str | None:
    """Return the known name that equals a word, else the first that differs only in case and separators."""
    names = list(candidates)
    if word in names:
        return word
    return next((name for name in names if fold(name) == fold(word)), None)


def is_pattern(word: str) -> bool:
    """Tell whether a word is a pattern of names, such as `alice-*`."""
    return not {"*", "?", "["}.isdisjoint(word)


def can_be_account(name: str) -> bool:
    """Tell whether an account of this name could be asked for on the command line."""
    return name not in {"", ALL, *COMMANDS} and not any("\ud800" <= character <= "\udfff" for character in name)


def taken_by(name: str) -> str:
    """Return the reason why no account can have a name."""
    return "a command" if name in {ALL, *COMMANDS} else "empty" if not name else "not text"


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """Return a question with the nearest of the known names, or an empty text if none is near.

    Those that begin with the name come first.
    """
    from difflib import get_close_matches

    by_fold = {fold(each): each for each in candidates}
    begun = [each for each in by_fold if each.startswith(fold(name)) and len(fold(name)) >= _SHORTEST_BEGINNING]
    near = get_close_matches(fold(name), begun or by_fold, n=1, cutoff=0.0 if begun else 0.6)
    return f"; did you mean `{by_fold[near[0]]}`?" if near else ""


def could_be_key(word: str) -> bool:
    """Tell whether a word has the shape of a key rather than of a name; in doubt, it has.

    It is long, begins as keys do (`sk_`), or mixes letters and digits or upper and lower case as no name does.
    """
    word = word.lstrip("-")
    return len(word) > _LONGEST_NAME or any(map(_is_key_shaped, [word, *word.translate(_BREAKS).split()]))


def _is_key_shaped(word: str) -> bool:
    begins_as_key = word[:-_SHORTEST_REST].casefold().startswith(_KEY_BEGINNINGS)
    if begins_as_key or any(len(part) > _LONGEST_PART for part in word.translate(_SEPARATORS).split(" ")):
        return True
    if word.islower() and not any(map(str.isdigit, word)):
        return False  # an ordinary name, of which each run of the program has some
    if re.search(rf"[0-9]{{{_LONGEST_NUMBER}}}", word):
        return True
    changes = re.findall(r"[A-Za-z](?=[0-9])|[0-9](?=[A-Za-z])|[a-z](?=[A-Z])", word)
    return len(word) >= _SHORTEST_MIXED and len(changes) > _MOST_CHANGES


def hidden_if_key(word: str) -> str:
    """Return a word, or `***` for one that could be a key."""
    return HIDDEN if could_be_key(word) else word


def without_keys(text: str) -> str:
    """Return a message with each word hidden that could be a key."""
    return re.sub(r"[^\s'\"`()]+", lambda word: hidden_if_key(word[0]), text)
