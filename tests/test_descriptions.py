"""What holds for every description, seen without a server."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from credcheck import providers
from credcheck.errors import BadResponse
from credcheck.providers.document import MISSING, decode, find, steps
from credcheck.providers.formula import Formula
from tests.recordings import RECORDINGS, Recording


def test_a_service_that_ends_has_a_notice_of_the_day_and_is_built_in_no_longer_than_that() -> None:
    ending = {each.name: each.last_day for each in map(providers.load, providers.names()) if each.last_day}
    for name, last_day in ending.items():
        assert str(last_day) in (providers.load(name).notice or ""), name
        assert last_day >= datetime.now(UTC).date(), f"{name} has ended: take it out, or its last_day"


def test_the_help_of_an_option_stands_in_parentheses_and_has_none() -> None:
    helps = {
        f"{name}.{option}": found.help
        for name in providers.names()
        for option, found in providers.load(name).options.items()
    }
    assert len(helps) > 50
    assert [option for option, text in helps.items() if "(" in text] == []


def test_what_is_no_credit_for_calls_is_no_alarm_by_the_usual_thresholds() -> None:
    """Such as what is earned, reserved or frozen: it may well be little, or nothing."""
    words = r"commission|earn|pending|referral|bonus|frozen|reserve|withdraw|cash|payout|reward|hold|free|gift|voucher"
    found = {
        f"{name}.{balance.id}": balance.kind
        for name in providers.names()
        for balance in providers.load(name).balances[1:]
        if re.search(words, balance.id or "")
    }
    assert set(found.values()) <= {"part", "grant"}, found
    assert found["clicksend.commission"] == found["tripo3d.frozen"] == "part"


def test_a_null_in_a_sum_is_named_or_counts_nothing() -> None:
    tried = set()
    for name, document, formula in (each for recording in RECORDINGS for each in sums(recording)):
        for term in formula.terms:
            if not term.is_sum and find(document, term.path) is not MISSING:
                nulled = with_null(document, steps(term.path))
                found = formula.value(nulled)
                assert (found is not None) if term.is_optional else found is None, f"{name}: {term.path}"
                assert term.is_optional or formula.null_path(nulled) == term.path, name
                tried.add(name)
    assert len(tried) > 20


def sums(recording: Recording) -> Iterator[tuple[str, Any, Formula]]:
    """Yield the sums of a provider's balances with the recorded answers in which they are numbers."""
    for template in providers.load(recording.provider).balances:
        for formula in template.amounts if template.each is None else ():
            for exchange in recording.exchanges if len(formula.terms) > 1 else ():
                if exchange.balance is not None:
                    document = decode(exchange.body.encode())
                    with suppress(BadResponse):
                        if formula.value(document) is not None:
                            yield recording.provider, document, formula


def with_null(document: Any, path: list[str]) -> Any:  # noqa: ANN401
    """Return a document with null at a path."""
    if not path:
        return None
    step, *rest = path
    if isinstance(document, list):
        return [with_null(each, rest) if place == int(step) else each for place, each in enumerate(document)]
    return {**document, step: with_null(document[step], rest)}
