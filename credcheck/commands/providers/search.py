"""Find providers by a word: by name, by the words that people search for, by title and by category."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from credcheck import providers
from credcheck.names import fold
from credcheck.providers.registry import Registry

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
_NAME, _KEYWORD, _TITLE, _CATEGORY, _LIKE_CATEGORY = range(5)

# How well a word fits a provider: the smaller, the better.
Rank = tuple[int, ...]


class Entry(NamedTuple):
    """The facts about a provider that a list shows and a search reads, from the top of its description."""

    name: str
    title: str
    category: str
    aliases: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    variable: str | None = None

    def rank(self, word: str) -> Rank | None:
        """Return how well a word fits: as a name, a keyword, in the title, or by category; None if it does not."""
        wanted = fold(word)
        if self.is_named(word):
            return _NAME, not any(fold(each).startswith(wanted) for each in (self.name, *self.aliases))
        if (keyword := self._keyword_rank(wanted)) is not None:
            return _KEYWORD, *keyword
        if wanted in fold(self.title):
            return (_TITLE,)
        if self.category == wanted:
            return (_CATEGORY,)
        about = re.split(r"\W+", f"{self.category} {CATEGORIES[self.category]}")
        return (_LIKE_CATEGORY,) if any(fold(each).startswith(wanted) for each in about) else None

    def is_named(self, word: str) -> bool:
        """Tell whether a word stands in the name or an alias."""
        return any(fold(word) in fold(each) for each in (self.name, *self.aliases))

    def _keyword_rank(self, wanted: str) -> Rank | None:
        """Return whether the word only begins one of a keyword's words, and the keyword's place; the first is best."""
        ranks = [
            (fold(keyword) != wanted, place)
            for place, keyword in enumerate(self.keywords)
            if any(fold(rest).startswith(wanted) for rest in _endings(keyword))
        ]
        return min(ranks, default=None)


def _endings(keyword: str) -> list[str]:
    """Return the ends of a keyword, one from each of its words on."""
    words = keyword.split()
    return [" ".join(words[place:]) for place in range(len(words))]


def entries(registry: Registry, *, word: str | None = None, category: str | None = None) -> list[Entry]:
    """Return the providers of a category that a word means, best first; if it means none, those of its category."""
    listed = [_entry(name, registry) for name in registry.names()]
    chosen = [each for each in listed if category in {None, each.category}]
    if word is None:
        return chosen
    ranked = [(rank, each) for each in chosen if (rank := each.rank(word)) is not None]
    matching = [each for each in ranked if each[0] != (_LIKE_CATEGORY,)] or ranked
    return [each for _, each in sorted(matching, key=lambda ranked: (ranked[0], ranked[1].name))]


def _entry(name: str, registry: Registry) -> Entry:
    if (own := registry.own.get(name)) is not None:
        return Entry(name, own.title, own.category, own.aliases, own.keywords, next(iter(own.variables), None))
    top = providers.top(name)
    return Entry(
        name,
        title=str(top["title"]),
        category=str(top["category"]),
        aliases=_texts(top.get("aliases")),
        keywords=_texts(top.get("keywords")),
        variable=next(iter(_texts(top.get("variable"))), None),
    )


def _texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(map(str, value)) if isinstance(value, list) else ()
