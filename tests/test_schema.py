"""The JSON Schema: what it says, and what it refuses."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from credcheck.errors import CheckError
from credcheck.models import Failure
from credcheck.render import json as render
from tests.conftest import Program
from tests.documents import validator
from tests.results import result
from tests.test_prometheus import SEVERAL

SCHEMA = json.loads(render.schema())
Document = dict[str, Any]
GOOD: Document = json.loads(render.render([SEVERAL], single=True))
FAILED: Document = json.loads(render.render([result("a", Failure("timeout", "no answer"))], single=True))


def is_valid(document: object) -> bool:
    return bool(validator().is_valid(document))


def test_the_program_prints_a_json_schema_of_2020_12(credcheck: Program) -> None:
    run = credcheck("schema")
    assert (run.status, json.loads(run.out)) == (0, SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_it_names_every_error_code() -> None:
    codes = SCHEMA["$defs"]["error"]["properties"]["code"]["enum"]
    assert codes == [error.code for error in CheckError.__subclasses__()]


def test_results_of_every_kind_are_valid() -> None:
    plan = result("plan", "1")
    assert plan.reading
    unlimited = plan._replace(outcome=plan.reading._replace(balances=(plan.reading.main._replace(amount=None),)))
    for each in (SEVERAL, plan, unlimited, plan._replace(cached=True), plan._replace(warn_days_left=Decimal(3))):
        assert is_valid(json.loads(render.render([each], single=True)))
    assert is_valid(json.loads(render.render([SEVERAL, plan, unlimited], single=False)))


def changed(document: Document, **members: object) -> Document:
    return {**document, **members}


def without(name: str) -> Document:
    return {key: value for key, value in GOOD.items() if key != name}


@pytest.mark.parametrize("name", GOOD)
def test_no_member_of_a_result_may_be_missing(name: str) -> None:
    assert not is_valid(without(name))


@pytest.mark.parametrize(
    "document",
    [
        changed(GOOD, more=1),
        changed(GOOD, balance="42"),
        changed(GOOD, balance=None),
        changed(GOOD, unlimited=True),
        changed(GOOD, balances=[]),
        changed(GOOD, error=FAILED["error"]),
        changed(GOOD, key_source="sk_secret"),
        changed(GOOD, checked_at="2026-01-01 00:00"),
        changed(GOOD, schema_version=2),
        changed(GOOD, forecast=changed(GOOD["forecast"], days_left=None)),
        changed(GOOD, forecast=changed(GOOD["forecast"], state="learning")),
        changed(GOOD, details={"nested": {}}),
        changed(FAILED, balance=0),
        changed(FAILED, error=None),
        changed(FAILED, balances=GOOD["balances"]),
        changed(FAILED, error=changed(FAILED["error"], code="no_such_code")),
        {"schema_version": 1, "results": []},
        {},
        [],
    ],
)
def test_what_no_document_may_be_is_refused(document: object) -> None:
    assert is_valid(GOOD)
    assert is_valid(FAILED)
    assert not is_valid(document)


def test_a_user_s_copy_of_the_schema_stays_valid_when_members_are_added() -> None:
    assert jsonschema.Draft202012Validator(SCHEMA).is_valid(changed(GOOD, more=1))


def test_every_list_is_valid(five: Program, pixelcut: Callable[..., Program]) -> None:
    """The validation itself is that of every run of the program."""
    for arguments in (["accounts"], ["providers"], ["providers", "pixelcut"], ["all"]):
        assert json.loads(five(*arguments, "--json").out)["schema_version"] == 1
    program = pixelcut("42")
    assert program("all").status == 0
    assert json.loads(program("history", "--json").out)["accounts"][0]["balances"]
