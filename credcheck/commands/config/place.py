"""The place in the text of `config.toml` for a setting, in words: what to replace, or the line to add it below."""

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from credcheck.commands.config.statements import Path, Statement, statements
from credcheck.config.accounts import SETTINGS
from credcheck.config.settings import CHECKS
from credcheck.names import without_keys

# The settings whose present values are shown. Any other may hold a key, an option of a provider too.
_SHOWN = {name for name in (*SETTINGS, *CHECKS) if not name.startswith("api_key")} - {"base_url", "notify"}


class Change(NamedTuple):
    """The place for some lines, in words that end where the lines begin."""

    place: str
    lines: Sequence[str]


class Setting(NamedTuple):
    """A setting to be made: the names of its table as the file spells them, its own, and its value in TOML.

    `first` are the lines that its table needs, too, if the file does not have it.
    """

    table: Path
    name: str
    value: str
    first: Sequence[str] = ()

    @property
    def path(self) -> Path:
        """All names that lead to it."""
        return (*self.table, self.name)


def change(text: str, setting: Setting) -> Change:
    """Return the change of a valid text that makes a setting."""
    found = list(statements(text))
    is_set = [one for one in found if one.keys[: len(setting.path)] == setting.path]
    around = [one for one in found if not one.is_header and setting.path[: len(one.keys)] == one.keys != setting.path]
    if around:
        return _in_braces(around[0], setting)
    if len(is_set) == 1 and is_set[0].keys == setting.path and not is_set[0].is_header:
        return _replacement(is_set[0], setting)
    added = _addition([one for one in found if one not in is_set], setting)
    removed = f"in place of {_lines(is_set)}, which set it now, and " if is_set else ""
    return added._replace(place=removed + added.place)


def named(name: str) -> str:
    """Return a name as TOML has it, in quotes if it needs them."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _replacement(one: Statement, setting: Setting) -> Change:
    line = f"{one.begin} = {setting.value}"
    if one.bare == line:
        return Change(f"{_lines([one])} has it already", [line])
    is_shown = setting.name in _SHOWN and one.first == one.last
    shown = f"`{without_keys(one.bare)}`" if is_shown else f"the whole of `{setting.name} = …`"
    return Change(f"{_lines([one])}, replace {shown} by", [line])


def _in_braces(one: Statement, setting: Setting) -> Change:
    """Return the change of an inline table, whose line is not shown: it may hold the key."""
    names, inner, table = setting.path[len(one.keys) :], one.keys[-1], one.value
    while len(names) > 1 and isinstance(table, dict) and names[0] in table:
        inner, table, names = names[0], table[names[0]], names[1:]
    line = f"{setting.name} = {setting.value}"
    if len(names) > 1:
        line = f"{named(names[0])} = {{ {', '.join([*setting.first, line])} }}"
    is_there = isinstance(table, dict) and names[0] in table
    action = f"replace its {setting.name} by" if is_there else "add after a comma" if table else "add"
    return Change(f"{_lines([one])}, between the braces of {without_keys(inner)}, {action}", [line])


def _addition(found: Sequence[Statement], setting: Setting) -> Change:
    """Return the line to add to a text that does not have the setting."""
    line, table = f"{setting.name} = {setting.value}", setting.table
    header = next((one for one in found if one.is_header and one.keys == table), None)
    if header:
        return Change(f"below line {header.first + 1}, {without_keys(header.bare)}, add", [line])
    if beside := [one for one in found if _is_beside(one, table)]:
        begin = ".".join(map(named, setting.path[len(beside[-1].table) :]))
        return Change(f"below line {beside[-1].last + 1}, add", [f"{begin} = {setting.value}"])
    if not table:
        return Change("above line 1, add", [line])
    return Change("at the end, add", [f"[{'.'.join(map(named, table))}]", *setting.first, line])


def _is_beside(one: Statement, table: Path) -> bool:
    """Tell whether a setting is in a table that has no header: at the top, or by a dotted name."""
    is_in_it = not one.is_header and one.keys[: len(table)] == table
    return is_in_it and (len(one.table) < len(table) or not (one.table or table))


def _lines(found: Sequence[Statement]) -> str:
    """Return the numbers of the lines of some statements."""
    numbers = sorted(number + 1 for one in found for number in range(one.first, one.last + 1))
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"lines {numbers[0]} to {numbers[-1]}"
    return f"lines {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
