"""What is measured, what it is measured against, and how quick it shall be."""

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from credcheck import providers

PROVIDERS = ("goenhance", "liveavatar", "fish-audio", "supertone", "pixelcut")

PASS, TYPER, IMPORTS = "python -c pass", "import typer", "import typer, httpx"
BARE_ONE, BARE_FIVE, SHORTEST = "httpx script, one", "httpx script, five in threads", "shortest httpx script, five"
CURLS = "curl | jq, five in a row"
_IN_FILE = "accounts, five in a file"

_SCRIPT_IN_A_ROW = """\
import sys, httpx
with httpx.Client() as client:
    for url in sys.argv[1:]:
        print(client.get(url, headers={"X-API-KEY": "key-" + url[-1]}).json()["balance"])
"""
_SHORTEST_SCRIPT = """\
import sys, httpx
for url in sys.argv[1:]:
    print(httpx.get(url, headers={"X-API-KEY": "key-" + url[-1]}).json()["balance"])
"""
_SCRIPT_IN_THREADS = """\
import sys, httpx
from concurrent.futures import ThreadPoolExecutor
def ask(url):
    return client.get(url, headers={"X-API-KEY": "key-" + url[-1]}).json()["balance"]
with httpx.Client() as client, ThreadPoolExecutor(5) as threads:
    print(*threads.map(ask, sys.argv[1:]), sep="\\n")
"""
_CURLS_IN_A_ROW = 'for url; do curl -s -H "X-API-KEY: key-${url##*/}" "$url" | jq .balance; done'
_CURLS_AT_ONCE = '{ for url; do curl -s -H "X-API-KEY: key-${url##*/}" "$url" & done; wait; } | jq .balance | sort -n'


@dataclass(frozen=True)
class Figures:
    """What one run cost: seconds, seconds, MiB. `right` tells whether it did what it should."""

    wall: float
    cpu: float
    peak: float
    right: bool = True


@dataclass(frozen=True)
class Goal:
    """At most `after` + `factor` x (`before` + the reference); of peak memory where `of` says so."""

    factor: float
    reference: str = ""
    before: float = 0.0
    after: float = 0.0
    of: str = "wall"

    def ratio(self, case: Figures, medians: Mapping[str, Figures]) -> float | None:
        """Return what is to be compared with `factor`, or None where the reference was not measured."""
        if self.reference and self.reference not in medians:
            return None
        reference = getattr(medians[self.reference], self.of) if self.reference else 0.0
        ratio: float = (getattr(case, self.of) - self.after) / (self.before + reference)
        return ratio

    def __str__(self) -> str:
        unit = "MiB" if self.of == "peak" else "s"
        before = f"{self.before:g} {unit}" if self.before else ""
        whole = " + ".join(filter(None, [before, self.reference]))
        after = f"{self.after:g} {unit} + " if self.after else ""
        return f"{after}{self.factor:.2f} x ({whole})"


@dataclass(frozen=True)
class Case:
    """One command line, what it must print and end with, and its goals."""

    name: str
    command: Sequence[str]
    right: Callable[[str], bool] = lambda _out: True
    status: int = 0
    variables: Mapping[str, str] = field(default_factory=dict)
    goals: Sequence[Goal] = ()
    many: bool = False


@dataclass(frozen=True)
class Place:
    """A folder of this run, the server's ports, and the variable that names its authority."""

    folder: Path
    ports: Mapping[str, Sequence[int]]
    trust: Mapping[str, str]

    def url(self, scheme: str, *, host: int = 0, delay: int = 0) -> str:
        """Return the `base_url` of a host that answers after `delay` milliseconds."""
        ports = self.ports[scheme]
        return f"{'http' if scheme == 'http' else 'https'}://127.0.0.1:{ports[host % len(ports)]}/{delay}"

    def configure(self, name: str, urls: Sequence[str], *, concurrency: int | None = None) -> dict[str, str]:
        """Write a configuration of an account for each URL; return the variables of a run with it."""
        lines = [f"concurrency = {concurrency}\n"] if concurrency else []
        for number, url in enumerate(urls):
            provider = PROVIDERS[number % len(PROVIDERS)] if len(urls) <= len(PROVIDERS) else "pixelcut"
            account = provider if len(urls) <= len(PROVIDERS) else f"account-{number}"
            lines.append(f'[accounts.{account}]\nprovider = "{provider}"\napi_key = "key-{number + 1}"\n')
            lines.append(f'base_url = "{url}"\n')
        return {**self.write(name, "".join(lines)), **self.trust}

    def write(self, name: str, text: str) -> dict[str, str]:
        """Write a configuration where it is usually looked for; return the variable that says where this is."""
        file = self.folder / name / "credcheck" / "config.toml"
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(0o600)
        return {"XDG_CONFIG_HOME": str(self.folder / name)}


