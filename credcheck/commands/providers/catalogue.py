"""The providers as people look for them: by category, by a word, one with all its facts, and those that are missing."""

import re
from collections.abc import Iterable, Mapping

from credcheck import providers
from credcheck.commands.providers.facts import facts
from credcheck.commands.providers.search import CATEGORIES, Entry, entries
from credcheck.errors import UsageError
from credcheck.models import SCHEMA_VERSION
from credcheck.providers import impossible
from credcheck.providers.provider import Option, Provider
from credcheck.providers.registry import Registry
from credcheck.render.json import text
from credcheck.render.lists import columns, grid

_DEFAULT_WIDTH = 80
_MARGIN = 11
_MOST_NAMED = 10
# The facts of one provider, as text: `other_variables` are as long as a label may be.
_ROWS = (
    *("name", "title", "unit", "variables", "other_variables", "key_url", "top_up_url", "docs_url", "options"),
    "budget",
    *("notice", "caveat", "last_day", "category", "aliases", "keywords", "needs", "source", "defined_in"),
)
_INDENT = max(map(len, _ROWS)) + 1
# What `source` says of the answer and of the request.
_SOURCES: Mapping[object, str] = {
    "documented": "documented: read in the company's documentation",
    "sdk": "sdk: read in the company's own SDK or command-line tool",
    "clients": "clients: known in part only from other people's programs; compare it with the company's site",
}


def as_text(registry: Registry, word: str | None, category: str | None, *, width: int | None) -> str:
    """Return the names by category, the providers that a word means, or all facts of the one that it names.

    Raises UsageError for a word that means none.
    """
    if word is not None and category is None and (name := registry.find(word)) is not None:
        return _one(name, registry)
    found = _matching(registry, word, category)
    if word is None and category is None:
        return by_category(found, width or _DEFAULT_WIDTH) + _footer(found, registry)
    if not found:
        return f"There is no provider in the category {category}.\n"
    rows = [(one.name, one.title, one.category, one.variable or "") for one in found]
    return columns([("PROVIDER", "TITLE", "CATEGORY", "VARIABLE"), *rows])


def _matching(registry: Registry, word: str | None, category: str | None) -> list[Entry]:
    """Return the providers of a category, which may have none, or those that a word means; raises UsageError."""
    found = entries(registry, word=word, category=category)
    if word and (company := impossible.find(word)) is not None and not any(one.is_named(word) for one in found):
        raise company.error()
    if not found and word and category and (others := entries(registry, word=word)):
        names = ", ".join(f"{one.name} ({one.category})" for one in others[:_MOST_NAMED])
        raise UsageError(f"there is no such provider in the category {category}, but {names}")
    if not found and word is not None:
        raise unknown(word, registry)
    return found


def by_category(found: Iterable[Entry], width: int) -> str:
    """Return the names in columns that fit the width, beside the category of each."""
    groups: dict[str, list[str]] = {name: [] for name in CATEGORIES}
    for one in found:
        groups[one.category].append(one.name)
    return "".join(
        f"{'' if place else name:<{_MARGIN}}{line}\n"
        for name, group in groups.items()
        for place, line in enumerate(grid(group, width - _MARGIN))
    )


def _footer(found: list[Entry], registry: Registry) -> str:
    own = [f"{name} (replaces the built-in one)" if name in registry.replaced() else name for name in registry.own]
    lines = [
        f"{len(found)} providers. `credcheck providers NAME` shows all of one; a word such as `speech` finds some.",
        "`--impossible` lists companies that offer no API for the balance, and why.",
    ]
    lines += [f"Described in your config.toml: {', '.join(own)}."] * bool(own)
    return "\n" + "".join(f"{line}\n" for line in lines)


def as_json(registry: Registry, word: str | None, category: str | None) -> str:
    """Return the facts of the one provider that a word names, or of all that are meant, in an envelope."""
    if word is not None and category is None and (name := registry.find(word)) is not None:
        return text({"schema_version": SCHEMA_VERSION, **facts(name, registry)}) + "\n"
    found = _matching(registry, word, category)
    listed = [facts(one.name, registry) for one in found]
    return text({"schema_version": SCHEMA_VERSION, "providers": listed}) + "\n"


