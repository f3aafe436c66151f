"""The providers as people look for them: by category, by a word, one with all its facts, and those that are missing."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from credcheck import providers
from credcheck.errors import KeyTyped, UsageError
from credcheck.models import SCHEMA_VERSION
from credcheck.names import could_be_key, did_you_mean, fold
from credcheck.providers import impossible
from credcheck.providers.provider import Option, Provider
from credcheck.providers.registry import Registry
from credcheck.render.json import text
from credcheck.render.lists import columns, grid

_USUAL_WIDTH = 80
_MARGIN = 11
_MOST_NAMED = 10
# The categories as lists show them, with words that people search for.
CATEGORIES: Mapping[str, str] = {
    "llm": "language models, gateways, chat",
    "media": "images, video, avatars, music",
    "voice": "speech, transcription, audio",
    "search": "the web, by API",
    "scraping": "crawling, proxies, browsers",
    "messaging": "SMS, calls, mail",
    "cloud": "servers, GPUs, hosting",
    "data": "SEO, finance, contacts, security",
    "captcha": "solving captchas",
    "documents": "conversion, signatures, screenshots",
    "shipping": "postage, labels, tracking",
    "other": "what is none of these",
}
# What `source` says of the answer and of the request.
_SOURCES: Mapping[object, str] = {
    "documented": "documented: read in the company's documentation",
    "sdk": "sdk: read in the company's own SDK or command-line tool",
    "clients": "clients: known in part only from other people's programs; compare it with the company's site",
}


class Entry(NamedTuple):
    """The facts about a provider that a list shows, from the top of its description."""

    name: str
    title: str
    category: str
    aliases: tuple[str, ...] = ()
    variable: str | None = None
    notice: str | None = None

    def is_meant_by(self, word: str) -> bool:
        """Tell whether a word stands in the name, the title or an alias, or begins a word of the category."""
        wanted = fold(word)
        kinds = re.split(r"\W+", f"{self.category} {CATEGORIES[self.category]}")
        return any(wanted in fold(each) for each in (self.name, self.title, *self.aliases)) or any(
            fold(kind).startswith(wanted) for kind in kinds
        )


def entries(known: Registry, *, word: str | None = None, category: str | None = None) -> list[Entry]:
    """Return the providers of a category that a word means."""
    every = [_entry(name, known) for name in known.names()]
    chosen = [each for each in every if category in {None, each.category}]
    return [each for each in chosen if word is None or each.is_meant_by(word)]


def _entry(name: str, known: Registry) -> Entry:
    if (own := known.own.get(name)) is not None:
        return Entry(name, own.title, own.category, own.aliases, next(iter(own.variables), None), own.notice)
    top = providers.top(name)
    variable = top.get("variable")
    return Entry(
        name,
        title=str(top["title"]),
        category=str(top["category"]),
        aliases=_texts(top.get("aliases", [])),
        variable=next(iter(_texts(variable)), None) if variable else None,
        notice=str(top["notice"]) if "notice" in top else None,
    )


def _texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(map(str, value)) if isinstance(value, list) else ()


def as_text(known: Registry, word: str | None, category: str | None, *, width: int | None) -> str:
    """Return the names by category, the providers that a word means, or all facts of the one that it names.

    Raises UsageError for a word that means none.
    """
    if word is not None and category is None and (name := known.find(word)) is not None:
        return _one(name, known)
    found = _meant(known, word, category)
    if word is None and category is None:
        return by_category(found, width or _USUAL_WIDTH) + _footer(found, known)
    if not found:
        return f"There is no provider in the category {category}.\n"
    rows = [(each.name, each.title, each.category, each.variable or "") for each in found]
    return columns([("PROVIDER", "TITLE", "CATEGORY", "VARIABLE"), *rows])


def _meant(known: Registry, word: str | None, category: str | None) -> list[Entry]:
    """Return the providers of a category, which may have none, or those that a word means; raises UsageError."""
    found = entries(known, word=word, category=category)
    if not found and word and category and (others := entries(known, word=word)):
        names = ", ".join(f"{each.name} ({each.category})" for each in others[:_MOST_NAMED])
        raise UsageError(f"there is no such provider in the category {category}, but {names}")
    if not found and word is not None:
        raise unknown(word, known)
    return found


def by_category(found: Iterable[Entry], width: int) -> str:
    """Return the names in columns that fit the width, beside the category of each."""
    groups: dict[str, list[str]] = {name: [] for name in CATEGORIES}
    for each in found:
        groups[each.category].append(each.name)
    return "".join(
        f"{'' if place else name:<{_MARGIN}}{line}\n"
        for name, group in groups.items()
        for place, line in enumerate(grid(group, width - _MARGIN))
    )


def _footer(found: list[Entry], known: Registry) -> str:
    own = [f"{name} (replaces the built-in one)" if name in known.replaced() else name for name in known.own]
    lines = [
        f"{len(found)} providers. `credcheck providers NAME` tells all of one; a word such as `speech` finds some.",
        "`--impossible` lists companies that tell no balance to a key.",
    ]
    lines += [f"Described in your config.toml: {', '.join(own)}."] * bool(own)
    return "\n" + "".join(f"{line}\n" for line in lines)


def as_json(known: Registry, word: str | None, category: str | None) -> str:
    """Return the facts of the one provider that a word names, or of all that are meant, in an envelope."""
    if word is not None and category is None and (name := known.find(word)) is not None:
        return text({"schema_version": SCHEMA_VERSION, **_facts(name, known)}) + "\n"
    found = _meant(known, word, category)
    listed = [_facts(each.name, known) for each in found]
    return text({"schema_version": SCHEMA_VERSION, "providers": listed}) + "\n"


def as_toml(word: str, known: Registry) -> str:
    """Return a built-in provider's description as a table of `config.toml`, ready to paste and change."""
    name = known.find(word)
    if name is None and (found := entries(known, word=word)):
        names = ", ".join(each.name for each in found[:_MOST_NAMED])
        raise UsageError(f"--format toml prints the description of one provider; name one, such as {names}")
    if name is None:
        raise unknown(word, known)
    if name not in providers.names():
        raise UsageError(f"{name} is not built in: its table stands in your config.toml")
    return pasteable(name)


