"""Both files of a contribution: the description of a provider and its recording, from one saved answer."""

import json
import re
from base64 import b32encode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import quote, urlencode

from credcheck.models import NOTHING, Balance, Key, Reading
from credcheck.names import could_be_key
from credcheck.providers.document import Digits, steps
from credcheck.providers.formula import PATH, Formula
from credcheck.providers.request import KEY, PLACEHOLDER
from credcheck.sanitize import echoes

HIDDEN = "hidden"
_NUMBER = r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?"
# Words that a key only begins like: `api_usage`, `tokenBalance`.
_WORDS = r"[a-z]{1,14}(?:[_-][a-z]{1,14}){0,6}|[A-Za-z][a-z]{2,14}(?:[A-Z][a-z]{2,14}){0,6}"
_MOST_ITEMS = 3  # of a list, in which numbers are looked for


class Draft(NamedTuple):
    """A provider as it is about to be written. The templates hold `{key}`, and `{NAME}` of each option."""

    name: str
    url: str
    amount: str
    unit: str
    query: Mapping[str, str] = NOTHING
    headers: Mapping[str, str] = NOTHING
    basic: str | None = None
    options: Sequence[str] = ()
    is_unit_path: bool = False
    is_text: bool = False
    each: str | None = None
    category: str | None = None
    docs_url: str | None = None


def is_secret(name: str) -> bool:
    """Tell whether a part of an address or the name of a member could be a key."""
    return could_be_key(name) and not re.fullmatch(_WORDS, name)


def numbers(document: object) -> list[tuple[str, str]]:
    """Return the path and the digits of each number of a document, also of a number given as text."""
    return [(path, value) for path, value in _leaves(document, ()) if re.fullmatch(_NUMBER, value)]


