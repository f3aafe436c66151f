"""What is doubtful in a description, seen beside an answer: each doubt is a line, and none of them stops a check."""

import re

from credcheck.commands.providers import further_pages, other_units, told_failures, unit_fields, unread, used_amounts
from credcheck.commands.providers.contribution import is_secret
from credcheck.names import hidden_if_key
from credcheck.providers.provider import Provider
from credcheck.sanitize import one_line

_LONGEST = 240


def of(provider: Provider, document: object) -> list[str]:
    """Return the lines about a description and the answer that it reads."""
    lines = [
        *told_failures.warnings(provider, document),
        *(unit_fields.warnings(provider, document) or other_units.warnings(provider, document)),
        *used_amounts.warnings(provider),
        *unread.warnings(provider, document),
        *further_pages.warnings(provider, document),
    ]
    return [_harmless(line) for line in lines]


def without_answer(provider: Provider) -> list[str]:
    """Return the lines about a description alone."""
    return [_harmless(line) for line in [*unit_fields.warnings(provider), *used_amounts.warnings(provider)]]


def _harmless(line: str) -> str:
    """Return a line with each word hidden that could be a key; a path is one by its steps, not by its length."""
    return re.sub(r"[^\s'\"`()]+", lambda word: _shown(word[0]), one_line(line, longest=_LONGEST))


def _shown(word: str) -> str:
    return hidden_if_key(word) if any(map(is_secret, word.split("."))) else word
