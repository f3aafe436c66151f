"""An answer's document: decoded strictly, its numbers kept as digits, and the value at a path in it."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, NoReturn

from credcheck.errors import BadResponse, Blocked, CheckError, NotADocument
from credcheck.names import could_be_key

LONGEST_NUMBER = 100
_BEGINS_A_PAGE = rb"<(?:!doctype html|!--|(?:html|head|body|title|meta|link|script|style|center|h[1-6]|div|p|pre)\b)"
A_PAGE_CAME = "a web page (to sign in?) came in place of the answer"
# A pattern may take time that grows with the square of a text, and few answers in words are longer.
_LONGEST_MATCHED = 4000
_LONGEST_QUOTED = 20
_OF_PATTERN = "in a pattern `.*` stands for the rest, and `(?s)` at its beginning lets it run over lines"
_SMALLEST_ADJUSTED, _LARGEST_ADJUSTED = -40, 100
_DECIMAL_TEXT = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
# No group follows a 0: `0,001` has a decimal comma.
_GROUPED_TEXT = r"[+-]?(?:[0-9]{1,3}|[1-9][0-9]{0,2}(?:,[0-9]{3})*)(?:\.[0-9]*)?"


class Digits(str):
    """The digits of a JSON number as they stand in the document: text that is a number, unlike a JSON text."""

    __slots__ = ()


# Long lists repeat their numbers: one object for each takes an eighth of the time, and less memory.
_digits = lru_cache(maxsize=1024)(Digits)


class _Missing:
    """The value at a path that leads nowhere, which is not null."""


MISSING: Final = _Missing()


class Pages(tuple[object, ...]):
    """The documents of an answer in several pages: a list has its items of all pages, other values are the first's."""

    __slots__ = ()


def decode(body: bytes) -> object:
    """Return the JSON document in `body`, each number as Digits.

    Raises Blocked for a web page, NotADocument for anything else, BadResponse for two members of one name.
    """
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            parse_float=_digits,
            parse_int=_digits,
            parse_constant=_refuse,
            object_pairs_hook=_members,
        )
    except (ValueError, RecursionError):
        raise _not_a_document(body, "JSON") from None


def decode_text(body: bytes, pattern: str | None = None) -> object:
    """Return a plain text answer as a document with the member `text`; raises Blocked or NotADocument.

    Each named group of a pattern that matches the whole text is a further member. XML is text for a pattern alone.
    """
    try:
        text = body.decode("utf-8-sig").strip()
    except ValueError:
        text = ""
    if not text or is_page(body) or (text.startswith("<") and not pattern):
        raise _not_a_document(body, "text")
    return {"text": text, **_groups(text, pattern)}


def _groups(text: str, pattern: str | None) -> dict[str, str]:
    """Return the named groups that take part in the match of a whole text."""
    matched = re.fullmatch(pattern, text) if pattern and len(text) <= _LONGEST_MATCHED else None
    found = matched.groupdict() if matched else {}
    return {name: part for name, part in found.items() if part is not None}


def unmatched(document: object, pattern: str | None) -> BadResponse | None:
    """Return the error of a plain text answer that its pattern does not match; None for any other document."""
    if pattern is None or not isinstance(document, dict) or document.keys() != {"text"}:
        return None
    if len(str(document["text"])) > _LONGEST_MATCHED:
        return BadResponse(f"the answer has more than {_LONGEST_MATCHED} characters, too many for a pattern")
    return BadResponse("the pattern does not match the whole answer", advice=_OF_PATTERN)


def is_markup(body: bytes) -> bool:
    """Tell whether a body is a web page or XML."""
    return _start(body).startswith(b"<")


def decode_failure(body: bytes) -> object:
    """Return the document of a failure: JSON, or a bare text as the one member `text`; MISSING for anything else."""
    try:
        return decode(body)
    except (BadResponse, Blocked):
        text = body.decode("utf-8", "replace").strip()
        return {"text": text} if text and not is_markup(body) else MISSING


def is_page(body: bytes) -> bool:
    """Tell whether a body is a web page, which may begin in the middle of one; XML is an answer of another format."""
    start = _start(body).lower()
    return re.match(_BEGINS_A_PAGE, start) is not None or (start.startswith(b"<") and b"<html" in start)


