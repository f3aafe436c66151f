"""The runs that most rows of the catalogue share: all accounts at once, as JSON and as a table."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import Program
from tests.faults.guarantees import Run, assert_kept
from tests.faults.world import HERE, TIMEOUT, Account, World, configuration, everything, measured

CONCURRENCY = 100


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """All that can go wrong at once."""
    with everything(tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture(scope="session")
def as_json(world: World, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run `credcheck all --json` for every row and provider."""
    return run_all(world, world.accounts("json"), tmp_path_factory.mktemp("home"), "--json")


@pytest.fixture(scope="session")
def as_table(world: World, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run `credcheck all` for every row at one provider."""
    return run_all(world, one_provider_each(world.accounts("table")), tmp_path_factory.mktemp("home"))


def one_provider_each(accounts: list[Account]) -> list[Account]:
    """Return one account for each condition, the providers taking turns."""
    by_condition: dict[str, list[Account]] = {}
    for account in accounts:
        by_condition.setdefault(account.name.rpartition("@")[0], []).append(account)
    return [choices[turn % len(choices)] for turn, choices in enumerate(by_condition.values())]


def run_all(world: World, accounts: list[Account], home: Path, *arguments: str) -> Run:
    """Check these accounts in one run."""
    program = Program(home)
    program.configure(configuration(accounts, timeout=TIMEOUT, concurrency=CONCURRENCY))
    variables = {"SSL_CERT_FILE": str(world.certificates.bundle), "PYTHONPATH": str(HERE / "injected")}
    return measured(program, "all", *arguments, variables=variables)


@dataclass
class Front:
    """The front door: the installed program, each of whose runs must keep the guarantees."""

    program: Program
    world: World
    keys: dict[str, str] = field(default_factory=dict)

    def account(self, name: str, scenario: str = "ok", *, provider: str = "pixelcut", url: str = "") -> Account:
        """Return an account at a scenario of the server."""
        run = self.program.home.name
        made = self.world.account(name, provider, url or self.world.url, run=run, scenario=scenario)
        self.keys[made.name] = made.key
        return made

    def requests(self, name: str, *, provider: str = "pixelcut") -> int:
        """Return how many requests came for an account."""
        return len(self.world.requests(self.program.home.name, name, provider))

    def configure(self, *accounts: Account, text: str = "", **settings: float) -> Path:
        """Write the configuration: these accounts, and more text."""
        return self.program.configure(configuration(accounts, **settings) + text)

    def __call__(self, *arguments: str, **variables: str) -> Run:
        """Run the program, and assert the guarantees."""
        run = measured(self.program, *arguments, variables=variables)
        assert_kept(run, self.keys)
        return run


@pytest.fixture
def front(world: World, tmp_path: Path) -> Front:
    """The front door, with nothing set up."""
    home = tmp_path / f"home-of-{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:8]}"
    home.mkdir()
    return Front(Program(home), world)
