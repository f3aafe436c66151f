"""Charts compared whole, dot by dot, and the labels of their axes at the limits of their units."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from credcheck.history.report import balance_history
from credcheck.history.samples import Name, Sample
from credcheck.models import Balance
from credcheck.render.chart import chart
from credcheck.render.plot import amount_label
from credcheck.system.terminal import Terminal

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def drawn(terminal: Terminal) -> list[str]:
    kept = [Sample(NOON - 4 * DAY, Decimal(8)), Sample(NOON - 2 * DAY, Decimal(4)), Sample(NOON, Decimal(4))]
    balance = Balance(id="USD", amount=Decimal(4), unit="USD", is_main=True)
    name = Name("acme", "acme", "USD", "USD")
    return chart(
        balance_history(name, balance, kept, since=NOON - 4 * DAY, now=NOON, zone=UTC), terminal, UTC
    ).splitlines()


UNICODE = """\
8 ┤⠢⣀
  │  ⠑⢄⡀
6 ┤    ⠈⠢⣀
  │       ⠑⢄⡀
4 ┤         ⠈⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒
  │
2 ┤
  │
0 ┤
  └──┬──────────────────
     17 Nov
⣀ balance"""
ASCII = """\
8 +**
  |  ***
6 +    ***
  |       ***
4 +         ************
  |
2 +
  |
0 +
  +--+------------------
     17 Nov
* balance"""


@pytest.mark.parametrize(("unicode", "expected"), [(True, UNICODE), (False, ASCII)])
def test_a_chart_has_its_dots_where_the_amounts_are(*, unicode: bool, expected: str) -> None:
    assert "\n".join(drawn(Terminal(width=24, unicode=unicode))) == expected


@pytest.mark.parametrize(
    ("amount", "step", "label"),
    [
        (90_000, 10_000, "90,000"),
        (900_000, 100_000, "0.9M"),
        (50e6, 1e6, "50M"),
        (900e6, 100e6, "0.9G"),
        (50e9, 10e9, "50G"),
        (900e9, 100e9, "0.9T"),
        (2e12, 1e12, "2T"),
    ],
)
def test_an_axis_names_its_amounts_in_the_unit_of_their_size(amount: float, step: float, label: str) -> None:
    assert amount_label(amount, step) == label
