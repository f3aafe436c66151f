"""Environments that nobody would wish for."""

import resource
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import PROGRAM
from tests.faults.conftest import Front
from tests.faults.guarantees import Run
from tests.faults.world import HERE, outcome_of


@pytest.fixture
def secure(front: Front) -> Front:
    """The front door, set up with one account over TLS."""
    good = next(place for place in front.world.places if place.name == "tls-good")
    front.configure(front.account("fine", url=good.url), timeout=5)
    return front


def trusting(front: Front) -> dict[str, str]:
    """Return the variable that makes the servers' authority known."""
    return {"SSL_CERT_FILE": str(front.world.certificates.bundle)}


@pytest.mark.parametrize(
    ("variable", "make"),
    [
        ("SSL_CERT_FILE", lambda _: "/nowhere.pem"),
        ("SSL_CERT_FILE", str),
        ("SSL_CERT_FILE", lambda folder: _written(folder / "no.pem", "no certificate")),
        ("SSL_CERT_DIR", str),
        ("SSL_CERT_DIR", lambda _: "/nowhere"),
    ],
)
def test_certificates_that_cannot_be_used_are_an_error_that_names_variable_and_path(
    secure: Front, tmp_path: Path, variable: str, make: Callable[[Path], str]
) -> None:
    folder = tmp_path / "certificates"
    folder.mkdir()
    place = make(folder)
    run = secure("all", "--json", **{variable: place})
    assert (run.status, run.out) == (2, "")
    assert f"{variable}: {place}: " in run.err


def _written(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_an_empty_name_of_a_certificate_file_names_none(secure: Front) -> None:
    (result,) = secure("all", "--json", SSL_CERT_FILE="", SSL_CERT_DIR="").results.values()
    assert outcome_of(result) == "tls"
    assert secure.requests("fine") == 0


def test_a_file_for_the_sessions_keys_that_cannot_be_written_disturbs_nothing(secure: Front) -> None:
    assert secure("all", "--json", SSLKEYLOGFILE="/nowhere/keys", **trusting(secure)).status == 0


def test_passwords_for_hosts_that_lie_about_are_not_used(front: Front) -> None:
    front.configure(front.account("fine"))
    (front.program.home / ".netrc").write_text("machine 127.0.0.1 login a password b\n", encoding="utf-8")
    assert front("all", "--json").status == 0
    (request,) = front.world.requests(front.program.home.name, "fine", "pixelcut")
    assert "authorization" not in request.headers


@pytest.mark.parametrize("home", ["", "relative", "."])
def test_a_home_that_is_no_absolute_path_makes_no_folder_of_that_name(front: Front, home: str) -> None:
    run = front("all", "--json", HOME=home)
    assert run.status == 2


def test_without_any_home_the_error_names_the_variable_and_the_option(front: Front) -> None:
    nobody = ["setpriv", "--reuid", "64321", "--clear-groups"]
    if subprocess.run([*nobody, "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs another user's rights")
    done = subprocess.run(
        [*nobody, PROGRAM, "all"], capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"}
    )
    if done.returncode in {126, 127} or "ermission denied" in done.stderr:
        pytest.skip("another user may not run the program here")
    assert done.returncode == 2
    assert "HOME" in done.stderr
    assert "--config" in done.stderr
    assert front.program.home.exists()


@pytest.mark.parametrize("folder", ["", "relative/path"])
def test_a_folder_for_settings_that_is_no_absolute_path_is_ignored(front: Front, folder: str) -> None:
    front.configure(front.account("fine"))
    assert front("all", "--json", XDG_CONFIG_HOME=folder).status == 0


def test_an_environment_that_holds_nothing_but_a_home_will_do(front: Front) -> None:
    front.configure(front.account("fine"))
    done = subprocess.run(
        [PROGRAM, "all", "--json"], capture_output=True, text=True, check=False, env={"HOME": str(front.program.home)}
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_few_descriptors_are_enough_for_many_accounts(front: Front) -> None:
    accounts = [front.account(f"account-{n}", "hang" if n % 50 == 0 else "ok") for n in range(100)]
    commands = [front.account(f"command-{n}") for n in range(20)]
    text = "".join(each.table().replace(f'api_key = "{each.key}"', 'api_key_command = "echo key"') for each in commands)
    front.configure(*accounts, text=text, timeout=1)
    done = subprocess.run(
        [PROGRAM, "all", "--json"],
        capture_output=True,
        text=True,
        check=False,
        env=front.program.full_environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20)),
    )
    run = Run(done.returncode, done.stdout, done.stderr)
    outcomes = [outcome_of(result) for result in run.results.values()]
    assert outcomes == ["timeout" if n % 50 == 0 else "=42" for n in range(100)] + ["=42"] * 20
    assert (run.status, run.err) == (3, "")


def test_without_a_thread_to_be_had_accounts_are_checked_all_the_same(secure: Front) -> None:
    run = secure("all", "--json", NO_THREADS="yes", PYTHONPATH=str(HERE / "injected"), **trusting(secure))
    assert (run.status, run.err) == (0, "")


def test_two_runs_at_once_are_both_right(front: Front) -> None:
    front.configure(*[front.account(f"account-{n}") for n in range(20)])
    with ThreadPoolExecutor(2) as threads:
        runs = list(threads.map(lambda _: front.program("all", "--json"), range(2)))
    assert [run.status for run in runs] == [0, 0]