def find(document: object, path: str) -> object:
    """Return the value at a dotted path such as `detail.0.msg`, or MISSING; the path `.` is the whole document.

    A step in quotes may hold spaces and dots: `stats.'requests total'.used`.
    """
    if isinstance(document, Pages):
        return find(document[0], path)
    if path == ".":
        return document
    for step in steps(path):
        if isinstance(document, Mapping) and step in document:
            document = document[step]
        elif isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        else:
            return MISSING
    return document


def steps(path: str) -> list[str]:
    """Return the steps of a path, without quotes."""
    return path.split(".") if "'" not in path else [step.strip("'") for step in re.findall(r"'[^']*'|[^.]+", path)]


def find_all(document: object, path: str) -> list[object]:
    """Return the values at a path in which `*` stands for each item of a list; MISSING for each that is not there."""
    if isinstance(document, Pages):
        return [value for page in document for value in find_all(page, path)]
    before, star, after = path.partition("*")
    found = find(document, before.removesuffix(".") or ".") if before or star else document
    if not star:
        return [found]
    if not isinstance(found, list):
        return [MISSING]
    return [value for item in found for value in (find_all(item, after[1:]) if after else [item])]


def number(value: object, path: str, *, grouped: bool = False) -> Decimal:
    """Return the number that a value is, given as a number or as the same number in text.

    Commas may stand between thousands if `grouped`. Raises BadResponse for all else: it may be anything, the key
    included, so a short text is the error's `provider_message`, which is shown only if it is harmless.
    """
    if value is MISSING:
        raise BadResponse(f"the answer has no `{path}`")
    if isinstance(value, Digits):
        found = _bounded(value)
    elif isinstance(value, str) and len(value) <= LONGEST_NUMBER and re.fullmatch(_DECIMAL_TEXT, value):
        found = Decimal(value)
    elif grouped and isinstance(value, str) and len(value) <= LONGEST_NUMBER and re.fullmatch(_GROUPED_TEXT, value):
        found = Decimal(value.replace(",", ""))
    else:
        raise _no_number(value, path)
    return unsigned_zero(found)


def _no_number(value: object, path: str) -> BadResponse:
    """Return the error of a value that is no number, with the way to read one that has further signs."""
    kind = {type(None): "null", dict: "an object, not a number", list: "a list, not a number"}.get(type(value))
    error = BadResponse(f"`{path}` in the answer is {kind or 'not a number'}")
    if isinstance(value, str) and len(value) <= _LONGEST_QUOTED and not could_be_key(value):
        error.provider_message = value
    if isinstance(value, str) and re.fullmatch(_GROUPED_TEXT, value):
        error.advice = "write grouped = true, for commas between thousands"
    elif isinstance(value, str) and any(map(str.isdigit, value)):
        error.advice = 'read the answer as text, by format = "text" and a pattern in its table `answer`'
    return error


def unsigned_zero(found: Decimal) -> Decimal:
    """Return the number; a zero has no sign."""
    return found.copy_abs() if found.is_zero() else found


def _bounded(digits: str) -> Decimal:
    # An exponent of nine digits parses at once and takes a gigabyte to write out.
    if len(digits) <= LONGEST_NUMBER:
        try:
            found = Decimal(digits)
        except InvalidOperation:
            raise BadResponse("the answer holds a number that is too large or too precise") from None
        if _SMALLEST_ADJUSTED <= found.adjusted() <= _LARGEST_ADJUSTED:
            return found
    raise BadResponse("the answer holds a number that is too large or too precise")


def _refuse(constant: str) -> NoReturn:
    raise BadResponse(f"the answer holds {constant}, which is not a number")


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise BadResponse("the answer holds two values under one name")
    return members


def _not_a_document(body: bytes, expected: str) -> CheckError:
    if is_page(body):
        return Blocked(A_PAGE_CAME)
    return NotADocument(f"the answer is not {expected}" if _start(body) else "the answer is empty")


def _start(body: bytes) -> bytes:
    return body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