def references(place: Place) -> Iterator[Case]:
    """Yield what everybody pays, and what others pay for the same."""
    yield Case(PASS, [sys.executable, "-c", "pass"])
    yield Case(TYPER, [sys.executable, "-c", "import typer"])
    yield Case(IMPORTS, [sys.executable, "-c", "import typer, httpx"])
    one = place.url("http") + "/1"
    five = [place.url("https", host=number, delay=200) + f"/{number}" for number in range(5)]
    yield Case(BARE_ONE, [sys.executable, "-c", _SCRIPT_IN_A_ROW, one], _says(1))
    yield Case(BARE_FIVE, [sys.executable, "-c", _SCRIPT_IN_THREADS, *five], _says(*range(5)), variables=place.trust)
    in_a_row = [sys.executable, "-c", _SCRIPT_IN_A_ROW, *five]
    yield Case("httpx script, five in a row", in_a_row, _says(*range(5)), variables=place.trust)
    # Left to itself the library reads certifi's bundle, and `httpx.get` does so each time.
    shortest = [sys.executable, "-c", _SHORTEST_SCRIPT, *five]
    yield Case(SHORTEST, shortest, _says(*range(5)), variables={"SSL_CERT_FILE": str(place.folder / "bundle.pem")})
    if shutil.which("curl") and shutil.which("jq"):
        yield Case("curl | jq, one", ["sh", "-c", _CURLS_IN_A_ROW, "sh", one], _says(1))
        for name, script in ((CURLS, _CURLS_IN_A_ROW), ("curls at once | jq, five", _CURLS_AT_ONCE)):
            yield Case(name, ["sh", "-c", script, "sh", *five], _says(*range(5)), variables=place.trust)


def cases(place: Place) -> Iterator[Case]:
    """Yield the program's cases."""
    program = [str(Path(sys.executable).with_name("credcheck"))]
    module = [sys.executable, "-m", "credcheck"]
    yield from _without_network(place, program, module)
    yield from _providers(place, program)
    yield from _one_account(place, program, module)
    yield from _five_accounts(place, program)
    yield from _many_accounts(place, program)


def _without_network(place: Place, program: list[str], module: list[str]) -> Iterator[Case]:
    version = re.compile(r"credcheck [0-9.]+\n").fullmatch
    wrong_file = place.write("wrong", "timeuot = 1\n")
    yield Case("--version", [*program, "--version"], lambda out: bool(version(out)), goals=[Goal(1.2, PASS)])
    yield Case("--version, as module", [*module, "--version"], lambda out: bool(version(out)))
    yield Case("--help", [*program, "--help"], lambda out: "Usage" in out, goals=[Goal(1.15, TYPER)])
    yield Case(
        "wrong configuration",
        [*program, "all"],
        lambda out: not out,
        2,
        variables=wrong_file,
        goals=[Goal(1.15, TYPER)],
    )


def _providers(place: Place, program: list[str]) -> Iterator[Case]:
    """Yield what the number of providers could slow down: the list, variables, and descriptions of a user's own."""
    yield Case(
        "providers",
        [*program, "providers"],
        lambda out: f"{len(providers.names())} providers" in out,
        goals=[Goal(1, "--help", after=0.06)],
    )
    # Without a check, for that would ask the providers themselves.
    listed = [*program, "accounts", "--json"]
    names = {f"{name.split('-')[0].upper()}_API_KEY": name for name in PROVIDERS}
    in_file = "".join(f'[accounts.{name}]\napi_key = "key"\n' for name in names.values())
    yield Case(_IN_FILE, listed, _accounts(5), variables=place.write("five-in-file", in_file))
    in_air = {**place.write("none", ""), **dict.fromkeys(names, "key")}
    yield Case(
        "accounts, five variables", listed, _accounts(5), variables=in_air, goals=[Goal(1, _IN_FILE, after=0.008)]
    )
    own = in_file + "".join(map(_own_provider, range(20)))
    yield Case(
        "accounts, five in a file with 20 own providers",
        listed,
        _accounts(5),
        variables=place.write("own", own),
        goals=[Goal(1, _IN_FILE, after=0.005)],
    )


