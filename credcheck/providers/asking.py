"""The tables of a description that say how to get an answer: by a request, from a program, in a file."""

from collections.abc import Mapping
from typing import Any

from credcheck import validation
from credcheck.errors import ConfigError
from credcheck.providers import notation
from credcheck.providers.templates import CommandTemplate, FileTemplate, PagesTemplate, RequestTemplate
from credcheck.validation import Check, DescriptionError


def request(value: object) -> RequestTemplate:
    """Accept the table of a request."""
    values: dict[str, Any] = validation.validated(value, _REQUEST, needed=("url",))
    bodies = [name for name in ("json", "form", "body") if name in values]
    if len(bodies) > 1:
        raise DescriptionError(bodies[1], problem=f"there is a body already ({bodies[0]})")
    if "pages" in values and values["pages"].query in values.get("query", ()):
        raise DescriptionError("pages", "query", problem="this parameter is in the query already")
    return RequestTemplate(**{"method": "POST" if bodies else "GET", **values})


def _pages(value: object) -> PagesTemplate:
    values: dict[str, Any] = validation.validated(value, _PAGES, needed=("next", "query"))
    return PagesTemplate(**values)


def command(value: object) -> tuple[CommandTemplate, str]:
    """Accept the table of a program; return it, and the format of the answer that it prints."""
    values: dict[str, Any] = validation.validated(value, _COMMAND, needed=("run",))
    format_ = values.pop("format", "json")
    is_lines = format_ == "lines"
    if is_lines is not ("pick" in values):
        raise DescriptionError(
            "pick", problem='a rule that chooses one line: format = "lines" needs it, no other has it'
        )
    return CommandTemplate(**values, lines=is_lines), "text" if format_ == "text" else "json"


def _input(value: object) -> str:
    text = notation.template(value)
    if len(text.encode()) > _MOST_INPUT:
        raise ConfigError(f"must be at most {_MOST_INPUT} bytes")
    return text


def file(value: object) -> FileTemplate:
    """Accept the table of a file in which another program leaves the answer."""
    values: dict[str, Any] = validation.validated(value, _FILE, needed=("path",))
    if not values["path"].startswith(("/", "~/")):
        raise DescriptionError("path", problem="must begin with / or ~/")
    return FileTemplate(**values)


def _json(value: object) -> object:
    if not isinstance(value, dict | list):
        raise ConfigError("must be a table or a list")
    return value


_REQUEST: Mapping[str, Check] = {
    "url": notation.address,
    "method": validation.one_of("GET", "POST"),
    "headers": notation.headers,
    "query": validation.table_of(notation.template),
    "basic": validation.line,
    "json": _json,
    "form": validation.table_of(notation.template),
    "body": notation.template,
    "pages": _pages,
    "ok_status": validation.one_or_more(notation.success_status),
}
# A pipe holds it and a key in it, so that a program need not read it.
_MOST_INPUT = 3000
_COMMAND: Mapping[str, Check] = {
    "run": validation.command,
    "input": _input,
    "format": validation.one_of("json", "text", "lines"),
    "pick": validation.one_or_more(notation.rule),
}
_FILE: Mapping[str, Check] = {"path": validation.line, "max_age": validation.duration}
_PAGES: Mapping[str, Check] = {"next": notation.path, "query": validation.line, "more": notation.path}
