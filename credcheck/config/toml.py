"""Read a TOML file; an error names the place and never quotes the file, which may hold a key."""

import os
import re
import tomllib
from decimal import Decimal
from pathlib import Path

from credcheck.errors import ConfigError
from credcheck.names import without_keys
from credcheck.sanitize import one_line
from credcheck.system import files

FILE_LIMIT = 1024 * 1024
# The library's time is quadratic in the parts of a dotted name: minutes for a line within the size limit.
_MOST_DOTS = 128
# In place of a path, if there is no file.
NO_FILE = Path(os.devnull)
_LONGEST_SHOWN = 60
_NO_QUOTE = ": the closing quote is missing"
_BACKSLASH = ": a backslash between double quotes must be doubled; single quotes take it as it is"
_NO_NAME = ": the name of a setting is missing here"
# How the library's messages begin; it tells these mistakes apart by nothing else.
_REASONS = {
    "Cannot declare": ": this table is defined twice",
    "Cannot overwrite": ": this setting is defined twice",
    "Invalid value": ": text needs quotes",
    "Expected '=' after": ": a setting needs a = and a value",
    "Illegal character '\\n'": _NO_QUOTE,
    "Unterminated string": _NO_QUOTE,
    'Expected "\'"': _NO_QUOTE,
    "Unescaped '\\'": _BACKSLASH,
    "Invalid hex value": _BACKSLASH,
    "Expected ']'": ": the closing ] is missing",
    "Expected ']]'": ": the closing ]] is missing",
    "Unclosed array": ": a comma or the closing ] is missing",
    "Unclosed inline table": ": a comma or the closing } is missing",
    "Expected newline": ": more text follows the value; one line holds one setting",
    "Invalid statement": _NO_NAME,
    "Invalid initial character": _NO_NAME,
}


def read(path: Path, *, needed: bool) -> tuple[dict[str, object], os.stat_result | None]:
    """Return a file's settings and its `stat`; both are empty for a missing file unless it is needed.

    Raises ConfigError.
    """
    if path == NO_FILE:
        return {}, None
    try:
        data, found = files.read(path, limit=FILE_LIMIT)
    except (FileNotFoundError, NotADirectoryError) as problem:
        if not needed and not path.is_symlink():
            return {}, None
        remedy = "; `credcheck config init` writes an example" if needed else " at the end of a symbolic link"
        raise ConfigError(f"{path}: {problem.strerror}{remedy}") from None
    except OSError as problem:
        raise ConfigError(f"{path}: cannot be read: {problem.strerror}") from None
    if any(line.count(b".") > _MOST_DOTS for line in data.splitlines()):
        raise ConfigError(f"{path}: a line has more dots than any setting")
    try:
        return tomllib.loads(data.decode("utf-8-sig"), parse_float=Decimal), found
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except (ValueError, ArithmeticError, RecursionError) as problem:
        # The message may quote the line, and the line may be the key.
        place = re.search(r"\(at (line \d+, column \d+|end of document)\)$", str(problem))
        reason = next((reason for start, reason in _REASONS.items() if str(problem).startswith(start)), "")
        line = _shown_line(data.decode("utf-8-sig"), place[1]) if place else ""
        raise ConfigError(f"{path}: not valid TOML{' at ' + place[1] if place else ''}{reason}{line}") from None


def _shown_line(text: str, place: str) -> str:
    """Return the line at a place, without texts in quotes and other words that could be a key; none for a secret."""
    number = re.match(r"line (\d+)", place)
    lines = [line for line in text.splitlines() if line.strip()]
    line = text.splitlines()[int(number[1]) - 1] if number else lines[-1] if lines else ""
    name, equals, value = line.strip().partition("=")
    if re.search(r"key|secret|token|pass|auth", name, re.IGNORECASE):
        value = " …"
    shown = one_line(without_keys(name + equals + re.sub(r"""["'].*""", '"…', value)), longest=_LONGEST_SHOWN)
    return f": {shown}" if shown.strip() else ""
