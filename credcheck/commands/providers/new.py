"""Describe a new provider from a saved answer, with questions at a terminal."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from credcheck.check import outcome
from credcheck.commands.providers import contribution, drafting, key_place, questions, warnings
from credcheck.commands.providers.catalogue import as_own
from credcheck.commands.providers.check import saved_answer
from credcheck.commands.providers.contribution import Draft
from credcheck.commands.providers.drafting import Choices
from credcheck.commands.providers.places import split
from credcheck.errors import CheckError, UsageError
from credcheck.models import Key, Reading, Response
from credcheck.providers import registry, schema
from credcheck.providers.document import decode, decode_text, steps
from credcheck.providers.provider import Provider
from credcheck.providers.registry import Registry
from credcheck.system import files, streams

_PASTE = "Paste the table into config.toml: `credcheck config edit`."


class Written(NamedTuple):
    """The texts for stdout and for stderr."""

    text: str
    notes: str


def new(
    name: str, all_providers: Registry, *, answer: str, choices: Choices, keys: Callable[[], Sequence[Key]]
) -> Written:
    """Return a provider's table for config.toml, or write its description and recording in a checkout.

    Nothing of the answer that could be a key is written. Raises UsageError, and ConfigError for what cannot be
    described so.
    """
    if (found := all_providers.find(name)) is not None:
        raise UsageError(f"{found} is there already: `credcheck providers {found}` shows it")
    registry.checked_name(name, "new")
    checkout, secrets = _checkout(Path.cwd()) if choices.contribute else None, keys()
    document, is_text = _document(saved_answer(answer))
    ask: questions.Ask = questions.at_terminal if answer != "-" and streams.is_terminal(0) else questions.by_default
    draft = drafting.draft(name, document, choices, ask=ask, is_text=is_text)
    text = contribution.description(draft)
    table = tomllib.loads(text, parse_float=Decimal)
    provider = schema.provider(name, table, place=f"{name}: ", built_in=checkout is not None)
    reading = _reading(provider, document, secrets)
    notes = [_reads(reading), *warnings.of(provider, document), *key_place.remarks(draft.basic)]
    if checkout is None:
        return Written(as_own(name, text), "\n".join([*notes, _PASTE]))
    body = _harmless(draft, provider, document, secrets)
    described = {
        checkout / "credcheck/providers/builtin" / f"{name}.toml": text,
        checkout / "tests/recorded" / f"{name}.toml": contribution.recording(draft, body, reading),
    }
    return Written(_stored(described), "\n".join([*notes, _still_to_do(draft)]))


def _harmless(draft: Draft, provider: Provider, document: object, secrets: Sequence[Key]) -> str:
    """Return the answer as it is recorded."""
    (balance,) = provider.balances
    above = [*split(draft.each), "*"] if draft.each else []
    kept = [[*above, *path] for formula in balance.amounts for path in contribution.paths(formula)]
    kept += [[*above, *steps(draft.unit)], steps(draft.unit)] if draft.is_unit_path else []
    safe = contribution.harmless(document, kept, secrets)
    return str(safe["text"]) if draft.is_text and isinstance(safe, dict) else contribution.written(safe)


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


def _reading(provider: Provider, document: object, keys: Sequence[Key]) -> Reading:
    """Return the balances that the description finds in the answer; raises UsageError if it finds none."""
    from credcheck.providers.balances import Context, read

    try:
        return outcome.without_keys(read(provider, document, Context({}, datetime.now(UTC))), provider, keys)
    except CheckError as problem:
        raise UsageError(f"--amount {provider.balances[0].amounts[0].path}: {problem.message}") from None


def _reads(reading: Reading) -> str:
    amounts = ", ".join(f"{each.amount:f} {each.unit}" for each in reading.balances)
    return f"It reads {amounts} in this answer: compare that with the provider's page."


def _checkout(folder: Path) -> Path:
    """Return the checkout of credcheck that a folder is in; raises UsageError."""
    for parent in (folder, *folder.parents):
        if (parent / "credcheck/providers/builtin").is_dir() and (parent / "tests/recorded").is_dir():
            return parent
    raise UsageError("--contribute writes into a clone of credcheck's repository: run it there, or leave it out")


def _stored(described: Mapping[Path, str]) -> str:
    """Write the files, neither of which may exist; return a line for each."""
    if there := next(filter(Path.exists, described), None):
        raise UsageError(f"{there} exists already; nothing is written")
    for path, text in described.items():
        files.publish(path, text)
    return "".join(f"Wrote {path}\n" for path in described)


def _still_to_do(draft: Draft) -> str:
    """Return what is left to do, with the commands of CONTRIBUTING."""
    facts = ", ".join(["variable", "key_url", *(["docs_url", "source"] if not draft.docs_url else [])])
    return (
        f"Add {facts} to the description, and the documented refusals to the recording. Then run\n"
        "  python -m tests.listed\n"
        f"  python -m pytest tests/test_providers.py tests/test_readme.py -k '{draft.name} or readme or page'"
    )
