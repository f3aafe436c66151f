"""`credcheck all`: every account, in one answer."""

import json
import socket
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.conftest import Program

TABLE = """\
   Account       Balance  Unit
─────────────────────────────────
✓  goenhance    4,207     credits
✓  liveavatar   1,234.50  credits
✓  fish-audio  98.765432  USD
✓  supertone    1,500.25  credits
✓  pixelcut        42     credits
"""
BALANCES = {
    "goenhance": Decimal(4207),
    "liveavatar": Decimal("1234.50"),
    "fish-audio": Decimal("98.765432"),
    "supertone": Decimal("1500.25"),
    "pixelcut": Decimal(42),
}


@pytest.fixture
def dead() -> Iterator[str]:
    """An address of this machine at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


def balances(out: str) -> dict[str, Decimal | None]:
    results = json.loads(out, parse_float=Decimal, parse_int=Decimal)["results"]
    return {result["account"]: result["balance"] for result in results}


def test_five_accounts_are_one_table(five: Program) -> None:
    run = five("all")
    assert (run.status, run.out, run.err) == (0, TABLE, "")


def test_five_accounts_are_one_envelope_in_the_order_of_the_file(five: Program) -> None:
    run = five("all", "--json")
    assert (run.status, run.err) == (0, "")
    assert list(balances(run.out).items()) == list(BALANCES.items())


def test_the_envelope_has_exactly_its_members(five: Program) -> None:
    envelope = json.loads(five("all", "--json").out)
    assert list(envelope) == ["schema_version", "checked_at", "results", "summary", "totals"]
    assert envelope["schema_version"] == 1
    assert {result["schema_version"] for result in envelope["results"]} == {1}


def test_with_one_host_dead_the_other_balances_stand(five: Program, server: str, dead: str) -> None:
    path = five.directory / "config.toml"
    path.write_text(path.read_text().replace(f"{server}/liveavatar", dead))
    run = five("all", "--json")
    assert run.status == 3
    assert balances(run.out) == {**BALANCES, "liveavatar": None}


def test_a_disabled_account_is_left_out_until_it_is_named(five: Program) -> None:
    path = five.directory / "config.toml"
    path.write_text(path.read_text() + "enabled = false\n")
    assert "pixelcut" not in balances(five("all", "--json").out)
    assert five("pixelcut", "--format", "value").out == "42\n"
    assert "pixelcut" in balances(five("all", "pixelcut", "--json").out)


def test_with_every_account_disabled_there_is_nothing_to_check(credcheck: Program) -> None:
    credcheck.configure('[accounts.pixelcut]\napi_key = "k"\nenabled = false\n')
    run = credcheck("all")
    assert (run.status, run.out) == (2, "")
    assert "disabled" in run.err


def test_with_no_account_at_all_it_says_how_to_begin(credcheck: Program) -> None:
    run = credcheck("all", "--json")
    assert (run.status, run.out) == (2, "")
    assert "credcheck demo" in run.err


def test_accounts_at_one_provider_are_checked_each_with_its_own_key(credcheck: Program, server: str) -> None:
    credcheck.configure(
        f'[accounts.work]\nprovider = "pixelcut"\napi_key = "demo-key"\nbase_url = "{server}/pixelcut"\n'
        f'[accounts.pixelcut]\napi_key = "other-key"\nbase_url = "{server}/pixelcut"\n'
    )
    run = credcheck("all", "--json")
    work, own = json.loads(run.out)["results"]
    assert (run.status, work["account"], work["provider"], work["balance"]) == (4, "work", "pixelcut", 42)
    assert (own["account"], own["error"]["code"]) == ("pixelcut", "key_rejected")


def test_a_timeout_of_the_file_holds_unless_the_command_line_names_another(five: Program) -> None:
    path = five.directory / "config.toml"
    path.write_text("timeout = 0.000001\n" + path.read_text())
    codes = {result["error"]["code"] for result in json.loads(five("all", "--json").out)["results"]}
    assert codes == {"timeout"}
    assert five("all", "--timeout", "20").status == 0
