"""The runs that most rows of the catalogue share: all accounts at once, as JSON and as a table."""

from collections.abc import Iterator

import pytest

from tests.conftest import Program
from tests.faults.guarantees import Run
from tests.faults.world import HERE, TIMEOUT, Account, World, configuration, everything, measured

CONCURRENCY = 100


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """All that can go wrong at once."""
    with everything(tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture(scope="session")
def as_json(world: World, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of `credcheck all --json` that asks for every row and provider."""
    return run_all(world, world.accounts("json"), tmp_path_factory, "--json")


@pytest.fixture(scope="session")
def as_table(world: World, as_json: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of `credcheck all` that asks for every row, each of one provider, after the other run has ended."""
    assert as_json.out
    return run_all(world, one_provider_each(world.accounts("table")), tmp_path_factory)


def one_provider_each(accounts: list[Account]) -> list[Account]:
    """Return one account for each condition, the providers taking turns."""
    by_condition: dict[str, list[Account]] = {}
    for account in accounts:
        by_condition.setdefault(account.name.rpartition("@")[0], []).append(account)
    return [choices[turn % len(choices)] for turn, choices in enumerate(by_condition.values())]


def run_all(world: World, accounts: list[Account], tmp_path_factory: pytest.TempPathFactory, *arguments: str) -> Run:
    """Check these accounts in one run."""
    program = Program(tmp_path_factory.mktemp("home"))
    program.configure(configuration(accounts, timeout=TIMEOUT, concurrency=CONCURRENCY))
    variables = {"SSL_CERT_FILE": str(world.certificates.bundle), "PYTHONPATH": str(HERE / "injected")}
    return measured(program, "all", *arguments, variables=variables)
