"""Every row of the catalogue that one run with many accounts can show, and the guarantees for every row."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest

from tests.faults.catalogue.row import Row
from tests.faults.documents import KEY_HEADERS, PATHS, PROVIDERS
from tests.faults.guarantees import LONGEST_LINE, Run, assert_kept
from tests.faults.world import ROWS, TIMEOUT, Account, World, account_name, outcome_of

CONDITIONS = [row for row in ROWS if row.providers]


@pytest.fixture(scope="session")
def keys(world: World) -> dict[str, str]:
    """The keys of all accounts."""
    return {account.name: account.key for account in [*world.accounts("json"), *world.accounts("table")]}


@pytest.fixture(scope="session")
def results(as_json: Run) -> dict[str, dict[str, Any]]:
    """The results of the run as JSON, by account."""
    return as_json.results


@pytest.fixture(scope="session")
def lines(as_table: Run) -> dict[str, list[str]]:
    """The lines of the run as a table, on both streams, by account."""
    found: dict[str, list[str]] = {}
    for line in as_table.out.splitlines() + as_table.err.splitlines():
        name = re.search(r"[\w.-]+@[\w-]+", line)
        found.setdefault(name[0] if name else "", []).append(line)
    return found


@pytest.mark.parametrize("row", CONDITIONS, ids=lambda row: row.name)
def test_each_condition_comes_to_what_the_catalogue_says(
    row: Row, world: World, results: dict[str, dict[str, Any]]
) -> None:
    for provider in row.providers:
        result = results[account_name(row.name, provider)]
        assert row.accepts(provider, outcome_of(result)), result
        assert_implied(result)
        if result["error"]:
            assert row.says in result["error"]["message"]
            assert row.says_not not in result["error"]["message"]
        asked = world.requests("json", row.name, provider)
        assert row.requests[0] <= len(asked) <= row.requests[1]
        for request in asked:
            assert_request(request.method, request.path, request.headers, provider, result["account"])


def test_each_place_comes_to_what_the_catalogue_says(world: World, results: dict[str, dict[str, Any]]) -> None:
    wrong = {}
    for place in world.places:
        for provider in PROVIDERS:
            result = results[account_name(place.name, provider)]
            assert_implied(result)
            said = result["error"]["message"] if result["error"] else ""
            fewest, most = place.requests
            asked = len(world.requests("json", place.name, provider))
            row = Row(place.name, lambda _: None, place.outcome)
            is_said = place.says in said and place.says_not not in said
            if not (row.accepts(provider, outcome_of(result)) and is_said and fewest <= asked <= most):
                wrong[result["account"]] = (outcome_of(result), said, asked)
    assert not wrong


@pytest.mark.parametrize("row", CONDITIONS, ids=lambda row: row.name)
def test_each_failed_account_has_one_line_in_the_table_and_one_below_it(row: Row, lines: dict[str, list[str]]) -> None:
    (account, told), *others = [(name, told) for name, told in lines.items() if name.rpartition("@")[0] == row.name]
    assert not others
    table, *errors = told
    provider = account.rpartition("@")[2]
    assert len(errors) <= 1
    if errors:
        assert errors[0].startswith(f"{account} ({provider}): ")
        assert len(errors[0]) <= LONGEST_LINE
        assert row.accepts(provider, table.split(maxsplit=2)[2].replace(" ", "_"))
    else:
        assert row.accepts(provider, f"={table.split()[2].replace(',', '')}")


def test_the_elapsed_time_is_in_milliseconds(results: dict[str, dict[str, Any]]) -> None:
    for provider in PROVIDERS:
        assert 1000 <= int(results[account_name("slow-1", provider)]["elapsed_ms"]) < 2500
        assert int(results[account_name("hang", provider)]["elapsed_ms"]) in range(TIMEOUT * 1000, TIMEOUT * 1000 + 500)


def test_nothing_is_sent_to_a_second_origin(world: World, as_json: Run, as_table: Run) -> None:
    assert as_json.out
    assert as_table.out
    assert world.other.connections == 0


def test_no_key_is_in_the_json_and_all_else_holds_too(as_json: Run, keys: dict[str, str]) -> None:
    assert_kept(as_json, keys)
    assert as_json.err == ""
    assert as_json.status == 1  # some rows have nothing left, which wins over what failed


def test_no_key_is_in_the_table_and_all_else_holds_too(as_table: Run, keys: dict[str, str]) -> None:
    assert_kept(as_table, keys)
    assert as_table.status == 1


def test_results_stand_in_the_order_of_the_configuration(world: World, as_json: Run) -> None:
    assert list(as_json.results) == [account.name for account in world.accounts("json")]


@pytest.mark.parametrize("name", ["limited-none", "limited-zero", "limited-negative", "flap-99", "limited-always"])
def test_attempts_are_never_made_at_once_nor_in_step(name: str, world: World, as_json: Run) -> None:
    assert as_json.out
    pauses = []
    for provider in PROVIDERS:
        times = [request.time for request in world.requests("json", name, provider)]
        pauses += [later - earlier for earlier, later in pairwise(times)]
    assert min(pauses) >= 0.09
    assert max(pauses) - min(pauses) > 0.01


@pytest.mark.parametrize("name", ["limited-1s", "unavailable-1s", "limited-date", "limited-skew"])
def test_what_the_provider_asks_to_wait_is_waited(name: str, world: World, as_json: Run) -> None:
    assert as_json.out
    for provider in PROVIDERS:
        first, second = (request.time for request in world.requests("json", name, provider))
        # A date has whole seconds, and so what is left of 1.2 may be 0.2.
        assert second - first >= (0.2 if "date" in name or "skew" in name else 1)


def assert_implied(result: Mapping[str, Any]) -> None:
    """Assert the guarantees for a single account."""
    assert int(result["elapsed_ms"]) <= (TIMEOUT + 1) * 1000
    assert (result["balance"] is None) == (result["status"] == "error") == (result["error"] is not None)
    if result["error"]:
        assert result["error"]["code"] != "internal_error"
        message = result["error"]["message"]
        assert 0 < len(message) <= 200
        assert message.isprintable()
        assert not message.endswith(":")


def assert_request(method: str, path: str, headers: Mapping[str, str], provider: str, account: str) -> None:
    """Assert that a request is the documented one, and that its key is its account's and in one header only."""
    assert method == "GET"
    assert path.endswith(f"/{provider}{PATHS[provider]}")
    name, prefix = KEY_HEADERS[provider]
    key = Account(account, provider, "").key
    assert headers[name] == prefix + key
    assert [each for each, value in headers.items() if key in value] == [name]
    assert set(headers) == {"host", "accept", "accept-encoding", "user-agent", name}
