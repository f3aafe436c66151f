"""Read a provider's answer: JSON in, exact decimals out, and nothing believed that is not there."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from credcheck.errors import BadResponse

_LONGEST_NUMBER = 100
_SMALLEST_ADJUSTED, _LARGEST_ADJUSTED = -40, 100
# What LiveAvatar documents, without its cubic time and without digits other than ASCII's.
_DECIMAL_TEXT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_ABSENT = object()


def decode(body: bytes) -> object:
    """Return the JSON document in `body`, whose numbers `find`, `member` and `amount` return as exact Decimals.

    Raises BadResponse for anything else, and for two members of one name.
    """
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            parse_float=str.encode,  # few of a document's numbers are ever asked for
            parse_constant=_refuse,
            object_pairs_hook=_members,
        )
    except (ValueError, RecursionError):
        raise BadResponse(_why_not_json(body)) from None


def find(answer: object, path: str) -> object:
    """Return the value at a dotted path such as `detail.0.msg`, or None where there is none."""
    value = _at(answer, path)
    return None if value is _ABSENT else value


def member(answer: object, *paths: str) -> object:
    """Return the value at the first of these dotted paths that is there; raises BadResponse where none is."""
    for path in paths:
        value = _at(answer, path)
        if value is not _ABSENT:
            return value
    raise BadResponse(f"the answer has no `{paths[0]}`")


def amount(answer: object, *paths: str) -> Decimal:
    """Return the number at the first of these dotted paths, given as a number or as the same number in text.

    Raises BadResponse for all else, and does not quote it: it may be anything, the key included.
    """
    value = member(answer, *paths)
    if isinstance(value, str) and len(value) <= _LONGEST_NUMBER and _DECIMAL_TEXT.fullmatch(value):
        value = Decimal(value)
    if not isinstance(value, Decimal):
        what = "null" if value is None else "not a number"
        raise BadResponse(f"`{paths[0]}` in the answer is {what}")
    return value or abs(value)


def _at(answer: object, path: str) -> object:
    for step in path.split("."):
        if isinstance(answer, Mapping) and step in answer:
            answer = answer[step]
        elif isinstance(answer, list) and step.isdecimal() and int(step) < len(answer):
            answer = answer[int(step)]
        else:
            return _ABSENT
    if isinstance(answer, int) and not isinstance(answer, bool):
        return _bounded(str(answer))
    return _bounded(answer.decode()) if isinstance(answer, bytes) else answer


def _bounded(digits: str) -> Decimal:
    # An exponent of nine digits parses at once and takes a gigabyte to write out.
    if len(digits) <= _LONGEST_NUMBER:
        try:
            number = Decimal(digits)
        except InvalidOperation:
            raise BadResponse("the answer holds a number beyond reason") from None
        if _SMALLEST_ADJUSTED <= number.adjusted() <= _LARGEST_ADJUSTED:
            return number
    raise BadResponse("the answer holds a number beyond reason")


def _refuse(constant: str) -> NoReturn:
    raise BadResponse(f"the answer holds {constant}, which is not a number")


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise BadResponse("the answer holds two values under one name")
    return members


def _why_not_json(body: bytes) -> str:
    start = body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        return "the answer is empty"
    if start.startswith(b"<"):
        return "the answer is a web page, not JSON (a sign-in page?)"
    return "the answer is not JSON"
