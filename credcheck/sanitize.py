"""Text from elsewhere, made harmless: one line without control characters, and without the key."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from credcheck.models import Key

_LONGEST_READ = 4000
_LONGEST_SHOWN = 160
_WINDOW = 8
_ESCAPE_SEQUENCE = (
    r"(?s)(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f]).*?(?:\x07|\x1b\\|\x9c|$)"  # OSC and other strings
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI
    r"|\x1b[ -/]*[0-~]?"
)
# As JSON, JavaScript, Perl and Python write a character, and as dumps list bytes: `0x73, 0x6b`.
_ESCAPED_CHARACTER = (
    r"\\[ux]\{([0-9A-Fa-f]{1,6})\}|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\x([0-9A-Fa-f]{2})|%u([0-9A-Fa-f]{4})"
    r"|0[xX]([0-9A-Fa-f]{2})[\s,;]*"
)
_DECIMAL_BYTES = r"\b[0-9]{2,3}(?:[,\s]+[0-9]{2,3}\b)+"
_LINE_BREAKS = str.maketrans(dict.fromkeys("\n\r\v\f\t\x1c\x1d\x1e\x85\u2028\u2029", " "))


def one_line(text: str, *, longest: int = _LONGEST_SHOWN) -> str:
    """Return `text` on one line of at most `longest` characters, without control characters or escape sequences."""
    text = text[:_LONGEST_READ]
    if (
        not text.isprintable()
    ):  # else there is nothing to remove, and a short run is spared the expression's compilation
        text = re.sub(_ESCAPE_SEQUENCE, "", text).translate(_LINE_BREAKS)
        text = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def escaped(text: str, also: str = "") -> str:
    r"""Return `text` with backslashes, unprintable characters and those of `also` as escapes (`\x1b`).

    Different texts stay different, unlike with `one_line`.
    """
    return "".join(
        _escape(character) if character in f"\\{also}" or not character.isprintable() else character
        for character in text
    )


def _escape(character: str) -> str:
    number = ord(character)
    return rf"\x{number:02x}" if number < 0x100 else rf"\u{number:04x}" if number < 0x10000 else rf"\U{number:08x}"


def remote_line(said: object, *keys: "Key") -> str:
    """Return a provider's text on one line; an empty one if it is not text or echoes one of the keys."""
    if not isinstance(said, str):
        return ""
    line = one_line(said)
    return "" if echoes(line, *keys) else line


def echoes(text: str, *keys: "Key") -> bool:
    """Tell whether a part of one of the keys stands in the text, plain or encoded."""
    return any(_echoes(text, key.reveal()) for key in keys)


def _echoes(text: str, secret: str) -> bool:
    """Tell whether eight successive characters of the secret stand in the text, plain or encoded, in any case.

    A shorter secret counts only if no letter or digit stands beside it, or it would silence ordinary messages.
    """
    readings = {_folded(reading) for reading in _readings(text)}
    if len(secret) < _WINDOW:
        return any(_alone(secret).search(reading) for reading in readings)
    traces = _traces(secret)
    return any(
        window in traces for reading in readings for form in (reading, _bare(reading)) for window in _windows(form)
    )


@lru_cache(maxsize=8)
def _alone(secret: str) -> re.Pattern[str]:
    """Return a pattern of a short secret, or of its base64, without a letter or a digit beside it."""
    forms = [_folded(form) for form in (secret, _in_base64(secret.encode())[0]) if form]
    return re.compile("|".join(rf"(?<![^\W_]){re.escape(form)}(?![^\W_])" for form in forms) or "(?!)")


def _readings(text: str) -> set[str]:
    """Return a text as it is and as it is decoded, up to twice: per cent, HTML entities, escapes of JSON and Python."""
    from html import unescape  # only the text of an error is searched for a key

    readings = {text}
    for _ in range(2):
        readings |= {decode(reading) for reading in readings for decode in (unquote, unescape, _unescaped, _unlisted)}
    return readings


def _unescaped(text: str) -> str:
    text = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)
    return re.sub(_ESCAPED_CHARACTER, lambda found: chr(int(found[found.lastindex or 0], 16) % 0x110000), text)


def _unlisted(text: str) -> str:
    """Return a text with lists of bytes in decimal, as dumps have them, as characters: `[115, 107]`."""
    return re.sub(_DECIMAL_BYTES, lambda found: "".join(map(chr, map(int, found[0].replace(",", " ").split()))), text)


@lru_cache(maxsize=8)  # an answer may have many texts to search for one key
def _traces(secret: str) -> frozenset[str]:
    """Return each run of eight characters of the forms that a secret may have in a text."""
    from base64 import b32encode

    data = secret.encode()
    once = _in_base64(data)
    twice = [encoded for inner in once for encoded in _in_base64(inner.encode())]
    base32 = [b32encode(data[skip:]).decode() for skip in range(5)]
    folded = [_folded(form) for form in (secret, secret[::-1], data.hex(), *once, *twice, *base32)]
    return frozenset(window for form in [*folded, *map(_bare, folded)] for window in _windows(form))


def _in_base64(data: bytes) -> list[str]:
    """Return the base64 of bytes at each of its three alignments."""
    from base64 import b64encode

    return [b64encode(data[skip:]).decode().rstrip("=") for skip in range(3)]


def _windows(text: str) -> Iterator[str]:
    return (text[start : start + _WINDOW] for start in range(len(text) - _WINDOW + 1))


def _folded(text: str) -> str:
    """Return the text without differences of case, marks and Unicode compatibility (full width, ligatures)."""
    if text.isascii():
        return text.casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c)[0] != "M").casefold()


def _bare(text: str) -> str:
    """Return the text without the separators that could stand between a secret's characters."""
    return re.sub(r"[^A-Za-z0-9]", "", text)
