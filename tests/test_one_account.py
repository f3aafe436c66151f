"""`credcheck NAME [NAME…]`: some accounts, by the names that people type."""

import json
import re
from collections.abc import Callable

import pytest

from tests.conftest import Program
from tests.playback import Playback

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_one_account_is_one_flat_object_with_exactly_its_members(five: Program) -> None:
    run = five("pixelcut", "--json")
    answer = json.loads(run.out)
    elapsed = answer.pop("elapsed_ms")
    assert answer["balances"][0].pop("forecast") == answer["forecast"], "that of the main balance"
    assert answer["forecast"].pop("since")
    assert MOMENT.fullmatch(answer.pop("checked_at"))
    assert isinstance(elapsed, int)
    assert 0 <= elapsed < 10_000
    assert answer == {
        "schema_version": 1,
        "account": "pixelcut",
        "provider": "pixelcut",
        "tags": [],
        "status": "ok",
        "balance": 42,
        "unit": "credits",
        "warn_below": None,
        "details": {},
        "error": None,
        "key_source": "config",
        "balances": [
            {
                "id": "credits",
                "kind": "prepaid",
                "balance": 42,
                "unit": "credits",
                "total": None,
                "spent": None,
                "resets_at": None,
                "expires_at": None,
                "unlimited": False,
                "status": "ok",
                "warn_below": None,
            }
        ],
        "total": None,
        "spent": None,
        "period": None,
        "resets_at": None,
        "expires_at": None,
        "unlimited": False,
        "low_because": None,
        "forecast": {
            "state": "learning",
            "days_left": None,
            "days_left_low": None,
            "days_left_high": None,
            "empty_at": None,
            "per_day": None,
            "samples": 1,
        },
        "cached": False,
        "stale_because": None,
        "top_up_url": None,
        "change": None,
    }
    assert (run.status, run.err) == (0, "")


def test_an_account_that_failed_has_the_same_members(pixelcut: Callable[..., Program]) -> None:
    run = pixelcut("http-500")("pixelcut", "--json", "--warn-below", "1.50")
    answer = json.loads(run.out, parse_float=str)
    assert (run.status, run.err) == (3, "")
    assert sorted(answer) == sorted(json.loads(pixelcut("42")("pixelcut", "--json").out))
    assert (answer["status"], answer["balance"], answer["warn_below"]) == ("error", None, "1.50")
    assert answer["error"] == {
        "code": "provider_error",
        "message": "server error (HTTP 500): try again later",
        "http_status": 500,
    }


def test_an_account_that_is_low_says_so(pixelcut: Callable[..., Program]) -> None:
    run = pixelcut("42", more="warn_below = 42.01")("pixelcut", "--json")
    answer = json.loads(run.out, parse_float=str)
    assert (run.status, answer["status"], answer["balance"], answer["warn_below"]) == (1, "low", 42, "42.01")


@pytest.mark.parametrize("name", ["fish_audio", "fishaudio", "Fish-Audio"])
def test_a_name_is_found_as_people_spell_it(five: Program, name: str) -> None:
    run = five(name, "--format", "value")
    assert (run.status, run.out) == (0, "98.765432\n")


def test_an_unknown_name_gets_a_question_and_nothing_is_sent(pixelcut: Callable[..., Program], echo: Playback) -> None:
    before = len(echo.sent)
    run = pixelcut("42")("pixelcut", "pixelcat")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith("credcheck: there is no account `pixelcat`")
    assert run.err.endswith("did you mean `pixelcut`? (no account was checked)\n")
    assert len(echo.sent) == before
    assert pixelcut("42")("pixelcat").err.endswith("did you mean `pixelcut`?\n")


def test_several_names_are_an_envelope_in_the_order_of_the_file(five: Program) -> None:
    run = five("pixelcut", "goenhance", "PixelCut", "--json")
    assert run.status == 0
    assert [each["account"] for each in json.loads(run.out)["results"]] == ["goenhance", "pixelcut"]


def test_an_account_with_a_name_of_its_own_says_its_provider(pixelcut: Callable[..., Program]) -> None:
    run = pixelcut("42", "http-401")("pixelcut-2")
    assert run.status == 4
    assert run.err.startswith("pixelcut-2 (pixelcut): key rejected (HTTP 401): correct api_key of pixelcut-2")


def test_an_account_named_like_a_command_is_refused_since_its_name_alone_would_not_reach_it(
    credcheck: Program,
) -> None:
    path = credcheck.configure('[accounts.demo]\nprovider = "pixelcut"\napi_key = "k"\n')
    run = credcheck("--format", "value", "--", "demo")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith(f"credcheck: {path}: accounts.demo: no account can have this name")


def test_a_missing_key_names_the_fix(credcheck: Program) -> None:
    run = credcheck("pixelcut")
    assert run.status == 4
    assert run.err == "pixelcut: no key: set PIXELCUT_API_KEY or run `credcheck login pixelcut`\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--json", "--timeout", "20", "pixelcut"),
        ("pixelcut", "--json", "--timeout", "20"),
        ("--timeout=20", "pixelcut", "--format=json"),
        ("-q", "--warn-below", "50", "pixelcut", "--json"),
    ],
)
def test_options_stand_before_or_after_the_name(pixelcut: Callable[..., Program], arguments: tuple[str, ...]) -> None:
    assert json.loads(pixelcut("42")(*arguments).out)["balance"] == 42