def _own_provider(number: int) -> str:
    return f"""
[providers.own-{number}]
title = "Own {number}"
request = {{ url = "https://own-{number}.example/v1/credits", headers = {{ Authorization = "Bearer {{key}}" }} }}
balance = {{ amount = "total - used", unit = "credits", total = "total" }}
answer = {{ ok = {{ code = 0 }} }}
"""


def _one_account(place: Place, program: list[str], module: list[str]) -> Iterator[Case]:
    for scheme, factor in (("http", 1.2), ("https", 1.25)):
        variables = place.configure(f"one-{scheme}", [place.url(scheme)])
        goals = [Goal(factor, IMPORTS)]
        asked = [PROVIDERS[0], "--json"]
        yield Case(f"NAME --json, {scheme}", [*program, *asked], _balances(1), variables=variables, goals=goals)
        yield Case(f"NAME --json, {scheme}, as module", [*module, *asked], _balances(1), variables=variables)


def _five_accounts(place: Place, program: list[str]) -> Iterator[Case]:
    urls = [place.url("https", host=number, delay=200) for number in range(5)]
    variables = place.configure("five", urls)
    yield Case(
        "all --json, five at 200 ms",
        [*program, "all", "--json"],
        _balances(5),
        variables=variables,
        goals=[Goal(1.3, IMPORTS, after=0.2), Goal(1 / 3.5, CURLS), Goal(1.1, SHORTEST, of="peak")],
    )
    yield Case(
        "all, table, five at 200 ms",
        [*program, "all"],
        lambda out: _says(*range(1, 6))(_third_column(out)),
        variables=variables,
        goals=[Goal(1.6, IMPORTS, after=0.2), Goal(1.1, SHORTEST, after=6, of="peak")],
    )
    yield Case(
        "all, table, five, one host dead, 3 s",
        [*program, "all", "--timeout", "3"],
        lambda out: _says(*range(1, 5))(_third_column(out)),
        3,
        variables=place.configure("dead", [*urls[:4], place.url("dead")]),
        goals=[Goal(1.9, IMPORTS, after=3.0)],
    )


def _many_accounts(place: Place, program: list[str]) -> Iterator[Case]:
    for accounts, hosts, factor in ((1000, 16, 1.2), (1000, 1, 1.2), (1000, 1000, 1.2), (5000, 16, 1.25)):
        urls = [place.url("https", host=number % hosts, delay=200) for number in range(accounts)]
        variables = place.configure(f"{accounts}-on-{hosts}", urls, concurrency=100)
        goals = [Goal(factor, IMPORTS, before=accounts / 500)]
        if accounts > 1000:
            goals.append(Goal(1, before=100, of="peak"))
        name = f"all --json, {accounts} on {hosts} host{'s' * (hosts > 1)}"
        command = [*program, "all", "--json"]
        yield Case(name, command, _balances(accounts), variables=variables, goals=goals, many=True)


def _balances(count: int) -> Callable[[str], bool]:
    """Return a check that JSON holds the balances from 1, in their order: an account with nothing left is low."""

    def right(out: str) -> bool:
        answer = json.loads(out)
        return [result["balance"] for result in answer.get("results", [answer])] == list(range(1, count + 1))

    return right


def _accounts(count: int) -> Callable[[str], bool]:
    """Return a check that JSON lists so many accounts."""
    return lambda out: len(json.loads(out)["accounts"]) == count


def _says(*numbers: int) -> Callable[[str], bool]:
    """Return a check that the output is these numbers, one a line."""
    return lambda out: out.split() == list(map(str, numbers))


def _third_column(out: str) -> str:
    return "\n".join(row.split()[2] for row in out.splitlines() if row.startswith("✓"))
