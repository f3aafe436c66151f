"""Text from elsewhere, made fit for one line of a terminal, a log or a mail."""

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from credcheck.models import Key

_LONGEST_READ = 4000
_LONGEST_SHOWN = 160
_WINDOW = 8
_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f]).*?(?:\x07|\x1b\\|\x9c|$)"  # OSC and other strings
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI
    r"|\x1b[ -/]*[0-~]?",
    re.DOTALL,
)
_SPACE = re.compile(r"[\s\x85\u2028\u2029]+")
_LINE_BREAKS = str.maketrans(dict.fromkeys("\n\r\v\f\t\x1c\x1d\x1e\x85\u2028\u2029", " "))


def one_line(text: str, *, longest: int = _LONGEST_SHOWN) -> str:
    """Return `text` on one line of at most `longest` characters, without a character that acts."""
    text = _ESCAPE_SEQUENCE.sub("", text[:_LONGEST_READ]).translate(_LINE_BREAKS)
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    text = _SPACE.sub(" ", text).strip()
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def remote_line(said: object, *keys: "Key") -> str:
    """Return what a provider said on one line, or nothing if it is not a text or echoes one of the keys."""
    if not isinstance(said, str):
        return ""
    line = one_line(said)
    return "" if echoes(line, *keys) else line


def echoes(text: str, *keys: "Key") -> bool:
    """Tell whether a part of one of the keys stands in the text, plain or encoded."""
    return any(_echoes(text, key.reveal()) for key in keys)


def _echoes(text: str, secret: str) -> bool:
    """Tell whether eight successive characters of the secret stand in the text, plain or encoded.

    A shorter secret counts as a whole word only, or it would silence ordinary messages.
    """
    if len(secret) < _WINDOW:
        return secret in re.split(r"[^!-~]+", text) or secret in re.split(r"\W+", text)
    shapes = {text, unquote(text), unquote(unquote(text))}
    shapes |= set(map(_bare, shapes))
    return any(window in shape for window in _windows(secret) for shape in shapes)


def _windows(secret: str) -> Iterator[str]:
    """Yield every run of eight characters of the secret and of its base64 at each alignment, whole and bare."""
    import base64  # only what a provider says of an error is looked through for a key

    encoded = [base64.b64encode(secret.encode()[skip:]).decode() for skip in range(3)]
    for form in {secret, *encoded, *map(_bare, [secret, *encoded])}:
        for start in range(len(form) - _WINDOW + 1):
            yield form[start : start + _WINDOW]


def _bare(text: str) -> str:
    """Return the text without what could have been put between a secret's characters."""
    return re.sub(r"[^A-Za-z0-9]", "", text)