def _leaves(value: object, steps: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each text and number; of a long list, of its first items."""
    match value:
        case dict():
            for name, inner in value.items():
                step = name if re.fullmatch(PATH, name) and "." not in name else f"'{name}'"
                if re.fullmatch(PATH, step) and not is_secret(name):
                    yield from _leaves(inner, (*steps, step))
        case list():
            for index, inner in enumerate(value[:_MOST_ITEMS]):
                yield from _leaves(inner, (*steps, str(index)))
        case str():
            yield ".".join(steps), value


def harmless(
    value: object, kept: Sequence[Sequence[str]], keys: Sequence[Key], *, steps: tuple[str, ...] = ()
) -> object:
    """Return a document without any value that could be a secret, but for the values at the paths that are `kept`."""
    match value:
        case dict():
            safe = {name: HIDDEN if is_secret(name) or echoes(name, *keys) else name for name in value}
            return {safe[name]: harmless(each, kept, keys, steps=(*steps, name)) for name, each in value.items()}
        case list():
            return [harmless(each, kept, keys, steps=(*steps, str(index))) for index, each in enumerate(value)]
        case str() if echoes(value, *keys):
            return Digits("0") if isinstance(value, Digits) else HIDDEN
        case Digits():
            return value if not could_be_key(value) or _is_kept(steps, kept) else Digits("0")
        case str():
            return value if not (could_be_key(value) or "@" in value) or _is_kept(steps, kept) else HIDDEN
        case _:
            return value


def _is_kept(steps: Sequence[str], kept: Sequence[Sequence[str]]) -> bool:
    return any(
        len(path) == len(steps) and all(part in ("*", step) for part, step in zip(path, steps, strict=True))
        for path in kept
    )


def paths(formula: Formula) -> list[list[str]]:
    """Return the steps of the paths of an amount."""
    return [steps(term.path) for term in formula.terms if term.path]


def written(document: object) -> str:
    """Return a document as JSON, its numbers with the digits that they had."""
    match document:
        case dict():
            return "{" + ", ".join(f"{written(name)}: {written(value)}" for name, value in document.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, document)) + "]"
        case Digits():
            return str(document)
        case _:  # as it is where it can be read, and where not, with escapes: UTF-8 and TOML do not hold every text
            is_plain = not isinstance(document, str) or document.isprintable()
            return json.dumps(document, ensure_ascii=not is_plain).replace("\x7f", "\\u007f")


def description(draft: Draft) -> str:
    """Return the description as TOML."""
    facts = {"title": draft.name.replace("-", " ").title(), "category": draft.category, "docs_url": draft.docs_url}
    lines = [f"{name} = {_text(value)}" for name, value in facts.items() if value]
    lines += ['source = "documented"'] * bool(draft.docs_url)
    for option in draft.options:
        lines += ["", f"[options.{option}]", f"help = {_text(option.replace('_', ' '))}", "required = true"]
    lines += ["", "[request]", f"url = {_text(draft.url)}"]
    sent = {"headers": draft.headers, "query": draft.query}
    lines += [f"{name} = {_inline(members)}" for name, members in sent.items() if members]
    lines += [f"basic = {_text(draft.basic)}"] if draft.basic else []
    lines += ["", "[balance]", *([f"each = {_text(draft.each)}"] if draft.each else [])]
    lines += [f"amount = {_text(draft.amount)}"]
    lines += [f"unit_path = {_text(draft.unit)}" if draft.is_unit_path else f"unit = {_text(draft.unit)}"]
    lines += ["", "[answer]", 'format = "text"'] if draft.is_text else []
    return "\n".join(lines).lstrip() + "\n"


def recording(draft: Draft, body: str, reading: Reading) -> str:
    """Return the recording as TOML: the request as it must go out, the saved answer, and the two that all have."""
    amount = f"{reading.main.amount:f}"
    key = f"{draft.name}-recorded-{b32encode(sha256(draft.name.encode()).digest()).decode()[:6]}"
    values = {KEY: key, **dict.fromkeys(draft.options, "recorded")}
    sent = {name: _filled(text, values) for name, text in draft.headers.items()}
    if draft.basic:
        text = _filled(draft.basic, values)
        sent["Authorization"] = f"Basic {b64encode(text.encode()).decode()}"
    query = urlencode({name: _filled(text, values) for name, text in draft.query.items()})
    url = _filled(draft.url, {name: quote(value, safe="") for name, value in values.items()})
    default = {"page": draft.docs_url or "", **({} if draft.is_unit_path else {"unit": draft.unit}), "key": key}
    default |= {"method": "GET", "url": f"{url}?{query}" if query else url}
    lines = [f"{name} = {_text(value)}" for name, value in default.items()]
    lines += [f"header = {_inline(sent)}"]
    lines += [f"options = {_inline(dict.fromkeys(draft.options, 'recorded'))}"] if draft.options else []
    lines += ["", "[[exchanges]]", 'name = "a balance (a saved answer; what could be a secret is replaced)"']
    lines += [f"body = {_literal(body)}", f"balance = {_text(amount)}"]
    if draft.is_unit_path or draft.each:
        lines += [f"balances = [{', '.join(map(_balance, reading.balances))}]"]
    lines += ["", "[[exchanges]]", 'name = "401: a rejected key (form not described)"', "status = 401"]
    lines += ['error = "key_rejected"', 'says = "HTTP 401"']
    lines += ["", "[[exchanges]]", 'name = "no balance"', f"body = {_text('none' if draft.is_text else '{}')}"]
    lines += ['error = "bad_response"']
    return "\n".join(lines) + "\n"


def _balance(balance: Balance) -> str:
    return _inline({"id": balance.id, "balance": f"{balance.amount:f}", "unit": balance.unit})


def _filled(template: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values[found[1]], template)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _literal(value: str) -> str:
    quotes = "'''" if "'" in value else "'"
    is_plain = value.isprintable() and "'''" not in value and not value.endswith("'")
    return f"{quotes}{value}{quotes}" if is_plain else _text(value)


def _inline(members: Mapping[str, str]) -> str:
    keyed = (
        f"{name if re.fullmatch(r'[A-Za-z0-9_-]+', name) else _text(name)} = {_text(value)}"
        for name, value in members.items()
    )
    return "{ " + ", ".join(keyed) + " }"
