"""Keys that cannot read a balance, in variables that people have set: they are not sent, and the right key is named."""

import json
import re
import shlex
import subprocess

import pytest

from credcheck.config import other_keys
from credcheck.providers import impossible
from tests.conftest import PROGRAM, Program
from tests.screens import at_terminal

OPENAI = (
    "OPENAI_API_KEY cannot read the balance: OpenAI wants an admin key of the organisation; "
    "set OPENAI_ADMIN_KEY or run `credcheck login openai`"
)
EXA = (
    "EXA_API_KEY cannot read the balance: Exa (one key) wants a service key, which Exa gives on request; "
    "run `credcheck login exa`"
)


def test_a_terminal_and_doctor_name_the_key_that_is_wanted(credcheck: Program) -> None:
    credcheck.configure('[accounts.pixelcut]\napi_key_env = "UNSET"\n')
    credcheck.environment |= {"OPENAI_API_KEY": "sk-proj-0123456789", "EXA_API_KEY": "exa-0123456789"}
    shown = at_terminal(credcheck, "all").text.replace("\n", " ")
    assert OPENAI.partition("; ")[0] in shown
    assert "OPENAI_API_KEY" not in at_terminal(credcheck, "pixelcut").text
    assert credcheck("all", "--json").err == ""
    doctor = credcheck("doctor", "--timeout", "1")
    assert [f"       {line}" in doctor.out.splitlines() for line in (EXA, OPENAI)] == [True, True]
    assert "sk-proj" not in shown + doctor.out


def test_the_account_that_has_no_key_says_which_one_it_wants(credcheck: Program) -> None:
    run = credcheck("openai", OPENAI_API_KEY="sk-proj-0123456789")
    assert run.status == 4
    assert run.err == (
        "openai: no key: OpenAI wants an admin key of the organisation: "
        "set OPENAI_ADMIN_KEY or run `credcheck login openai`\n"
    )


def test_they_alone_are_no_account_and_the_first_words_say_why(credcheck: Program) -> None:
    credcheck.environment |= {"OPENAI_API_KEY": "sk-proj-0123456789"}
    run = credcheck("all", "--json")
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith(f"{OPENAI}\nNo account is set up yet.")


@pytest.mark.parametrize(
    ("configuration", "variables"),
    [
        ("[accounts.openai]\nenabled = false\n", {}),
        ("from_environment = false\n", {}),
        ("", {"OPENAI_ADMIN_KEY": "sk-admin-0123456789"}),
        ('[accounts.work]\nprovider = "openai"\napi_key = "sk-admin-0123456789"\n', {}),
    ],
)
def test_nothing_is_said_where_the_provider_has_an_account(
    credcheck: Program, configuration: str, variables: dict[str, str]
) -> None:
    credcheck.configure(configuration)
    credcheck.environment |= {"OPENAI_API_KEY": "sk-proj-0123456789", **variables}
    assert "OPENAI_API_KEY" not in credcheck("accounts").err


def test_a_file_of_keys_names_the_key_that_is_wanted(credcheck: Program) -> None:
    lines = ["OPENAI_API_KEY=sk-proj-0123456789", "FISH_API_KEY=fish-0123456789", "ANTHROPIC_API_KEY="]
    (credcheck.home / ".env").write_text("\n".join(lines))
    run = credcheck("login", "--from", ".env", "--yes", "--no-verify")
    assert (run.status, f"line 1: {OPENAI}\n" in run.err, "ANTHROPIC" in run.err) == (0, True, False)
    (credcheck.home / ".env").write_text(lines[0])
    run = credcheck("login", "--from", ".env", "--yes")
    assert (run.status, run.err) == (
        2,
        f"line 1: {OPENAI}\ncredcheck: nothing is stored: the lines above say why\n",
    )
    assert json.loads(credcheck("accounts", "--json").out)["accounts"][0]["account"] == "fish-audio"


def test_the_key_of_a_company_without_a_balance_api_is_named(credcheck: Program) -> None:
    credcheck.environment["GROQ_API_KEY"] = "gsk_of_nobody_0123456789"
    said = "GROQ_API_KEY is not used: Groq offers no API for the balance (`credcheck providers groq`)"
    assert said in credcheck("accounts").err
    (credcheck.home / ".env").write_text("GROQ_API_KEY=gsk_of_nobody_0123456789\nMISTRAL_API_KEY=x0123456789\n")
    run = credcheck("login", "--from", ".env", "--yes", "--no-verify")
    assert f"line 1: {said}" in run.err
    assert "line 2: MISTRAL_API_KEY is not used" in run.err
    assert "gsk_" not in run.err


def test_the_command_about_each_company_can_be_pasted_into_a_shell() -> None:
    companies = [company for _, company in impossible.every()]
    commands = [re.findall("`(.+)`", other_keys.without_api(company)) for company in companies]
    assert [each for each in commands if not re.fullmatch(r"credcheck providers [a-z0-9][a-z0-9-]*", each[0])] == []
    assert [impossible.find(each[0].split()[-1]) for each in commands] == companies


def test_the_command_about_gemini_runs_as_it_is_printed(credcheck: Program) -> None:
    said = credcheck("accounts", GEMINI_API_KEY="x0123456789").err
    (command,) = re.findall("`(credcheck providers .+)`", said)
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        env=credcheck.full_environment(PATH=f"{PROGRAM.parent}:/usr/bin:/bin"),
    )
    assert (done.returncode, "use is billed by Google Cloud" in done.stdout + done.stderr) == (2, True), done


def test_the_command_about_a_missing_option_keeps_the_account_s_name_and_the_file(credcheck: Program) -> None:
    credcheck.configure('[accounts."my account"]\nprovider = "creatify"\napi_key = "x0123456789"\n', name="it's.toml")
    run = credcheck("my account", "--config", f"{credcheck.directory}/it's.toml")
    (command,) = re.findall("`(credcheck login .+)` asks", run.err)
    assert shlex.split(command)[2:] == ["my account", "--config", f"{credcheck.directory}/it's.toml"]


SHARED = (
    "AI_GATEWAY_API_KEY may hold a key of ngrok AI Gateway or of Vercel AI Gateway, so it is not used: "
    "store the key with `credcheck login ngrok-ai-gateway` or `credcheck login vercel-ai-gateway`"
)


def test_of_a_variable_of_two_companies_the_user_says_whose_key_it_holds(credcheck: Program) -> None:
    credcheck.environment["AI_GATEWAY_API_KEY"] = "vck_0123456789abcdef"
    assert credcheck("all").err.startswith(f"{SHARED}\nNo account is set up yet.")
    (credcheck.home / ".env").write_text("AI_GATEWAY_API_KEY=vck_0123456789abcdef\n")
    assert credcheck("login", "--from", ".env", "--yes").err.startswith(f"line 1: {SHARED}\n")
    assert credcheck("login", "vercel-ai-gateway", "--no-verify", given="vck_0123456789abcdef").status == 0
    assert "AI_GATEWAY_API_KEY" not in credcheck("accounts").err
