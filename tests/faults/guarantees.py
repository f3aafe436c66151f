"""The guarantees that every run must keep: no key, no control character, no traceback, bounded memory."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

WINDOW = 8
MOST_MEMORY = 150 * 1024
LONGEST_LINE = 260
HISTORY = ".local/"
# Control characters, and characters that hide or turn others.
ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True)
class Run:
    """The output of one run of the program, its memory, its time, and the files before and after it."""

    status: int
    out: str
    err: str
    kibibytes: int = 0
    seconds: float = 0.0
    before: Mapping[str, str] | None = None
    after: Mapping[str, str] | None = None

    @cached_property
    def results(self) -> dict[str, dict[str, Any]]:
        """The results of a run as JSON, by account."""
        document = parsed(self.out)
        return {result["account"]: result for result in document.get("results", [document])}


def parsed(text: str) -> dict[str, Any]:
    """Return the one JSON document, its numbers as they stand; NaN is none."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    document = json.loads(text, parse_float=str, parse_int=str, parse_constant=refuse)
    assert isinstance(document, dict)
    return document


def snapshot(folder: Path) -> dict[str, str]:
    """Return names, modes and contents of the files in a folder, but for the history, which each check adds to."""
    found = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*"))}
    return {name: _state(path) for name, path in found.items() if not f"{name}/".startswith(HISTORY)}


def _state(path: Path) -> str:
    found = path.lstat()
    content = path.read_bytes().hex() if path.is_file() and not path.is_symlink() else ""
    return f"{found.st_mode:o} {found.st_mtime_ns} {content}"


def traces(key: str) -> Iterator[str]:
    """Yield every run of eight characters of a key, plain, percent-encoded and base64-encoded."""
    whole = "".join(f"%{ord(character):02X}" for character in key)
    encoded = [base64.b64encode(key.encode()[skip:]).decode().rstrip("=") for skip in range(3)]
    url_safe = [form.replace("+", "-").replace("/", "_") for form in encoded]
    for form in [key, quote(key, safe=""), *encoded, *url_safe]:
        for start in range(max(1, len(form) - WINDOW + 1)):
            yield form[start : start + WINDOW]
    yield from (form[start : start + 3 * WINDOW] for form in (whole, whole.lower()) for start in range(0, len(form), 3))


def leaked(text: str, keys: Mapping[str, str]) -> dict[str, str]:
    """Return the accounts whose keys left a trace in a text, and the trace."""
    owners = _owners(tuple(keys.items()))
    windows = {text[start : start + size] for size in (WINDOW, 3 * WINDOW) for start in range(len(text) - size + 1)}
    return {owners[trace]: trace for trace in windows & owners.keys()}


@lru_cache(maxsize=2)  # stdout and stderr are searched for the same keys
def _owners(keys: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return {trace: account for account, key in keys for trace in traces(key) if len(trace) >= WINDOW}


def assert_kept(run: Run, keys: Mapping[str, str]) -> None:
    """Assert the guarantees: nothing leaks, nothing acts, nothing grows, nothing changes."""
    assert "Traceback" not in run.out + run.err
    assert not leaked(run.out, keys)
    assert not leaked(run.err, keys)
    assert not ACTING.search(run.out)
    assert not ACTING.search(run.err)
    assert run.kibibytes < MOST_MEMORY, run.kibibytes
    assert run.before == run.after
