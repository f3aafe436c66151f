"""A thousand accounts, of which a tenth fails, or hangs, or none."""

from tests.faults.conftest import Front
from tests.faults.world import account_name, outcome_of

MANY = 1000


def test_a_thousand_accounts_each_get_their_own_balance(front: Front) -> None:
    front.configure(*[front.account(f"{n}", "echo") for n in range(MANY)], concurrency=64, timeout=5)
    run = front("all", "--json")
    assert run.results.keys() == {account_name(f"{n}", "pixelcut") for n in range(MANY)}
    assert all(outcome_of(result) == f"={name.partition('@')[0]}" for name, result in run.results.items())
    assert (run.status, run.err) == (1, "")  # the first has nothing left
    assert sum(front.requests(f"{n}") for n in range(MANY)) == MANY


def test_a_tenth_that_fails_and_a_tenth_that_hangs_leave_the_others_alone(front: Front) -> None:
    scenarios = {0: "status-500", 5: "hang"}
    front.configure(
        *[front.account(f"{n}", scenarios.get(n % 10, "echo")) for n in range(MANY)], concurrency=100, timeout=1.5
    )
    run = front("all", "--json")
    wanted = {0: "provider_error", 5: "timeout"}
    for n in range(MANY):
        result = run.results[account_name(f"{n}", "pixelcut")]
        assert outcome_of(result) == wanted.get(n % 10, f"={n}")
        assert int(result["elapsed_ms"]) <= 3000
    assert run.status == 3
    assert run.seconds < 10


def test_fifty_accounts_that_were_sent_away_together_do_not_come_back_together(front: Front) -> None:
    front.configure(*[front.account(f"{n}", "limited-1s") for n in range(50)], concurrency=50, timeout=4)
    run = front("all", "--json")
    assert run.status == 0
    seconds = [front.world.requests(front.program.home.name, f"{n}", "pixelcut")[1].time for n in range(50)]
    assert max(seconds) - min(seconds) > 0.1


def test_sessions_are_nobodys(front: Front) -> None:
    front.configure(*[front.account(f"{n}", "cookie-session") for n in range(20)], concurrency=1)
    assert front("all", "--json").status == 0
    for n in range(20):
        (request,) = front.world.requests(front.program.home.name, f"{n}", "pixelcut")
        assert "cookie" not in request.headers


def test_one_bad_key_does_not_poison_the_provider(front: Front) -> None:
    front.configure(front.account("bad", "doc-401"), front.account("good"), front.account("also-good"), concurrency=1)
    outcomes = [outcome_of(result) for result in front("all", "--json").results.values()]
    assert outcomes == ["key_rejected", "=42", "=42"]
