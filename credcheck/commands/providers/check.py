"""Validate a provider's description, and read a saved answer as a check would read it."""

import os
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from credcheck.check import local_answers, outcome, remedies
from credcheck.commands.providers import catalogue, warnings, wrong_paths
from credcheck.config import toml
from credcheck.errors import BadResponse, CheckError, ConfigError, ExitStatus, UsageError
from credcheck.models import Account, Balance, Detail, Key, Reading, Response
from credcheck.names import hidden_if_key, without_keys
from credcheck.providers import registry, schema
from credcheck.providers.balances import Context
from credcheck.providers.document import MISSING, unmatched
from credcheck.providers.provider import Provider
from credcheck.providers.registry import BUILT_IN, Registry
from credcheck.render import notes
from credcheck.sanitize import one_line
from credcheck.system import files

_LONGEST_TEXT = 160
_ANSWER_LIMIT = 1024 * 1024
_HEAD = re.compile(rb"HTTP/[0-9.]+ ([0-9]{3})[^\n]*\n(?:[^\r\n][^\n]*\n)*\r?\n")


class Report(NamedTuple):
    """The text to print, and the exit status."""

    text: str
    status: int = ExitStatus.OK


def tried(word: str, all_providers: Registry, *, answer: str | None, keys: Callable[[], Sequence[Key]]) -> Report:
    """Return a report on the descriptions that a word means, and the balances that they read in a saved answer.

    The report is often shown to others: none of the `keys`, and no word of an answer that could be one, is in it.
    The word is a file, of one description or with `[providers.NAME]` tables, or a provider's name. Raises ConfigError
    for a description or a file that cannot be used, and UsageError.
    """
    found = _described(word, all_providers)
    valid = "".join(_valid(each, all_providers) for each in found)
    if answer is None:
        return Report(valid + "".join(_missing(each) + _warnings(each) for each in found))
    if len(found) != 1:
        raise UsageError(f"--answer is read by one description; {word} holds {len(found)}")
    read = _read(found[0], saved_answer(answer), keys())
    return Report(valid + read.text, read.status)


def _valid(provider: Provider, all_providers: Registry) -> str:
    taken = [] if provider.name in BUILT_IN.names() else all_providers.taken_variables(provider)
    lines = [f"valid, {_asks(provider)}", *(f"warning: {line}" for line in taken)]
    return "".join(f"{provider.name}: {line}\n" for line in lines)


def _described(word: str, all_providers: Registry) -> Sequence[Provider]:
    path = Path(os.path.expanduser(word))
    is_file = path.suffix == ".toml" or "/" in word or path.is_file()
    if not is_file:
        name = all_providers.find(word)
        if name is None:
            raise catalogue.unknown(word, all_providers)
        return [all_providers.load(name)]
    if not os.path.lexists(path):
        raise ConfigError(f"{path}: No such file or directory; `credcheck providers new` writes a description")
    table, _ = toml.read(path, needed=True)
    if "providers" in table:
        return list(registry.from_table(table["providers"], f"{path}: providers").own.values())
    if not table.keys() & {"request", "balance", "command", "file"}:
        raise ConfigError(f"{path}: describes no provider: it has neither [providers.NAME] nor [request]")
    name = registry.checked_name(path.stem, str(path))
    return [schema.provider(name, table, place=f"{path}: ", built_in=True)]


def _asks(provider: Provider) -> str:
    if provider.command:
        return f"runs `{hidden_if_key(provider.command.run[0])}`"
    return f"reads {provider.file.path}" if provider.file else f"asks with {_request(provider)}"


def _request(provider: Provider) -> str:
    """Return how a description asks; a part of the user's own that could be a key in the wrong place is hidden."""
    template = provider.request
    shown = str if provider.name in BUILT_IN.names() else hidden_if_key
    places = ["a query"] * bool(template.query)
    places += [f"the header {shown(name)}" for name in template.headers] + ["Basic authentication"] * (
        template.basic is not None
    )
    places += [f"a body ({kind})" for kind in ("json", "form", "body") if getattr(template, kind) is not None]
    return f"{template.method} {'/'.join(map(shown, template.url.split('/')))}" + (
        f" and {', '.join(places)}" if places else ""
    )


