"""The Prometheus text format, version 0.0.4. The names and labels of the metrics are a contract."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from credcheck.models import Balance, Result
from credcheck.sanitize import one_line

_Sample = tuple[Mapping[str, str], Decimal | None]
_ESCAPED = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class _Family(NamedTuple):
    """One metric: its name, its help, and the samples that a result has of it."""

    name: str
    help: str
    samples: Callable[[Result], Iterator[_Sample]]
    type: str = "gauge"

    def lines(self, results: Sequence[Result]) -> list[str]:
        """Return the lines of the metric, none without a sample; a number that is not known has no sample."""
        known = [
            f"{self.name}{{{_labels(labels)}}} {number:f}\n"
            for result in results
            for labels, number in self.samples(result)
            if number is not None
        ]
        return [f"# HELP {self.name} {self.help}\n# TYPE {self.name} {self.type}\n", *known] if known else []


def render(results: Sequence[Result]) -> str:
    """Return the samples of all results, by metric."""
    return "".join(line for family in _FAMILIES for line in family.lines(results))


def _labels(labels: Mapping[str, str]) -> str:
    texts = {name: one_line(text, longest=len(text) + 1).translate(_ESCAPED) for name, text in labels.items()}
    return ",".join(f'{name}="{text}"' for name, text in texts.items())


def _by_account(number: Callable[[Result], Decimal | int | None]) -> Callable[[Result], Iterator[_Sample]]:
    def samples(result: Result) -> Iterator[_Sample]:
        found = number(result)
        yield _account(result), None if found is None else Decimal(found)

    return samples


def _by_balance(number: Callable[[Balance], Decimal | None]) -> Callable[[Result], Iterator[_Sample]]:
    def samples(result: Result) -> Iterator[_Sample]:
        for balance in result.reading.balances if result.reading else ():
            yield _balance(result, balance), number(balance)

    return samples


def _account(result: Result) -> dict[str, str]:
    return {"account": result.account, "provider": result.provider}


def _balance(result: Result, balance: Balance) -> dict[str, str]:
    return {**_account(result), "unit": balance.unit, "balance": balance.id}


def _days_left(result: Result) -> Iterator[_Sample]:
    if result.main and result.forecast:
        yield _balance(result, result.main), result.forecast.days_left


def _errors(result: Result) -> Iterator[_Sample]:
    if result.error:
        yield {**_account(result), "code": result.error.code}, Decimal(1)


def _seconds(moment: datetime | None) -> Decimal | None:
    return None if moment is None else Decimal(int(moment.timestamp()))


_FAMILIES = (
    _Family("credcheck_balance", "What is left, in its unit.", _by_balance(lambda balance: balance.amount)),
    # Of a type that asks for nothing: this total may fall, and a gauge must not be named so.
    _Family("credcheck_total", "What the balance is left of.", _by_balance(lambda balance: balance.total), "untyped"),
    _Family("credcheck_up", "1 if the balance could be read, else 0.", _by_account(lambda result: not result.error)),
    _Family("credcheck_error", "1 for the code of the error, for an account whose balance could not be read.", _errors),
    _Family(
        "credcheck_low",
        "1 if a balance or the days left are below their threshold, else 0.",
        _by_account(lambda result: None if result.error else result.status == "low"),
    ),
    _Family(
        "credcheck_warn_below",
        "The threshold of a balance, in its unit.",
        _by_balance(lambda balance: balance.warn_below),
    ),
    _Family("credcheck_days_left", "Days until the balance is used up, at the pace of its history.", _days_left),
    _Family(
        "credcheck_resets_timestamp_seconds",
        "When the balance is renewed, in seconds since 1970.",
        _by_balance(lambda balance: _seconds(balance.resets_at)),
    ),
    _Family(
        "credcheck_check_duration_seconds",
        "How long the check of the account took.",
        _by_account(lambda result: Decimal(result.elapsed_ms) / 1000),
    ),
    _Family(
        "credcheck_last_check_timestamp_seconds",
        "When the account was checked, in seconds since 1970.",
        _by_account(lambda result: _seconds(result.checked_at)),
    ),
)
