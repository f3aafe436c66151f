"""The variables of a .env file that hold keys, by their names, and are no provider's; the nearest of these is named."""

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

from credcheck.commands.login.env_file import Variables
from credcheck.config import Config
from credcheck.names import fold, hidden_if_key
from credcheck.providers.registry import Registry

_KEY_NAME = re.compile(r"(?!.*WEBHOOK)[A-Z_][A-Z0-9_]*_(?:KEY|TOKEN|SECRET)", re.IGNORECASE)
# Those by which tools for web pages find what they may show to a browser.
_PREFIX = re.compile(r"(?:VITE|NEXT_PUBLIC|REACT_APP|EXPO_PUBLIC|NUXT_PUBLIC|NUXT|PUBLIC)_", re.IGNORECASE)
_ENDING = re.compile(r"(?:_(?:API|ACCESS|AUTH|SECRET))?_(?:KEY|TOKEN|SECRET)$", re.IGNORECASE)
_MOST_LINES = 20
_MOST_NAMED = 10


class _Unrecognised(NamedTuple):
    """A variable, its line, and the variable that may be meant, if any."""

    line: int
    name: str
    meant: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {hidden_if_key(self.name)} is not recognised; did you mean `{self.meant}`?"


def lines(config: Config, variables: Variables, recognised: Collection[str]) -> list[str]:
    """Return a line for each variable that is near to a provider's, and one for all others; a value is in none."""
    found = list(_found(config, variables, recognised))
    near = [one for one in found if one.meant][:_MOST_LINES]
    others = list(dict.fromkeys(hidden_if_key(one.name) for one in found if one not in near))
    more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
    rest = f"not recognised: {', '.join(others[:_MOST_NAMED])}{more}"
    return [*map(str, near), *([rest] if others else [])]


def _found(config: Config, variables: Variables, recognised: Collection[str]) -> Iterator[_Unrecognised]:
    names = {fold(name): name for name in config.providers.names()}
    providers = {**config.providers.aliases(), **names}
    is_set = {one.name for one in variables.last.values() if one.value}
    usual_of = config.providers.variables().values()
    taken = {each for usual in usual_of if not is_set.isdisjoint(usual) for each in usual}
    for one in sorted(variables.last.values(), key=lambda binding: binding.line):
        if one.value and one.name not in recognised and _KEY_NAME.fullmatch(one.name):
            meant = _nearest(one.name, config.providers, providers)
            yield _Unrecognised(one.line, one.name, "" if meant in taken else meant)
            taken.add(meant)


def _nearest(name: str, registry: Registry, providers: Mapping[str, str]) -> str:
    """Return the variable nearest to a name among those of the provider that it names; an empty text without one."""
    plain = _PREFIX.sub("", name, count=1).upper()
    company = next((each for each, others in registry.other_variables().items() if name in others), None)
    provider = company or _provider_in(_ENDING.sub("", plain), providers)
    usual = registry.variables().get(provider or "", ())
    return max(usual, key=lambda each: SequenceMatcher(None, plain, each).ratio(), default="")


def _provider_in(text: str, providers: Mapping[str, str]) -> str | None:
    """Return the provider that some of the words of a text name, the most words first."""
    words = text.split("_")
    spans = ((start, start + length) for length in range(len(words), 0, -1) for start in range(len(words) - length + 1))
    folded = (fold("".join(words[start:end])) for start, end in spans)
    return next((providers[each] for each in folded if each in providers), None)