def _missing(provider: Provider) -> str:
    """Name the facts that a provider would need to be built in."""
    facts = {
        "title": provider.title != provider.name,
        "category": provider.category != "other",
        "docs_url": provider.docs_url is not None,
        "source": provider.source is not None,
    }
    missing_facts = [name for name, is_there in facts.items() if not is_there]
    is_new = provider.name not in BUILT_IN.names()
    return f"{provider.name}: to send it in, add {_listed(missing_facts)}\n" if missing_facts and is_new else ""


def _warnings(provider: Provider) -> str:
    return "".join(f"{provider.name}: {line}\n" for line in warnings.without_answer(provider))


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def saved_answer(path: str) -> Response:
    """Return a saved answer: a body, or head and body as `curl -i` saves them."""
    status, body = 200, _bytes(path)
    while head := _HEAD.match(body):
        status, body = int(head[1]), body[head.end() :]
    return Response(status, body)


def _bytes(path: str) -> bytes:
    try:
        file = Path("/dev/stdin") if path == "-" else Path(os.path.expanduser(path))
        return files.read(file, limit=_ANSWER_LIMIT)[0]
    except OSError as problem:
        raise UsageError(f"--answer {one_line(files.shown(path))}: cannot be read: {problem.strerror}") from None


def _read(provider: Provider, response: Response, keys: Sequence[Key]) -> Report:
    document: object = MISSING
    try:
        if provider.command:
            response = response._replace(body=local_answers.picked(provider.command, response.body))
        document = outcome.document(provider, response)
        reading = outcome.reading(provider, [document], Context({}, datetime.now(UTC)))
        reading = outcome.without_keys(reading, provider, keys)
    except CheckError as problem:
        return _failed(problem, provider, document, keys)
    is_low = reading.main.status == "low" or reading.refuses_calls
    text = "".join(
        f"  {line}\n" for line in [*_lines(reading), *_further(provider, document), *warnings.of(provider, document)]
    )
    return Report(text, ExitStatus.LOW if is_low else ExitStatus.OK)


def _failed(problem: CheckError, provider: Provider, document: object, keys: Sequence[Key]) -> Report:
    """Return the report on an answer that a check fails on; `document` is MISSING if it has none."""
    problem = unmatched(document, provider.answer.pattern) or problem
    quoted = problem.provider_message
    problem.provider_message = _harmless(quoted) if isinstance(quoted, str) else None
    is_read = isinstance(problem, BadResponse) and document is not MISSING
    problem.hint = problem.hint or (problem.advice or "correct the description" if is_read else None)
    failure = remedies.failure(problem, Account(name=provider.name, provider=provider.name), provider, keys)
    further = [] if not is_read or problem.advice else wrong_paths.lines(provider, document)
    text = "".join(f"  {line}\n" for line in [f"{failure.code}: {failure.message}", *further])
    return Report(text, problem.exit_status)


def _further(provider: Provider, document: object) -> list[str]:
    """Return a line if the answer goes on: a saved one is read as if it had one page."""
    if provider.request.pages is None:
        return []
    from credcheck.providers.pages import next_cursor

    try:
        is_last = next_cursor(provider.request.pages, document, []) is None
    except BadResponse as problem:
        return [f"a check fails: {problem.message}"]
    return [] if is_last else ["more pages follow: a check adds them"]


def _harmless(text: str) -> str:
    return without_keys(one_line(text, longest=_LONGEST_TEXT))


def _lines(reading: Reading) -> list[str]:
    details = [f"details: {name} = {_detail(value)}" for name, value in reading.details.items()]
    return [*map(_line, reading.balances), *details]


def _detail(value: Detail) -> str:
    return _harmless(value) if isinstance(value, str) else str(value)


def _line(balance: Balance) -> str:
    amount = notes.without_amount(balance) if balance.amount is None else f"{balance.amount:f}"
    amount = amount if balance.spent is None else f"spent {balance.spent:f}"
    parts = [f"{_harmless(balance.id)}: {amount} {_harmless(balance.unit)}"]
    parts += [f"of {balance.total:f}"] if balance.total is not None else []
    parts += [f"resets at {balance.resets_at:%Y-%m-%d %H:%M} UTC"] if balance.resets_at else []
    parts += [f"expires at {balance.expires_at:%Y-%m-%d %H:%M} UTC"] if balance.expires_at else []
    low = ", low" if balance.status == "low" else ""
    return ", ".join(parts) + (f" (the main balance{low})" if balance.is_main else "")
