"""The page of the manual explains all that may be written in `config.toml` and in a provider's description."""

import re
from pathlib import Path

from completions import tree
from credcheck.config import accounts, settings
from credcheck.providers.provider import AnswerTemplate, BalanceTemplate, Option, Provider
from credcheck.providers.templates import RequestTemplate

PAGE = (Path(__file__).parents[1] / "completions" / "credcheck.1").read_text(encoding="utf-8")
# The names that a description has for members of a Provider, where they differ, and what stands in tables below.
WRITTEN = {"variables": "variable", "amounts": "amount"}
BELOW = {"name", "id", "options", "request", "balances", "answer", "table"}


def terms(begin: str, end: str) -> set[str]:
    """Return what is explained between two lines of the page."""
    part = PAGE.partition(f"\n{begin}\n")[2].partition(f"\n{end}\n")[0]
    found = re.findall(r"^\.TP\n\.BR? (.+)$", part, re.MULTILINE)
    return {name for line in found for name in re.split(r' ", " ', line)}


def fields(template: type[tuple[object, ...]]) -> set[str]:
    return {WRITTEN.get(name, name) for name in getattr(template, "_fields", ())} - BELOW


def test_every_setting_is_explained() -> None:
    assert terms("At its top:", "Of an account:") == set(settings.CHECKS)
    assert terms("Of an account:", ".RE") == set(accounts.SETTINGS)


def test_every_key_of_a_description_is_explained() -> None:
    assert terms(".SS At the top", ".SS [options.NAME]") == fields(Provider)
    assert terms(".SS [options.NAME]", ".SS [request]") == fields(Option)
    assert terms(".SS [request]", ".SS [balance], or [balance.ID] for each of several") == fields(RequestTemplate)
    balance = terms(".SS [balance], or [balance.ID] for each of several", ".SS [answer]")
    # What was used stands for an amount once the description is read.
    assert balance == fields(BalanceTemplate) | {"used", "empty"}
    assert terms(".SS [answer]", ".SS Tests of a rule") == fields(AnswerTemplate)
    assert terms(".SS Tests of a rule", ".SH ENVIRONMENT") == {"contains", "lacks", "not", "above", "null", "present"}


def test_every_option_is_explained_once_below_a_command() -> None:
    commands = PAGE.partition(".SH COMMANDS\n")[2].partition("\n.SH ")[0]
    explained = re.findall(r"^\.TP\n((?:\\fB\\-.*)\n.+)$", commands, re.MULTILINE)
    assert len(explained) == len(set(explained))
    options = {option for command in tree.read().walk() for option in command.options}
    assert len(explained) == len(options)
