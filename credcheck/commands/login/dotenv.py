r"""The grammar of a .env file, as python-dotenv reads it; values that could be read in two ways are named.

    NAME=VALUE          export NAME = 'VALUE'          NAME="VALUE"  # comment

A value in quotes may have several lines. `\"` and `\\` are escapes in double quotes, `\'` and `\\` in single ones.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_BLANK = r"[^\S\r\n]*"
_BINDING = re.compile(
    rf"""
    {_BLANK} (?:export[^\S\r\n]+)? (?: '(?P<quoted_name>[^'\r\n]+)' | (?P<name>[^=\#\s'"]+) ) {_BLANK} =
    (?P<space>{_BLANK})
    (?: '(?P<single>(?:\\'|[^'])*)' | "(?P<double>(?:\\.|[^"\\])*)" | (?P<plain>(?!['"])[^\r\n]*) )
    (?P<rest>[^\r\n]*)
    """,
    re.VERBOSE | re.DOTALL,
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_REST_OF_LINE = re.compile(r"[^\r\n]*")
_COMMAND = re.compile(r"(?<!\\)(?:\\\\)*(?:\$\(|`)")
_REFERENCE = re.compile(r"(?<!\\)(?:\\\\)*\$[{A-Za-z_]")
_CONTROL_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*(\\[abfnrtv])")
_MORE = "has more on its line than the value: put {name}='KEY' alone on the line"


class Binding(NamedTuple):
    """A variable and its value, and why the value is not to be taken, if so; `line` counts from 1.

    Without a `name` it is a line of another form, whose text is the `value`.
    """

    line: int
    name: str
    value: str
    problem: str = ""


def bindings(text: str) -> Iterator[Binding]:
    """Yield the variables that a file sets, and its lines of another form; comments and blank lines are left out."""
    line, place = 1, 0
    while place < len(text):
        if found := _BINDING.match(text, place):
            yield _binding(found, line)
            end = found.end()
        else:
            rest = _REST_OF_LINE.match(text, place)
            end = rest.end() if rest else len(text)
            if (other := text[place:end].strip()) and not other.startswith("#"):
                yield Binding(line, "", other)
        closing = _LINE_END.match(text, end)
        end = closing.end() if closing else end
        line += len(_LINE_END.findall(text, place, end))
        place = end


def _binding(found: re.Match[str], line: int) -> Binding:
    name = found["quoted_name"] or found["name"]
    if found["plain"] is not None:
        value = "" if found["space"] and found["plain"].startswith("#") else re.sub(r"\s+#.*", "", found["plain"])
        return Binding(line, name, value.rstrip(), _problem_of_plain(value.rstrip(), name))
    written = found["double"] if found["single"] is None else found["single"]
    problem = _problem_of_double(written) if found["single"] is None else ""
    if further := len(_LINE_END.findall(written)):
        problem = f"has {further + 1} lines, but a key is one line"
    if (rest := found["rest"].strip()) and not rest.startswith("#"):
        problem = _MORE.format(name=name)
    escaped = r"\\([\\'])" if found["double"] is None else r"\\([\\'\"$`])"
    return Binding(line, name, re.sub(escaped, r"\1", written), problem)


def _problem_of_plain(value: str, name: str) -> str:
    if problem := _problem_of_expansion(value):
        return problem
    return _MORE.format(name=name) if re.search(r"[\s;&|'\"]", value) else ""


def _problem_of_double(written: str) -> str:
    if escape := _CONTROL_ESCAPE.search(written):
        return f"has the escape {escape[1]}, which stands for a character that no key has: put the key there as it is"
    return _problem_of_expansion(written)


def _problem_of_expansion(text: str) -> str:
    if _COMMAND.search(text):
        return "is set by a command, which is not run here: put the key itself there, or use api_key_command"
    if _REFERENCE.search(text):
        return "refers to another variable, which is not expanded: put the value itself there, in single quotes"
    return ""
