"""The Prometheus text format, version 0.0.4. The names and labels of the metrics are a contract."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from credcheck.errors import ConfigError
from credcheck.models import NOTHING, Balance, Result
from credcheck.render import notes
from credcheck.sanitize import escaped

_Sample = tuple[Mapping[str, str], Decimal | int | None]
# The names of the labels of the metrics, and of those that the rules of `credcheck monitoring alerts` add.
RESERVED = frozenset(
    {
        *("account", "provider", "unit", "balance", "code", "title", "top_up_url", "tag"),
        *("warn_below", "alertname", "severity"),
    }
)
_SECONDS_A_DAY = 86_400
_QUOTED = str.maketrans({"\\": r"\\", '"': r"\""})


class Family(NamedTuple):
    """One metric: its name, its help, and the samples that a result has of it."""

    name: str
    help: str
    samples: Callable[[Result], Iterator[_Sample]]
    type: str = "gauge"

    def lines(self, results: Sequence[Result], more: Mapping[str, str]) -> list[str]:
        """Return the lines of the metric, none without a sample; a number that is not known has no sample."""
        amount = [
            f"{self.name}{{{_labels({**labels, **more})}}} {Decimal(number):f}\n"
            for result in results
            for labels, number in self.samples(result)
            if number is not None
        ]
        return [f"# HELP {self.name} {self.help}\n# TYPE {self.name} {self.type}\n", *amount] if amount else []


def render(results: Sequence[Result], labels: Mapping[str, str] = NOTHING) -> str:
    """Return the samples of all results, by metric; each has these labels besides its own."""
    return "".join(line for family in FAMILIES for line in family.lines(results, labels))


def labels(texts: Sequence[str]) -> dict[str, str]:
    """Return the labels of `NAME=VALUE`; raises ConfigError for one that Prometheus or credcheck cannot use."""
    found: dict[str, str] = {}
    for text in texts:
        name, _, value = text.partition("=")
        # The text is not quoted: it may be a key in the wrong place.
        if not re.fullmatch(r"(?!__)[A-Za-z_][A-Za-z0-9_]*", name) or not value:
            raise ConfigError("needs NAME=VALUE, with a NAME of letters, digits and _ that begins with a letter")
        if name in RESERVED:
            raise ConfigError(f"{name} is a label of credcheck's own; choose another name")
        if name in found:
            raise ConfigError("the same name is given twice")
        found[name] = value
    return found


def _labels(labels: Mapping[str, str]) -> str:
    return ",".join(f'{name}="{escaped(text).translate(_QUOTED)}"' for name, text in labels.items())


def _by_account(number: Callable[[Result], Decimal | int | None]) -> Callable[[Result], Iterator[_Sample]]:
    return lambda result: iter([(_account(result), number(result))])


def _by_balance(number: Callable[[Balance], Decimal | int | None]) -> Callable[[Result], Iterator[_Sample]]:
    def samples(result: Result) -> Iterator[_Sample]:
        for balance in result.reading.balances if result.reading else ():
            yield _balance(result, balance), number(balance)

    return samples


def _account(result: Result) -> dict[str, str]:
    return {"account": result.account, "provider": result.provider}


def _balance(result: Result, balance: Balance) -> dict[str, str]:
    return {**_account(result), "unit": balance.unit, "balance": balance.id}


def _info(result: Result) -> Iterator[_Sample]:
    texts = {"title": result.provider_title or result.provider, "top_up_url": result.top_up_url or ""}
    yield {**_account(result), **texts}, 1


def _tags(result: Result) -> Iterator[_Sample]:
    for tag in result.tags:
        yield {**_account(result), "tag": tag}, 1


def _low(result: Result) -> Iterator[_Sample]:
    for balance in result.reading.balances if result.reading else ():
        yield _balance(result, balance), int(notes.is_low(balance, result))


def _time_left(result: Result) -> Iterator[_Sample]:
    """Yield how long balances last; beside the main one an allowance that is renewed soon enough is no news."""
    for balance in result.reading.balances if result.reading else ():
        found = result.forecast_of(balance)
        if found and found.days_left is not None and (balance.is_main or not (balance.resets_at or found.resets_at)):
            yield _balance(result, balance), found.days_left * _SECONDS_A_DAY


def _renewals(result: Result) -> Iterator[_Sample]:
    """Yield when balances are renewed; the history may tell more than the answer."""
    for balance in result.reading.balances if result.reading else ():
        found = result.forecast_of(balance)
        yield _balance(result, balance), _seconds(balance.resets_at or (found.resets_at if found else None))


def _errors(result: Result) -> Iterator[_Sample]:
    if result.error:
        yield {**_account(result), "code": result.error.code}, 1


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


FAMILIES = (
    Family("credcheck_account_info", "The title of the provider, and the page to top up; always 1.", _info),
    Family("credcheck_account_tag", "1 for each tag that the account has in config.toml.", _tags),
    Family("credcheck_balance", "What is left, in its unit.", _by_balance(lambda balance: balance.amount)),
    # Of a type that asks for nothing: this total may fall, and a gauge must not be named so.
    Family(
        "credcheck_total",
        "The full amount, of which the balance is the rest.",
        _by_balance(lambda balance: balance.total),
        "untyped",
    ),
    Family("credcheck_spent", "What was spent in its period.", _by_balance(lambda balance: balance.spent)),
    Family("credcheck_up", "1 if the balance could be read, else 0.", _by_account(lambda result: not result.error)),
    Family("credcheck_error", "1 for the code of the error, for an account whose balance could not be read.", _errors),
    Family("credcheck_low", "1 if the balance, or the time that it lasts, is below its threshold, else 0.", _low),
    Family(
        "credcheck_warn_below",
        "The threshold of a balance, in its unit.",
        _by_balance(lambda balance: balance.warn_below),
    ),
    Family(
        "credcheck_time_left_seconds",
        "How long the balance lasts, at the pace of its history.",
        _time_left,
    ),
    Family(
        "credcheck_resets_timestamp_seconds",
        "When the balance is renewed, in seconds since 1970.",
        _renewals,
    ),
    Family(
        "credcheck_expires_timestamp_seconds",
        "When the balance expires, in seconds since 1970.",
        _by_balance(lambda balance: _seconds(balance.expires_at)),
    ),
    Family(
        "credcheck_check_duration_seconds",
        "How long the check of the account took.",
        _by_account(lambda result: Decimal(result.elapsed_ms) / 1000),
    ),
    Family(
        "credcheck_last_check_timestamp_seconds",
        "When the account was checked, in seconds since 1970.",
        _by_account(lambda result: _seconds(result.checked_at)),
    ),
    Family(
        "credcheck_last_success_timestamp_seconds",
        "When the balance was read last, in seconds since 1970.",
        _by_account(lambda result: _seconds(result.checked_at if result.reading else result.last_read_at)),
    ),
)
