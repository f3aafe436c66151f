"""`credcheck config set`: the change that it prints, made by hand as it says, sets this setting and no other."""

import re
import tomllib
from typing import Any

import pytest

from credcheck import config
from credcheck.commands.config import change
from tests.conftest import Program

KEY = "sk_live_of_nobody"
OWN = f'provider = "pixelcut"\napi_key = "{KEY}"\n'
# Files in which the account `low-one` is written in one way or another, with and without a threshold.
SHAPES = {
    "a table": f"timeout = 5\n[accounts.low-one]\n{OWN}",
    "a table, and another after it": f"[accounts.low-one]\n{OWN}\n# the next\n[accounts.deepseek]\nwarn_below = 7\n",
    "set already, with a comment": f"[accounts.low-one] # mine\n{OWN}  warn_below = 100 # a # note\n",
    "the same in a comment before": f"[accounts.low-one]\n# warn_below = 3\n{OWN}warn_below = 100\n",
    "the same in a text of several lines": f'[accounts.deepseek]\ntags = ["""a\\\n  [accounts.low-one]\\\n"""]\n'
    f"[accounts.low-one]\n{OWN}warn_below=100",
    "quoted names": f'[\'accounts\'."low-one"]\n{OWN}"warn_below" = 100\n',
    "spaces in the header": f"[ accounts . low-one ]\n{OWN}",
    "lists over several lines": f'[accounts.low-one]\ntags = [\n  "]", # ]\n  "b",\n]\n{OWN}warn_below = 100\n',
    "a table as the value": f"[accounts.low-one]\n{OWN}warn_below = {{ credits = 5 }}\n",
    "a table of its own as the value": f"[accounts.low-one]\n{OWN}[accounts.low-one.warn_below]\ncredits = 5\n"
    "[accounts.deepseek]\nwarn_below = 7\n",
    "dotted names as the value": f"[accounts.low-one]\nwarn_below.credits = 5\n{OWN}",
    "dotted names below [accounts]": '[accounts]\nlow-one.provider = "pixelcut"\ndeepseek.warn_below = 7\n',
    "dotted names at the top": 'accounts.low-one.provider = "pixelcut"\naccounts.deepseek.warn_below = 7\n'
    '[notify]\ncommand = ["true"]\n',
    "dotted names, set already": 'accounts.low-one.provider = "pixelcut"\naccounts . "low-one" . warn_below = 7\n',
    "braces": f'timeout = 5\n[accounts]\nlow-one = {{ provider = "pixelcut", api_key = "{KEY}" }} # {{}}\n',
    "braces, set already": '[accounts]\nlow-one = { warn_below = 100, provider = "pixelcut" }\n',
    "braces in braces": f'accounts = {{ low-one = {{ provider = "pixelcut", api_key = "{KEY}" }} }}\n',
    "lines as Windows ends them": f"timeout = 5\n[accounts.low-one]\n{OWN}warn_below = 100\n".replace("\n", "\r\n"),
    "a mark at the beginning": f"\ufeff[accounts.low-one]\n{OWN}warn_below = 100\n",
    "the table after those below it": f"[accounts.low-one.warn_below]\ncredits = 5\n[accounts.low-one]\n{OWN}",
    "another spelling": f"[accounts.Low_One]\n{OWN}",
    "no end of line": f"[accounts.low-one]\n{OWN}warn_below = 100",
}


def numbers(words: str) -> list[int]:
    """Return the lines that words name, counted from 0."""
    if found := re.search(r"lines (\d+) to (\d+)", words):
        return list(range(int(found[1]) - 1, int(found[2])))
    return [int(each) - 1 for each in re.findall(r"\d+", words)]


