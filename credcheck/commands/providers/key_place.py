"""The place of the key in a request, as a person types it: a header, a query member or Basic authentication."""

import re
from typing import Any

from credcheck.errors import UsageError
from credcheck.names import could_be_key
from credcheck.providers.placeholders import WITHOUT_KEY
from credcheck.providers.request import KEY

# Names of headers, as no user of Basic authentication has one.
_NO_USER = r"(?i)authorization|x-.*|.*-(?:key|token|secret)"
_SCHEMES = frozenset({"bearer", "token", "basic", "key", "apikey", "api-key"})
_PLACES = "write `X-API-Key: {key}`, `?token={key}` or `USER:{key}`"
# Query members that hold a key whatever it looks like.
_KEY_NAMES = r"(?i)(?:.*[_-])?(?:api|access|auth)?(?:key|token|secret|password)"


def with_key(text: str, name: str = "") -> str:
    """Return a template with `{key}` in place of each word that could be a key, or of all if its name says so.

    An e-mail address is an option of the account.
    """
    if "{" not in text and re.fullmatch(_KEY_NAMES, name):
        return f"{{{KEY}}}"
    if "{" not in text and re.fullmatch(r"[^\s@]+@[^\s@]+", text):
        return "{email}"
    return re.sub(
        r"[^\s:]+", lambda word: f"{{{KEY}}}" if "{" not in word[0] and could_be_key(word[0]) else word[0], text
    )


def placed(text: str) -> dict[str, Any]:
    """Return the part of a request that holds the key; raises UsageError."""
    before, colon, after = text.partition(":")
    if text.startswith("?") and "=" in text:
        name, _, value = text[1:].partition("=")
        sent: dict[str, Any] = {"query": {name: with_key(value, name)}}
    elif _is_header(before, after):
        sent = {"headers": {before: with_key(after.strip())}}
    elif not colon or " " in before:
        raise UsageError(_no_place(with_key(text)))
    else:
        sent = {"basic": with_key(text)}
    if f"{{{KEY}}}" not in str(sent):
        raise UsageError(f"--key-in has no {{key}}: {_PLACES}; {WITHOUT_KEY}")
    return sent


def _no_place(text: str) -> str:
    """Return the problem of a text without a colon where one belongs: a header's name and value, or a value alone."""
    words = text.split()
    if len(words) != 2 or f"{{{KEY}}}" not in words[1]:
        return f"--key-in is no place for the key: {_PLACES}"
    is_scheme = words[0].casefold() in _SCHEMES
    header = f"Authorization: {text}" if is_scheme else f"{words[0]}: {words[1]}"
    return f"--key-in needs a colon after the name of the header: `{header}`"


def _is_header(before: str, after: str) -> bool:
    """Tell whether a text with a colon is a header: without a space it is a user and a password, as far as it can."""
    has_name = re.fullmatch(r"[A-Za-z0-9_-]{1,60}", before) is not None and after.strip() != ""
    return has_name and (" " in after or after[0].isspace() or re.fullmatch(_NO_USER, before) is not None)


def remarks(basic: str | None) -> list[str]:
    """Return a line for Basic authentication, which is sent where a header may be meant."""
    user, _, password = (basic or "").partition(":")
    if "{" in user or not password:
        return []
    header = f"--key-in '{user}: {password}'"
    return [f"The key is sent by Basic authentication, for the user {user}; for a header write {header}."]
