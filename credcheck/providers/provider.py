"""The values of a provider, as a description gives them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple

from credcheck.models import NOTHING
from credcheck.providers.formula import Formula
from credcheck.providers.rules import Rule
from credcheck.providers.templates import NO_REQUEST, CommandTemplate, FileTemplate, RequestTemplate

# How sure the request and the answer are: read in the company's documentation, in its own SDK or tool, or in part only
# in other people's programs.
Source = Literal["documented", "sdk", "clients"]
Kind = Literal["prepaid", "plan", "limit", "owed", "grant", "part", "spent"]
NullMeans = Literal["error", "unknown", "unlimited", "none"]
# The members in which most providers put the message of an error.
DEFAULT_MESSAGE = ("error.message", "message", "error", "detail", "msg", "errors.0.message")
# The address of a page, or one for each choice of an option.
Page = str | Mapping[str, str]


class Option(NamedTuple):
    """A setting of an account that only this provider knows.

    `choices` maps each word that is allowed to the text that stands for it; any text is, if there are none.
    `key_begins` and `key_ends` map a beginning and an end of a key to the choice that takes the place of the default
    for it in the request. A key is good at one `site` only.
    """

    help: str = ""
    required: bool = False
    default: str | bool | None = None
    choices: Mapping[str, str] = NOTHING
    flag: bool = False
    variable: str | None = None
    secret: bool = False
    site: bool = False
    key_begins: Mapping[str, str] = NOTHING
    key_ends: Mapping[str, str] = NOTHING

    def choice_for(self, key: str) -> str | None:
        """Return the choice that the beginning or the end of a key means."""
        begins = [choice for beginning, choice in self.key_begins.items() if key.startswith(beginning)]
        ends = [choice for end, choice in self.key_ends.items() if key.endswith(end)]
        return next(iter([*begins, *ends]), None)


class Resets(NamedTuple):
    """How often an amount is renewed: `daily`, `weekly` or `monthly`, or the path of one of these words."""

    word: str | None = None
    path: str | None = None


class Time(NamedTuple):
    """The path of a moment; `in_days` if a number of days from now stands there, `is_left` if a time from now.

    `ends_period` stands for the end of the period that was asked for, and has no path.
    """

    path: str
    in_days: bool = False
    is_left: bool = False
    ends_period: bool = False


class BalanceTemplate(NamedTuple):
    """One amount, or one for each item of a list, and how it is read. `id` is None if the unit serves as one.

    Of the kind `spent` the amount is that which was spent, negated. `unit` and `unit_path` together say that the answer
    must name this unit there. `longest_period` is how far back it can be asked for.
    """

    amounts: tuple[Formula, ...]
    id: str | None = None
    unit: str | None = None
    unit_path: str | None = None
    unit_of: str | None = None
    units: Mapping[str, str] = NOTHING
    kind: Kind = "prepaid"
    total: Formula | None = None
    lifetime: bool = False
    resets: Resets | None = None
    resets_at: Time | None = None
    expires_at: Time | None = None
    each: str | None = None
    id_path: str | None = None
    sum: bool = False
    where: tuple[Rule, ...] = ()
    when: tuple[Rule, ...] = ()
    unlimited: tuple[Rule, ...] = ()
    optional: bool = False
    null: NullMeans = "error"
    grouped: bool = False
    details: Mapping[str, Formula] = NOTHING
    longest_period: timedelta | None = None

    def named_unit(self, options: Mapping[str, str | bool]) -> str | None:
        """Return the unit if no answer is needed to know it."""
        if self.unit_of is None:
            return self.unit
        value = str(options.get(self.unit_of, ""))
        return self.units.get(value, value)


class AnswerTemplate(NamedTuple):
    """The rules for failures, named by the codes of their errors, and the paths of the provider's message.

    `pattern` is a regular expression for the whole of a plain text; its named groups are members of the document.
    """

    format: Literal["json", "text"] = "json"
    pattern: str | None = None
    ok: tuple[Rule, ...] = ()
    key_rejected: tuple[Rule, ...] = ()
    rate_limited: tuple[Rule, ...] = ()
    balance_unknown: tuple[Rule, ...] = ()
    provider_error: tuple[Rule, ...] = ()
    low: tuple[Rule, ...] = ()
    message: tuple[str, ...] = DEFAULT_MESSAGE


class Provider(NamedTuple):
    """A company's API, as its description says; texts are empty or None if the description has none.

    The first of the `variables` that is set holds the key. `other_variables` are names that people use for keys of this
    company which cannot read the balance, or which two companies share: no account is made from them. `table` is the
    user's own description as text, the same in every run; it is empty for a provider that is built in.
    """

    name: str
    title: str
    balances: tuple[BalanceTemplate, ...]
    request: RequestTemplate = NO_REQUEST
    command: CommandTemplate | None = None
    file: FileTemplate | None = None
    aliases: tuple[str, ...] = ()
    category: str = "other"
    keywords: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    other_variables: tuple[str, ...] = ()
    docs_url: str | None = None
    key_url: Page | None = None
    top_up_url: Page | None = None
    source: Source | None = None
    needs: str | None = None
    notice: str | None = None
    caveat: str | None = None
    last_day: date | None = None
    options: Mapping[str, Option] = NOTHING
    main: tuple[str, ...] = ()
    answer: AnswerTemplate = AnswerTemplate()
    table: str = ""

    @property
    def is_local(self) -> bool:
        """Tell whether a program or a file of this machine holds the answer."""
        return self.command is not None or self.file is not None

    @property
    def needs_key(self) -> bool:
        """Tell whether an account needs a key."""
        return not self.is_local or (self.command is not None and "{key}" in self.command.input)

    def effective(self, options: Mapping[str, str | bool]) -> dict[str, str | bool]:
        """Return the options of an account, with the defaults of those that it does not set."""
        defaults = {name: each.default for name, each in self.options.items() if each.default is not None}
        return {**defaults, **options}

    def key_page(self, options: Mapping[str, str | bool] = NOTHING) -> str | None:
        """Return the page that makes a key for an account with these options."""
        return self._page(self.key_url, options)

    def top_up_page(self, options: Mapping[str, str | bool] = NOTHING) -> str | None:
        """Return the page that tops up an account with these options."""
        return self._page(self.top_up_url, options)

    def _page(self, page: Page | None, options: Mapping[str, str | bool]) -> str | None:
        if page is None or isinstance(page, str):
            return page
        return page.get(str(self.effective(options).get(self.option_of(page) or "")))

    def option_of(self, page: Mapping[str, str]) -> str | None:
        """Return the option by whose choices the addresses of a page are told apart."""
        return next((name for name, each in self.options.items() if each.choices.keys() >= page.keys()), None)

    def default_unit(self, options: Mapping[str, str | bool]) -> str | None:
        """Return the main balance's unit for an account with these options, or None if only an answer tells it."""
        return self.balances[self.main_order()[0]].named_unit(self.effective(options))

    def main_order(self) -> list[int]:
        """Return the indices of the balances that may be the main one; the first that an answer holds is."""
        ids = [each.id or each.unit for each in self.balances]
        return [ids.index(name) for name in self.main] if self.main else list(range(len(ids)))

    def balance_ids(self) -> list[str] | None:
        """Return the ids of all balances, or None if only an answer tells them."""
        ids = [each.id if each.id_path is None else None for each in self.balances]
        units = [each.unit if each.each is None else None for each in self.balances]
        found = [id_ or unit for id_, unit in zip(ids, units, strict=True)]
        return None if None in found else [each for each in found if each]
