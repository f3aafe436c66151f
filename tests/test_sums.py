"""What was spent, by the built-in descriptions: random amounts over some pages, compared with exact fractions."""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from credcheck import providers
from credcheck.check import outcome
from credcheck.providers.balances import Context
from credcheck.providers.document import decode

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
Amount = Callable[[random.Random], str]


def number(chance: random.Random) -> str:
    """Return an amount as JSON writes one: whole, with decimals, with an exponent, seldom below zero."""
    sign = "-" if chance.random() < 0.1 else ""
    return sign + chance.choice(
        [
            str(chance.randrange(10**6)),
            f"{chance.randrange(10**6)}.{chance.randrange(10**9):09}",
            f"{chance.randrange(1, 10)}.{chance.randrange(10**12)}e-{chance.randrange(1, 9):02}",
            "0",
        ]
    )


def text(chance: random.Random) -> str:
    """Return an amount as text, without an exponent."""
    return f'"{Decimal(number(chance)):f}"'


def either(chance: random.Random) -> str:
    return chance.choice([number, text])(chance)


@pytest.mark.parametrize(
    ("name", "amount", "row", "day", "divisor"),
    [
        ("openai", either, '{{"amount": {{"value": {}, "currency": "usd"}}}}', '{{"results": [{}]}}', 1),
        ("anthropic", text, '{{"amount": {}, "currency": "USD"}}', '{{"results": [{}]}}', 100),
        ("together", text, '{{"cost": {}}}', '{{"line_items": [{}]}}', 1),
        ("github", number, '{{"netAmount": {}}}', "{}", 1),
        ("langfuse", number, '{{"totalCost": {}}}', "{}", 1),
    ],
)
def test_random_amounts_over_pages_sum_exactly(name: str, amount: Amount, row: str, day: str, divisor: int) -> None:
    chance = random.Random(f"{name} 1")  # noqa: S311  no secret
    described = providers.load(name)
    list_ = "usageItems" if name == "github" else "data"
    wrong = []
    for _ in range(200):
        amounts: list[str] = []
        pages = []
        for _page in range(chance.randrange(1, 6) if described.request.pages else 1):
            days = []
            for _day in range(chance.randrange(5)):
                rows = [amount(chance) for _ in range(1 if day == "{}" else chance.randrange(4))]
                amounts += rows
                days.append(day.format(", ".join(map(row.format, rows))))
            pages.append(f'{{"{list_}": [{", ".join(days)}], "currency": "USD"}}')
        documents = [decode(each.encode()) for each in pages]
        told = outcome.reading(described, documents, Context({}, NOW)).main.spent
        exact = (
            sum((Fraction(json.loads(each, parse_float=str, parse_int=str)) for each in amounts), Fraction()) / divisor
        )
        if told is None or Fraction(told) != exact:
            wrong.append((pages, told, exact))
    assert not wrong