def pasteable(name: str) -> str:
    """Return the description of a built-in provider below `[providers.NAME]`."""
    below = re.sub(r"^(\[{1,2})(?=[a-z])", rf"\1providers.{name}.", providers.source(name), flags=re.MULTILINE)
    comments, rest = re.fullmatch(r"((?:#[^\n]*\n)*)(.*)", below, re.DOTALL).groups()  # type: ignore[union-attr]
    return f"{comments}[providers.{name}]\n{rest}"


def missing(word: str | None, known: Registry) -> str:
    """Return two lines for each company that tells no balance, or for the one that a word means."""
    return "".join("{}\n    {}\n".format(*each.lines()) for _, each in _missing(word, known))


def missing_as_json(word: str | None, known: Registry) -> str:
    """Return the companies that tell no balance, or the one that a word means, in an envelope."""
    members = [
        {"name": name, "title": each.title, "aliases": each.aliases, "why": each.why, "instead": each.instead or None}
        for name, each in _missing(word, known)
    ]
    return text({"schema_version": SCHEMA_VERSION, "impossible": members}) + "\n"


def _missing(word: str | None, known: Registry) -> list[tuple[str, impossible.Impossible]]:
    every = sorted(impossible.every(), key=lambda named: named[0])
    if word is None:
        return every
    meant = impossible.find(word)
    if meant is None and (name := known.find(word)) is not None:
        raise UsageError(f"{name} tells its balance: see `credcheck providers {name}`")
    if meant is None:
        raise unknown(word, known)
    return [(name, each) for name, each in every if each == meant]


def unknown(word: str, known: Registry) -> UsageError:
    """Return the error for a word that means no provider."""
    if (found := impossible.find(word)) is not None:
        return found.error()
    if could_be_key(word):
        return KeyTyped()
    candidates = [*known.names(), *impossible.names()]
    return UsageError(f"there is no provider `{word}` (see `credcheck providers`){did_you_mean(word, candidates)}")


def _one(name: str, known: Registry) -> str:
    options = {option: _told(each) for option, each in known.load(name).options.items()}
    rows = {**_facts(name, known), "options": options}
    if rows["key_url"] == rows["docs_url"]:
        del rows["key_url"]
    rows["source"] = _SOURCES.get(rows["source"])
    told = {label: value for label, value in rows.items() if value}
    return "".join(f"{label.replace('_', ' '):<11} {_shown(value)}\n" for label, value in told.items())


def _told(option: Option) -> str:
    """Return an option's help, the words that it takes, whether it is needed, and the variable that sets it."""
    words = ["true", "false"] if option.flag else list(option.choices)
    facts = [
        f"one of {', '.join(words)}" if words else "",
        "needed" if option.required else "",
        f"variable {option.variable}" if option.variable else "",
    ]
    aside = "; ".join(filter(None, facts))
    return f"{option.help} ({aside})".strip() if aside else option.help


def _facts(name: str, known: Registry) -> dict[str, object]:
    provider = known.load(name)
    return {
        "name": name,
        "title": provider.title,
        "unit": provider.usual_unit({}),
        "variable": provider.variables[0] if provider.variables else None,
        "key_url": provider.key_url or provider.docs_url,
        "top_up_url": provider.top_up_url,
        "docs_url": provider.docs_url,
        "options": {option: each.help for option, each in provider.options.items()},
        "notice": provider.notice,
        "category": provider.category,
        "aliases": list(provider.aliases),
        "needs": provider.needs,
        "source": provider.source,
        "defined_in": _defined_in(provider, known),
    }


def _defined_in(provider: Provider, known: Registry) -> str:
    if provider.name not in known.own:
        return "built in"
    return "config.toml, instead of the built-in one" if provider.name in known.replaced() else "config.toml"


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "\n            ".join(f"{name}: {help_}" for name, help_ in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)
