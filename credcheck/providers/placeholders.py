"""The placeholders of a description: each has its option, each option its use, and the key its way into the request."""

import re
from collections.abc import Iterator

from credcheck import urls
from credcheck.providers.provider import Provider
from credcheck.providers.request import KEY, PERIOD, PLACEHOLDER, UUID, parts
from credcheck.providers.templates import RequestTemplate
from credcheck.validation import DescriptionError

WITHOUT_KEY = 'an API without a key is asked by a program: command = { run = ["curl", "-s", "URL"] }'


def check_placeholders(made: Provider, *, built_in: bool) -> None:
    """Raise DescriptionError for a template that could not be filled in, and for an address that no key may go to."""
    used = set()
    table = "command" if made.command else "request"
    for place, template in _templates(made):
        for name in PLACEHOLDER.findall(template):
            _check_placeholder(made, name, table, place)
            used.add(name)
    if KEY not in used and not made.is_local:
        raise DescriptionError(
            "request", problem=f"has no place for the key: write {{key}} where it goes; {WITHOUT_KEY}"
        )
    if any(each.longest_period for each in made.balances) and not any(name.startswith("period_start") for name in used):
        raise DescriptionError(table, problem="longest_period needs {period_start} in it, or its _date or _unix")
    used |= {each.unit_of for each in made.balances if each.unit_of}
    for name in made.options:
        if name not in used:
            raise DescriptionError("options", name, problem="is used nowhere")
    if not made.is_local:
        _check_address(made, built_in=built_in)


def _check_placeholder(made: Provider, name: str, table: str, place: str) -> None:
    if name not in {KEY, UUID, *PERIOD, *made.options}:
        raise DescriptionError(table, place, problem=f"{{{name}}} is neither key nor an option")
    option = made.options.get(name)
    if place == "run" and (name == KEY or (option and option.secret)):
        problem = f"others could see {{{name}}} in the list of processes: write it into `input`"
        raise DescriptionError(table, place, problem=problem)
    if option and place in {"url", "basic", "body", "run", "input"} and _may_be_unset(made, name):
        raise DescriptionError("options", name, problem="needs a default, or required = true, to stand there")


def _may_be_unset(made: Provider, name: str) -> bool:
    return not made.options[name].required and made.options[name].default is None


def _templates(made: Provider) -> Iterator[tuple[str, str]]:
    """Yield every template of a request or a command, and the key under which it stands."""
    if made.command:
        yield "input", made.command.input
        for word in made.command.run:
            yield "run", word
    if not made.is_local:
        yield from _templates_of(made.request)


def _templates_of(request: RequestTemplate) -> Iterator[tuple[str, str]]:
    yield "url", request.url
    for place in ("basic", "body"):
        if (text := getattr(request, place)) is not None:
            yield place, text
    for place in ("headers", "query", "form"):
        for text in (getattr(request, place) or {}).values():
            yield place, text
    for text in _texts(request.json):
        yield "json", text


def _texts(document: object) -> Iterator[str]:
    match document:
        case str():
            yield document
        case dict():
            for value in document.values():
                yield from _texts(value)
        case list():
            for item in document:
                yield from _texts(item)


def _check_address(made: Provider, *, built_in: bool) -> None:
    scheme, host, _ = parts(made.request.url)
    secret = {KEY, UUID, *PERIOD, *(name for name, option in made.options.items() if option.secret)}
    for name in PLACEHOLDER.findall(f"{scheme}://{host}"):
        if name in secret:
            raise DescriptionError("request", "url", problem=f"{{{name}}} cannot stand in the host")
    named = PLACEHOLDER.sub("host", host)
    if scheme == "http" and not built_in and urls.is_loopback(urls.host(f"http://{named}")):
        return
    if scheme == "http" and urls.host(f"http://{named}"):
        raise DescriptionError("request", "url", problem=urls.NOT_IN_CLEAR)
    if scheme != "https" or not re.fullmatch(r"[a-z0-9.-]+(:[0-9]{1,5})?", named):
        raise DescriptionError("request", "url", problem="must begin with https://HOST")


def places(made: Provider, option: str) -> frozenset[str]:
    """Return the keys of the request whose templates name an option, and `host` for the host of its URL."""
    template = f"{{{option}}}"
    found = {place for place, text in _templates(made) if template in text}
    return frozenset(found | ({"host"} if template in parts(made.request.url)[1] else set()))
