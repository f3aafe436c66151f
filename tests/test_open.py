"""`credcheck open`: which page, and whether it is shown or printed."""

import os
from pathlib import Path

import pytest

from credcheck import providers
from tests.conftest import Program

OWN = """\
[providers.acme]
title = "Acme"
{}
request = {{ url = "https://api.acme.example/v1", headers = {{ Authorization = "Bearer {{key}}" }} }}
balance = {{ amount = "left", unit = "credits" }}
[accounts.mine]
provider = "acme"
api_key = "k"
"""
PAGES = ('docs_url = "https://acme.example/docs"', 'key_url = "https://acme.example/keys"')
TOP_UP = 'top_up_url = "https://acme.example/pay"'


@pytest.fixture
def browser(credcheck: Program) -> Path:
    """A browser that notes what it is to show."""
    program = credcheck.home / "browser"
    program.write_text(f'#!/bin/sh\necho "$@" >>{credcheck.home}/shown\n')
    program.chmod(0o755)
    return program


def test_the_page_to_top_up_comes_first_then_that_of_the_keys_then_the_documentation(credcheck: Program) -> None:
    for names, page, title in (
        ((*PAGES, TOP_UP), "pay", "The page to top up:\n"),
        (PAGES, "keys", "The page of the API keys (none to top up is known):\n"),
        (PAGES[:1], "docs", "The documentation (no page to top up is known):\n"),
    ):
        credcheck.configure(OWN.format("\n".join(names)))
        for word in ("mine", "Acme"):
            run = credcheck("open", word, "--print")
            assert (run.status, run.out, run.err) == (0, f"https://acme.example/{page}\n", title)
    credcheck.configure(OWN.format(""))
    run = credcheck("open", "mine")
    assert (run.status, "no page of Acme is known; add top_up_url to [providers.acme]" in run.err) == (2, True)


def test_the_browser_shows_it(credcheck: Program, browser: Path) -> None:
    run = credcheck("open", "fish-audio", BROWSER=str(browser))
    page = providers.load("fish-audio").top_up_url
    assert (run.status, run.out, run.err) == (0, "", f"The browser shows the page to top up: {page}\n")
    assert (credcheck.home / "shown").read_text() == f"{page}\n"


def test_the_address_is_printed_over_ssh_and_without_a_browser(credcheck: Program, browser: Path) -> None:
    folder = credcheck.home / "bin"
    folder.mkdir()
    os.symlink(browser, folder / "xdg-open")
    page = f"{providers.load('fish-audio').top_up_url}\n"
    usual = {"PATH": f"{folder}:/usr/bin:/bin"}
    for variables in ({"DISPLAY": ":0", "SSH_CONNECTION": "a 1 b 2"}, {}, {"BROWSER": "/no/such/browser"}):
        credcheck.environment = {**usual, **variables}
        run = credcheck("open", "fish-audio")
        assert (run.status, run.out) == (0, page)
    assert not (credcheck.home / "shown").exists()


def test_an_account_has_the_page_of_its_own_site(credcheck: Program) -> None:
    pages = 'top_up_url = { eu = "https://acme.example/eu", us = "https://acme.example/us" }'
    sites = '[providers.acme.options.site]\nhelp = "the site"\nchoices = ["eu", "us"]\ndefault = "eu"\n'
    described = OWN.format(pages).replace("/v1", "/{site}") + 'site = "us"\n'
    credcheck.configure(described.replace("[accounts.mine]", f"{sites}[accounts.mine]"))
    assert credcheck("open", "mine", "--print").out == "https://acme.example/us\n"
    assert credcheck("open", "acme", "--print").out == "https://acme.example/eu\n"


@pytest.mark.parametrize(
    ("word", "said"),
    [("fish-audi", "did you mean `fish-audio`?"), ("sk_live_0123456789abcdef", "looks like an API key")],
)
def test_a_word_that_names_nothing_is_wrong_usage(credcheck: Program, word: str, said: str) -> None:
    run = credcheck("open", word)
    assert (run.status, said in run.err) == (2, True), run.err
