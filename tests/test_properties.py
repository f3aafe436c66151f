"""What holds for any answer whatever: it is read exactly, or refused cleanly."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credcheck import providers
from credcheck.errors import CheckError, InternalError
from credcheck.models import Reading, Response
from credcheck.providers.balances import Context
from credcheck.providers.provider import Provider
from tests.conftest import Program
from tests.playback import Answer, Playback, playing
from tests.recordings import EXCHANGES
from tests.results import interpreted


def members(document: object) -> Iterator[str]:
    """Yield the names of all members of a document."""
    match document:
        case dict():
            yield from document
            for inner in document.values():
                yield from members(inner)
        case list():
            for inner in document:
                yield from members(inner)


def recorded_members() -> list[str]:
    bodies = [exchange.body for _, exchange in EXCHANGES if exchange.body.startswith(("{", "["))]
    return sorted({name for body in bodies for name in members(json.loads(body))})


NOW = datetime(2026, 11, 21, tzinfo=UTC)
NAMES = st.sampled_from(recorded_members()) | st.text(max_size=5)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.from_regex(r"[+-]?[0-9]{0,30}\.?[0-9]{0,30}", fullmatch=True)
    | st.sampled_from([0, 100, 1000, 401, "0", "NaN", "-Infinity", "1e5", 10**200])
)
DOCUMENTS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)
BODIES = DOCUMENTS.map(lambda document: json.dumps(document).encode()) | st.binary(max_size=50)
STATUSES = st.just(200) | st.sampled_from([201, 204, 301, 400, 401, 402, 403, 404, 422, 429, 500, 503, 599, 999])


def outcome(provider: Provider, response: Response) -> Reading | CheckError:
    try:
        return interpreted(provider, response, Context({}, NOW))
    except CheckError as error:
        return error


# A document costs more to make up than to read: each is read as every provider would.
@settings(max_examples=300)
@given(body=BODIES, status=STATUSES)
def test_any_answer_is_a_balance_or_a_clean_error(body: bytes, status: int) -> None:
    for name in providers.names():
        came = outcome(providers.load(name), Response(status, body))
        if isinstance(came, Reading):
            assert 200 <= status < 300, name
            assert all(each.amount is None or each.amount.is_finite() for each in came.balances), name
            assert all(isinstance(value, bool | str | Decimal) for value in came.details.values()), name
        else:
            assert not isinstance(came, InternalError), name
            assert came.http_status == (None if 200 <= status < 300 else status), name


# As JSON writes a number, with an exponent that can be believed; and as text has it, without one.
TEXTS = st.from_regex(r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,30})?", fullmatch=True)
NUMBERS = st.builds("".join, st.tuples(TEXTS, st.from_regex(r"([eE][+-]?[0-9])?", fullmatch=True)))
# The provider that sees a number, and the one that sees the same number as text.
ANSWERS = {"supertone": '{{"balance": {}}}', "fish-audio": '{{"credit": "{}"}}'}
ACCOUNTS = st.tuples(st.just("supertone"), NUMBERS) | st.tuples(st.just("fish-audio"), TEXTS)


@pytest.fixture(scope="module")
def echo_of_numbers() -> Iterator[Playback]:
    """A server at which `/PROVIDER/NUMBER` is that provider's answer with this number, digit for digit."""

    def answer(target: str) -> Answer:
        _, provider, number, *_ = target.split("/")
        return Answer(ANSWERS[provider].format(number))

    with playing(answer) as playback:
        yield playback


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program, for many runs."""
    return Program(tmp_path_factory.mktemp("numbers"))


def configuration(url: str, accounts: list[tuple[str, str]]) -> str:
    return "".join(
        f'[accounts.n{place}]\nprovider = "{provider}"\napi_key = "k"\nbase_url = "{url}/{provider}/{number}"\n'
        for place, (provider, number) in enumerate(accounts)
    )


def plain(number: str) -> str:
    """Return what must come out: the same digits, written out, and a zero without a sign."""
    digits = format(Decimal(number), "f")
    return digits if Decimal(number) else digits.removeprefix("-")


@settings(max_examples=3)
@given(accounts=st.lists(ACCOUNTS, min_size=70, max_size=70))
def test_the_digits_survive_from_the_socket_to_stdout(
    program: Program, echo_of_numbers: Playback, accounts: list[tuple[str, str]]
) -> None:
    program.configure(configuration(echo_of_numbers.url, accounts))
    run = program("all", "--json", "--timeout", "20")
    results = json.loads(run.out, parse_float=str, parse_int=str)["results"]
    assert [each["balance"] for each in results] == [plain(number) for _, number in accounts]
    assert run.status == any(Decimal(number) <= 0 for _, number in accounts)
