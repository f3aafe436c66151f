"""Checks that are read without Typer: the same ones, with the same options, as Typer reads."""

from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from credcheck.cli import fast_path, program
from credcheck.commands import run_check
from credcheck.console.check_options import CHECK_OPTIONS, HISTORY_OPTIONS, CheckOptions
from credcheck.errors import CredcheckError
from credcheck.render import Order
from credcheck.render.formats import FORMATS
from credcheck.session import HistoryOptions

OPTIONS = ("--json", "-q", "--quiet", "--no-progress", "--stale-if-error", "--changes", "--notify")
VALUED = ("--format", "--sort", "--output", "--warn-below", "--timeout", "--max-age", "--config", "--label")
TEXTS = (*FORMATS, *get_args(Order), "5", "0", "USD=5", "owner=bob", "10m", "file", "-1", "", "x")
WORDS = st.one_of(
    st.sampled_from(("all", "ALL", "pixelcut", "my-account", "login", "check", "", "-", "--", "-h", "-qq", "--jso")),
    st.sampled_from(OPTIONS),
    st.sampled_from(VALUED),
    st.sampled_from(TEXTS),
    st.tuples(st.sampled_from(VALUED + OPTIONS), st.sampled_from(TEXTS)).map("=".join),
)
LINES = st.lists(
    st.one_of(WORDS.map(lambda word: [word]), st.tuples(st.sampled_from(VALUED), st.sampled_from(TEXTS)).map(list)),
    max_size=5,
).map(lambda parts: [word for part in parts for word in part])


def read_by_typer(words: list[str], monkeypatch: pytest.MonkeyPatch) -> object:
    """Return what Typer makes of a command line that asks for a check; the class of the error for a wrong one."""
    calls: list[object] = []

    def note(request: object) -> int:
        calls.append(request)
        return 0

    with monkeypatch.context() as patch:
        patch.setattr(run_check, "check", note)
        try:
            program.run(words)
        except CredcheckError as problem:
            return type(problem)
    return calls[0]


@settings(max_examples=400, deadline=None)
@given(LINES)
@example(["all", "--format", "json", "--format", "tsv"])
@example(["pixelcut", "--warn-below", "5", "--warn-below=USD=5"])
@example(["--timeout", "5", "all", "--json", "-q"])
def test_what_is_read_without_typer_is_what_typer_reads(words: list[str]) -> None:
    request = fast_path.read(words)
    if request is not None and words:
        with pytest.MonkeyPatch.context() as patch:
            assert request == read_by_typer(words, patch)


@pytest.mark.parametrize(
    "line",
    [
        "all",
        "all --json",
        "pixelcut goenhance --format tsv",
        "--quiet all --warn-below USD=5 --timeout 20",
        "pixelcut --format value --max-age 10m --stale-if-error",
        "all --format prometheus --output /tmp/credcheck.prom --changes --notify --sort balance --no-progress -q",
    ],
)
def test_what_people_ask_every_day_is_read_without_typer(line: str) -> None:
    assert fast_path.read(line.split()) is not None


@pytest.mark.parametrize(
    "line", ["login pixelcut", "all --help", "--version", "all --jsno", "all --timeout x", "--", "all --output"]
)
def test_a_command_or_a_wrong_option_is_left_to_typer(line: str) -> None:
    assert fast_path.read(line.split()) is None


def test_the_table_has_each_option_of_a_check_once() -> None:
    names = [option.name for option in (*CHECK_OPTIONS, *HISTORY_OPTIONS)]
    assert sorted(names) == sorted([*CheckOptions._fields, *HistoryOptions._fields, "config_file", "tag", "category"])