def made(text: str, printed: str) -> str:
    """Return a text after the change that `config set` prints."""
    comment, *new = printed.rstrip("\n").split("\n")
    words = comment.partition("config.toml, ")[2].partition(" (`credcheck config edit")[0]
    lines: list[str | None] = list(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"))
    if found := re.fullmatch(r"in place of (lines? .+), which set it now, and (.+)", words):
        for number in numbers(found[1]):
            lines[number] = None
        words = found[2]
    if found := re.fullmatch(r"line (\d+), replace `(.+)` by", words):
        line = lines[int(found[1]) - 1] or ""
        assert line.count(found[2]) == 1
        lines[int(found[1]) - 1] = line.replace(found[2], new[0])
    elif found := re.fullmatch(r"(lines? [^,]+), replace the whole of `.+` by", words):
        first, *others = numbers(found[1])
        lines[first] = new[0]
        for number in others:
            lines[number] = None
    elif found := re.fullmatch(r"line (\d+), between the braces of (\S+), (.+)", words):
        before, table, rest = re.split(rf"(\b{found[2]}\s*=\s*{{)", lines[int(found[1]) - 1] or "", maxsplit=1)
        inner, end = re.split(r"(?=\}$)" if found[2] == "accounts" else r"(?=\})", rest, maxsplit=1)
        if name := re.fullmatch(r"replace its (\w+) by", found[3]):
            inner = re.sub(rf"{name[1]}\s*=\s*[^,}}]+", new[0], inner)
        else:
            inner += {"add": "", "add after a comma": ", "}[found[3]] + new[0]
        lines[int(found[1]) - 1] = before + table + inner + end
    elif found := re.fullmatch(r"below line (\d+)(?:, \[.*\])?, add", words):
        lines[int(found[1]) : int(found[1])] = new
    elif words == "above line 1, add":
        lines[:0] = new
    else:
        assert words in {"at the end, add", "which is empty or not there yet, write"}
        lines += new
    return "\n".join(line for line in lines if line is not None)


def read(text: str) -> dict[str, Any]:
    return tomllib.loads(text.removeprefix("\ufeff"))


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_the_change_that_is_printed_sets_an_account_s_setting_and_no_other(credcheck: Program, text: str) -> None:
    path = credcheck.configure(text)
    as_written = path.read_bytes()
    run = credcheck("config", "set", "low-one.warn_below", "credits=8")
    assert (run.status, run.err, KEY in run.out, path.read_bytes()) == (0, "", False, as_written)
    expected = read(text)
    expected["accounts"]["Low_One" if "Low_One" in text else "low-one"]["warn_below"] = {"credits": 8}
    assert read(made(text, run.out)) == expected


@pytest.mark.parametrize("text", [*SHAPES.values(), "", "# only a comment\n"], ids=[*SHAPES, "nothing", "a comment"])
def test_the_change_that_is_printed_sets_a_setting_of_the_top_or_of_a_new_account(
    credcheck: Program, text: str
) -> None:
    loaded = config.load({}, file=str(credcheck.configure(text)))
    for setting, value, table in (("timeout", "9", ()), ("fish-audio.tags", "a, b", ("accounts", "fish-audio"))):
        printed = change.described(loaded, setting, value, {})
        expected = read(text)
        inner = expected
        for name in table:
            inner = inner.setdefault(name, {})
        inner |= {"tags": ["a", "b"]} if table else {"timeout": 9}
        assert read(made(text, printed)) == expected


def test_an_account_that_only_login_stored_is_written_with_its_provider(credcheck: Program) -> None:
    credcheck("login", "mine", "--provider", "pixelcut", "--no-verify", given=KEY)
    run = credcheck("config", "set", "mine.warn_below", "20")
    credcheck.configure(made("", run.out))
    assert "line 4 has it already" in credcheck("config", "set", "mine.warn_below", "20").out


def test_a_present_value_that_may_be_a_key_is_not_printed(credcheck: Program) -> None:
    credcheck.configure(f'[accounts.creatify]\napi_id = "{KEY}"\napi_key_env = "OLD_PLACE"\n')
    run = credcheck("config", "set", "creatify.api_key_env", "OTHER_PLACE")
    assert (run.status, run.err) == (0, "")
    assert "line 3, replace the whole of `api_key_env = …` by" in run.out
    assert "OLD_PLACE" not in run.out


def test_the_file_with_the_setting_is_what_is_validated(credcheck: Program) -> None:
    credcheck.configure(f"[accounts.low-one]\n{OWN}[accounts.openai]\nprepaid = 5\nsince = 2026-11-03\n")
    run = credcheck("config", "set", "low-one.api_key_env", "PLACE")
    assert (run.status, "one source of the key, not api_key and api_key_env" in run.err) == (2, True)
    assert credcheck("config", "set", "openai.prepaid", "9").out.endswith("\nprepaid = 9\n")


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("pixelcut.warn_below", "USD=5", "pixelcut has no balance USD; its unit is credits"),
        ("pixelcut.tags", "5", 'tags = ["5"]'),
        ("pixelcut.tags", '"a"', 'tags = ["a"]'),
        ("pixelcut.tags", "{}", 'tags = ["{}"]'),
        ("creatify.api_id", "abc", "a key is not typed on the command line"),
    ],
)
def test_a_value_is_taken_as_people_type_it_or_refused_with_the_reason(
    credcheck: Program, setting: str, value: str, says: str
) -> None:
    run = credcheck("config", "set", setting, value)
    assert says in run.out + run.err
