"""Describe a new provider from a saved answer, with questions at a terminal."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, get_args
from urllib.parse import parse_qsl

from credcheck.check import outcome
from credcheck.commands.providers import contribution, key_place
from credcheck.commands.providers.catalogue import as_own
from credcheck.commands.providers.check import saved_answer
from credcheck.commands.providers.contribution import Draft, is_secret
from credcheck.errors import CheckError, UsageError
from credcheck.models import NOTHING, Balance, Key, Response
from credcheck.names import Category, could_be_key
from credcheck.providers import registry, schema
from credcheck.providers.document import decode, decode_text, steps
from credcheck.providers.provider import Provider
from credcheck.providers.registry import Registry
from credcheck.providers.request import KEY, PLACEHOLDER
from credcheck.system import files, streams, terminal

_HEADER = "Authorization: Bearer {key}"
_UNIT = "credits"
_PASTE = "Paste the table into config.toml: `credcheck config edit`."


class Choices(NamedTuple):
    """The answers to the questions, as the command line gives them; None asks, or takes the default."""

    url: str | None = None
    key_in: str | None = None
    amount: str | None = None
    unit: str | None = None
    category: str | None = None
    docs_url: str | None = None


class Written(NamedTuple):
    """The texts for stdout and for stderr."""

    text: str
    notes: str


def new(
    name: str, all_providers: Registry, *, answer: str, choices: Choices, keys: Callable[[], Sequence[Key]]
) -> Written:
    """Write the description and the recording of a provider in a checkout, or return its table for config.toml.

    Nothing of the answer that could be a key is written. Raises UsageError, and ConfigError for what cannot be
    described so.
    """
    if (found := all_providers.find(name)) is not None:
        raise UsageError(f"{found} is there already: `credcheck providers {found}` shows it")
    registry.checked_name(name, "new")
    checkout, secrets = _checkout(Path.cwd()), keys()
    document, is_text = _document(saved_answer(answer))
    ask = _asking if answer != "-" and streams.is_terminal(0) else _default
    draft = _draft(name, document, choices, ask, is_text=is_text, is_sent_in=checkout is not None)
    text = contribution.description(draft)
    provider = schema.provider(name, tomllib.loads(text, parse_float=Decimal), place=f"{name}: ", built_in=True)
    main = _main(provider, document, secrets)
    if checkout is None:
        return Written(as_own(name, text), _written(main, key_place.remark(draft.basic) + _PASTE))
    kept = [path for formula in provider.balances[0].amounts for path in contribution.paths(formula)]
    kept += [steps(draft.unit)] if draft.is_unit_path else []
    safe = contribution.harmless(document, kept, secrets)
    body = safe["text"] if is_text and isinstance(safe, dict) else contribution.written(safe)
    described = {
        checkout / "credcheck/providers/builtin" / f"{name}.toml": text,
        checkout / "tests/recorded" / f"{name}.toml": contribution.recording(draft, body, main),
    }
    return Written(_stored(described), _written(main, key_place.remark(draft.basic) + _still_to_do(draft)))


Ask = Callable[[str, str | None, str], str]


def _asking(question: str, default: str | None, option: str) -> str:
    """Return the typed line; raises UsageError at the end of the input, or for an empty line if one is needed."""
    try:
        typed = terminal.read_line(f"{question}{f' [{default}]' if default else ''}: ", seen=True).strip()
    except EOFError:
        typed = ""
    return typed or _default(question, default, option)


def _default(question: str, default: str | None, option: str) -> str:
    if default is None:
        raise UsageError(f"{question}: say so with {option}; nothing is written")
    return default


def _document(response: Response) -> tuple[object, bool]:
    """Return the document of a success, and whether it is a bare text; raises UsageError."""
    if not 200 <= response.status < 300:
        raise UsageError(f"the saved answer is HTTP {response.status}: save one with a key that works, by `curl -si`")
    try:
        document = decode(response.body)
    except CheckError:
        document = None
    if isinstance(document, dict | list):
        return document, False
    try:
        return decode_text(response.body), True
    except CheckError as problem:
        raise UsageError(f"--answer: {problem.message}") from None


def _draft(name: str, document: object, choices: Choices, ask: Ask, *, is_text: bool, is_sent_in: bool) -> Draft:
    url = choices.url or ask("The address that was asked, as `curl` had it", None, "--url")
    address, _, query = url.partition("?")
    members = {member: key_place.with_key(value, member) for member, value in parse_qsl(query, keep_blank_values=True)}
    _check_address(address, members)
    sent: Mapping[str, Any] = NOTHING
    if f"{{{KEY}}}" not in address + "".join(members.values()):
        question = "The header that holds the key, or `?NAME={key}`, or `USER:{key}` for Basic authentication"
        sent = key_place.placed(choices.key_in or ask(question, _HEADER, "--key-in"))
    amount = choices.amount or _amount(contribution.numbers(document), ask)
    folder = contribution.unit_path_near(document, amount)
    unit = choices.unit or folder or ask("Its unit, a word such as credits, or ISO 4217 for money", _UNIT, "--unit")
    category = choices.category or (
        ask(f"Its category, of {', '.join(get_args(Category))}", "other", "--category") if is_sent_in else None
    )
    docs_url = choices.docs_url or (
        ask("The page that documents the request", "", "--docs-url") if is_sent_in else None
    )
    query_members = {**members, **sent.get("query", {})}
    templates = [address, *query_members.values(), *sent.get("headers", {}).values(), sent.get("basic") or ""]
    options = dict.fromkeys(word for template in templates for word in PLACEHOLDER.findall(template) if word != KEY)
    return Draft(
        name,
        address,
        amount,
        unit,
        **{**sent, "query": query_members},
        options=tuple(options),
        is_unit_path=choices.unit is None and folder is not None,
        is_text=is_text,
        category=category,
        docs_url=docs_url or None,
    )


def _check_address(address: str, members: Mapping[str, str]) -> None:
    if any(is_secret(part) for part in [*re.split(r"[/.:@]", address), *members] if "{" not in part):
        raise UsageError("a part of the address could be a key: write {key} in its place, or {NAME} for an option")


def _amount(found: Sequence[tuple[str, str]], ask: Ask) -> str:
    """Return the path of the balance, or the formula that is typed."""
    if not found:
        raise UsageError("the answer holds no number that could be a balance")
    if ask is _default:
        return _default(f"which number is the balance, of {_listed(found)}", _only(found), "--amount")
    for place, (path, digits) in enumerate(found, 1):
        streams.tell(f"{place:>4}  {path}  {'…' if could_be_key(digits) else digits}\n")
    typed = ask(
        "Which is the balance? A number of the list, or a formula such as `total - used`", _only(found), "--amount"
    )
    is_place = typed.isdecimal() and 1 <= int(typed) <= len(found)
    return found[int(typed) - 1][0] if is_place else typed


def _only(found: Sequence[tuple[str, str]]) -> str | None:
    return found[0][0] if len(found) == 1 else None


def _listed(found: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"`{path}`" for path, _ in found[:12]) + (" …" if len(found) > 12 else "")


def _main(provider: Provider, document: object, keys: Sequence[Key]) -> Balance:
    """Return the balance that the description finds in the answer; raises UsageError if it finds none."""
    from credcheck.providers.balances import Context, read

    try:
        return outcome.without_keys(read(provider, document, Context({}, datetime.now(UTC))), provider, keys).main
    except CheckError as problem:
        raise UsageError(f"--amount {provider.balances[0].amounts[0].path}: {problem.message}") from None


def _checkout(folder: Path) -> Path | None:
    """Return the checkout of credcheck that a folder is in, or None."""
    for parent in (folder, *folder.parents):
        if (parent / "credcheck/providers/builtin").is_dir() and (parent / "tests/recorded").is_dir():
            return parent
    return None


def _stored(described: Mapping[Path, str]) -> str:
    """Write the files, neither of which may exist; return a line for each."""
    if there := next(filter(Path.exists, described), None):
        raise UsageError(f"{there} exists already; nothing is written")
    for path, text in described.items():
        files.publish(path, text)
    return "".join(f"Wrote {path}\n" for path in described)


def _written(main: Balance, what_next: str) -> str:
    return f"It reads {main.amount:f} {main.unit} in this answer: compare that with the provider's page.\n{what_next}"


def _still_to_do(draft: Draft) -> str:
    missing = [
        name for name, value in {"category": draft.category != "other", "docs_url": draft.docs_url}.items() if not value
    ]
    add = f"Add {' and '.join(missing)} to the description. " if missing else ""
    return f"{add}Put the documented refusals into the recording, then run `python -m pytest -k {draft.name}`."