def as_toml(word: str, registry: Registry) -> str:
    """Return a built-in provider's description as a table of `config.toml`, ready to paste and change."""
    name = registry.find(word)
    if name is None and (found := entries(registry, word=word)):
        names = ", ".join(one.name for one in found[:_MOST_NAMED])
        raise UsageError(f"--format toml prints the description of one provider; name one, such as {names}")
    if name is None:
        raise unknown(word, registry)
    if name not in providers.names():
        raise UsageError(f"{name} is not built in: its table is in your config.toml")
    return as_own(name, providers.source(name))


def as_own(name: str, description: str) -> str:
    """Return a description as the table `[providers.NAME]` of config.toml."""
    below = re.sub(r"^\[(?=[a-z])", f"[providers.{name}.", description, flags=re.MULTILINE)
    comments, rest = re.fullmatch(r"((?:#[^\n]*\n)*)(.*)", below, re.DOTALL).groups()  # type: ignore[union-attr]
    return f"{comments}[providers.{name}]\n{rest}"


def missing(word: str | None, registry: Registry) -> str:
    """Return two lines for each company that offers no API for the balance, or for the one that a word means."""
    return "".join("{}\n    {}\n".format(*one.lines()) for _, one in _missing(word, registry))


def missing_as_json(word: str | None, registry: Registry) -> str:
    """Return the companies that offer no API for the balance, or the one that a word means, in an envelope."""
    members = [
        {"name": name, "title": one.title, "aliases": one.aliases, "why": one.why, "instead": one.instead or None}
        for name, one in _missing(word, registry)
    ]
    return text({"schema_version": SCHEMA_VERSION, "impossible": members}) + "\n"


def _missing(word: str | None, registry: Registry) -> list[tuple[str, impossible.Impossible]]:
    every = sorted(impossible.every(), key=lambda named: named[0])
    if word is None:
        return every
    company = impossible.find(word)
    if company is None and (name := registry.find(word)) is not None:
        raise UsageError(f"{name} offers an API for the balance: see `credcheck providers {name}`")
    if company is None:
        raise unknown(word, registry)
    return [(name, one) for name, one in every if one == company]


def unknown(word: str, registry: Registry) -> UsageError:
    """Return the error for a word that means no provider."""
    return impossible.no_such(word, f"there is no provider `{word}` (see `credcheck providers`)", registry.names())


def _one(name: str, registry: Registry) -> str:
    rows = facts(name, registry)
    rows["options"] = {option: _option_text(one) for option, one in registry.load(name).options.items()}
    if others := registry.load(name).other_variables:
        rows["other_variables"] = f"{', '.join(others)} (never sent)"
    rows["budget"] = _budget(registry.load(name))
    rows["source"] = _SOURCES.get(rows["source"])
    shown = {label.replace("_", " "): rows[label] for label in _ROWS if rows[label]}
    return "".join(f"{label:<{_INDENT}}{_shown(value)}\n" for label, value in shown.items())


def _budget(provider: Provider) -> str:
    """Say how to have what is left of a budget, if the provider shows what was spent."""
    if all(balance.kind != "spent" for balance in provider.balances):
        return ""
    return f"`budget = 50` in [accounts.{provider.name}] shows what is left of 50 a month: see `credcheck help plans`"


def _option_text(option: Option) -> str:
    """Return an option's help, the words that it takes, whether it is needed, and the variable that sets it."""
    words = ["true", "false"] if option.flag else list(option.choices)
    facts = [
        f"one of {', '.join(words)}" if words else "",
        "needed" if option.required else "",
        f"variable {option.variable}" if option.variable else "",
    ]
    in_brackets = "; ".join(filter(None, facts))
    return f"{option.help} ({in_brackets})".strip() if in_brackets else option.help


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return f"\n{' ' * _INDENT}".join(f"{name}: {help_}" for name, help_ in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)
