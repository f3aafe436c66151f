"""`credcheck demo`: the first thing that a newcomer sees."""

import json
import os
import re

from tests.conftest import Program

TABLE = """\
   Account          Balance  Unit
────────────────────────────────────
✓  goenhance       4,207     credits
✓  liveavatar      1,234.50  credits
✓  fish-audio     98.765432  USD
✓  supertone       1,500.25  credits
!  pixelcut           42     credits
✗  pixelcut-work
"""
NOTES = ["", "", "", "", "low, below 100", "key rejected"]


def test_the_demo_shows_what_is_well_what_is_low_and_what_failed(credcheck: Program) -> None:
    run = credcheck("demo")
    table, _, chart = run.out.partition("\nfish-audio: ")
    unit_ends = table.index("Unit") + len("credits")
    heading, rule, *rows = table.splitlines()
    assert run.status == 0
    assert "".join(f"{line[:unit_ends].rstrip()}\n" for line in (heading, rule, *rows)) == TABLE
    assert heading[unit_ends:].split() == ["Lasts", "Trend"]
    assert [row[unit_ends:].partition(" d  ")[2].partition("  ")[2] for row in rows[:-1]] == NOTES[:-1]
    assert rows[-1].endswith(f"  {NOTES[-1]}")
    assert chart.splitlines()[-1].startswith("About ")
    assert run.err.splitlines()[0].startswith("pixelcut-work (pixelcut): key rejected (HTTP 401: API Token not found)")
    assert run.err.endswith("demo with made-up accounts; with them, `credcheck all` would end with status 1.\n")


def test_the_demo_takes_the_options_of_all_and_touches_no_file(credcheck: Program) -> None:
    credcheck.configure("this is not TOML")
    before = sorted(os.walk(credcheck.home))
    run = credcheck("--warn-below", "100", "demo", "--json", "--quiet", "--timeout", "20")
    assert run.status == 0
    assert [each["account"] for each in json.loads(run.out)["results"]] == ["fish-audio", "pixelcut", "pixelcut-work"]
    assert sorted(os.walk(credcheck.home)) == before


def test_the_advice_of_the_demo_is_accepted(credcheck: Program) -> None:
    words = re.findall(r"run `credcheck (login [^`]*)`", credcheck("demo").err)[0].split()
    run = credcheck(*words, "--no-verify", given="a-key\n")
    assert (run.status, run.err.count("is stored")) == (0, 1)
