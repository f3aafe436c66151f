"""The draft of a new provider: each part as an option gives it, or as a question at a terminal is answered."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, get_args
from urllib.parse import parse_qsl

from credcheck import urls, validation
from credcheck.commands.providers import amounts, key_place, other_units, questions
from credcheck.commands.providers.amounts import Amount, Offer
from credcheck.commands.providers.contribution import Draft, is_secret
from credcheck.commands.providers.places import Steps, joined, reached, split
from credcheck.commands.providers.questions import Ask
from credcheck.errors import ConfigError, UsageError
from credcheck.models import NOTHING
from credcheck.names import Category
from credcheck.providers import formula, notation
from credcheck.providers.document import find
from credcheck.providers.request import KEY, PLACEHOLDER
from credcheck.system import streams

T = TypeVar("T")
_HEADER = "Authorization: Bearer {key}"
_UNIT = "credits"
_TEXT = (
    "the answer is a text with more than a number: a description reads it by a pattern; "
    "`credcheck help own-provider` has an example"
)


class Choices(NamedTuple):
    """The answers to the questions, as the command line gives them; without one, it is asked or has its default.

    `contribute` writes the two files of a contribution.
    """

    url: str | None = None
    key_in: str | None = None
    amount: str | None = None
    unit: str | None = None
    category: str | None = None
    docs_url: str | None = None
    contribute: bool = False


class _Address(NamedTuple):
    """An address without its query, and the members of that, with placeholders for what could be a key."""

    url: str
    query: Mapping[str, str]

    @property
    def has_key(self) -> bool:
        return f"{{{KEY}}}" in self.url + "".join(self.query.values())


class _Unit(NamedTuple):
    """A unit, or the path of one."""

    text: str
    is_path: bool = False


def draft(name: str, document: object, choices: Choices, *, ask: Ask, is_text: bool) -> Draft:
    """Return the draft of a provider whose saved answer is this document; raises UsageError."""

    def choose(given: str | None, question: str, default: str | None, *, option: str, read: Callable[[str], T]) -> T:
        return read(given) if given else ask(question, default, option=option, read=read)

    if not (found := amounts.offers(document)):
        raise UsageError(_TEXT if is_text else "the answer holds no number that could be a balance")
    address = choose(choices.url, "The address that was asked, as `curl` had it", None, option="--url", read=_address)
    sent: Mapping[str, Any] = NOTHING
    if not address.has_key:
        question = "The header that holds the key, or `?NAME={key}`, or `USER:{key}` for Basic authentication"
        sent = choose(choices.key_in, question, _HEADER, option="--key-in", read=key_place.placed)
    amount = _amount(choices.amount, found, document, ask=ask)
    unit = _unit_beside(document, amount) if not choices.unit else None
    unit = unit or choose(
        choices.unit,
        "Its unit, a word such as credits, or ISO 4217 for money",
        _UNIT,
        option="--unit",
        read=lambda text: _unit(text, document, amount),
    )
    category, docs_url = choices.category, choices.docs_url
    if choices.contribute:
        categories = get_args(Category)
        question = f"Its category, of {', '.join(categories)}"
        category = choose(category, question, None, option="--category", read=validation.one_of(*categories))
        docs_url = choose(docs_url, "The page that documents the request", "", option="--docs-url", read=_page)
    query = {**address.query, **sent.get("query", {})}
    templates = [address.url, *query.values(), *sent.get("headers", {}).values(), sent.get("basic") or ""]
    options = dict.fromkeys(word for template in templates for word in PLACEHOLDER.findall(template) if word != KEY)
    return Draft(
        name,
        address.url,
        amount.text,
        unit.text,
        **{**sent, "query": query},
        options=tuple(options),
        is_unit_path=unit.is_path,
        is_text=is_text,
        each=amount.each,
        category=category,
        docs_url=docs_url,
    )


def _address(url: str) -> _Address:
    """Return an address and its query; raises UsageError for one that no key may go to, or that holds one."""
    address, _, query = url.partition("?")
    members = {member: key_place.with_key(value, member) for member, value in parse_qsl(query, keep_blank_values=True)}
    if any(is_secret(part) for part in [*re.split(r"[/.:@]", address), *members] if "{" not in part):
        raise UsageError("a part of the address could be a key: write {key} in its place, or {NAME} for an option")
    try:
        urls.checked_base(PLACEHOLDER.sub("x", address))
    except ConfigError as problem:
        raise UsageError(f"--url: {problem.message}") from None
    return _Address(address, members)


def _amount(given: str | None, found: Sequence[Offer], document: object, *, ask: Ask) -> Amount:
    """Return the path of the balance, or the formula that is given or typed."""

    def read(typed: str) -> Amount:
        return amounts.chosen(typed, found, document)

    if given:
        return read(given)
    default = found[0].path if len(found) == 1 else None
    if ask is questions.by_default:
        question = f"which number is the balance, of {amounts.listed([each.path for each in found])}"
        return ask(question, default, option="--amount", read=read)
    for place, each in enumerate(found, 1):
        streams.tell(f"{place:>4}  {each.path}  {each.shown}\n")
    question = "Which is the balance? A number of the list, or a formula such as `total - used`"
    return ask(question, default, option="--amount", read=read)


def _unit_beside(document: object, amount: Amount) -> _Unit | None:
    """Return the path of a unit in the object of the first number of an amount, or beside that object."""
    above: Steps = (*split(amount.each), "*") if amount.each else ()
    path = next(term.path for term in formula.parse(amount.text).terms if term.path)
    place = next(reached(document, (*above, *split(path))), None)
    named = other_units.beside(document, place) if place else None
    if named is None or place is None or len(named.steps) < len(place) - 1:
        return None
    is_in_item = named.steps[: len(above)] == place[: len(above)]
    return _Unit(joined(named.steps[len(above) :] if is_in_item else named.steps), is_path=True)


def _unit(text: str, document: object, amount: Amount) -> _Unit:
    """Return a unit as it is typed; the path of a text in the answer is the path of the unit."""
    above: Steps = (*split(amount.each), "*") if amount.each else ()
    is_path = re.fullmatch(formula.PATH, text) is not None and any(
        other_units.is_unit(find(document, joined(place))) for place in reached(document, (*above, *split(text)))
    )
    return _Unit(text, is_path=is_path)


def _page(text: str) -> str | None:
    return notation.page(text) if text else None
