"""The alert rules, held against promtool's rule tests: samples of hours and days, and what fires when."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from credcheck import errors
from credcheck.commands import monitoring

pytestmark = pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")

SECONDS = 60
STEP = timedelta(minutes=5)
HOUR = timedelta(hours=1)
RULES = re.findall(r"- alert: (\w+)", monitoring.text("alerts"))
CODES = sorted(error.code for error in errors.CheckError.__subclasses__())
PAGE = {"title": "Acme", "top_up_url": "https://acme.example/pay"}
FIRED = re.compile(r'Annotations:\{description=("(?:[^"\\]|\\.)*"), summary=("(?:[^"\\]|\\.)*")\}')
STALE = "credcheck on {} has not checked all its accounts for more than two hours"

Labels = Mapping[str, str]
# A metric, its labels, and its value in each hour; None for no sample.
Series = tuple[str, Labels, Sequence[object]]
Alerts = Callable[..., list[set[str]]]


@pytest.fixture
def alerts(tmp_path: Path) -> Alerts:
    """Return the summaries of the alerts that fire at these moments, for these series."""
    (tmp_path / "alerts.yml").write_text(monitoring.text("alerts"))

    def found(series: Iterable[Series], *moments: timedelta, interval: str = "5m") -> list[set[str]]:
        tests = [
            {"eval_time": f"{moment // timedelta(minutes=1)}m", "alertname": name, "exp_alerts": []}
            for moment in moments
            for name in RULES
        ]
        inputs = [{"series": _name(metric, labels), "values": _values(each)} for metric, labels, each in series]
        group = {"interval": f"{STEP.seconds}s", "input_series": inputs, "alert_rule_test": tests}
        said = _promtool({"rule_files": ["alerts.yml"], "evaluation_interval": interval, "tests": [group]}, tmp_path)
        return [_fired(said, moment) for moment in moments]

    return found


def _name(metric: str, labels: Labels) -> str:
    return f"{metric}{{{','.join(f'{name}={json.dumps(text)}' for name, text in labels.items())}}}"


def _values(hours: Sequence[object]) -> str:
    """Return the samples of these hours; a series that ends is marked, as Prometheus does."""
    samples = [value for value in [*hours, None] for _ in range(HOUR // STEP)]
    ends = [now is None and before is not None for before, now in zip([None, *samples], samples, strict=False)]
    return " ".join(
        "stale" if end else "_" if value is None else f"{value}" for value, end in zip(samples, ends, strict=True)
    )


def _promtool(test: object, folder: Path) -> str:
    """Return what promtool says of a test by which nothing fires: all that does."""
    (folder / "test.yml").write_text(json.dumps(test))
    done = subprocess.run(
        ["promtool", "test", "rules", "test.yml"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=SECONDS,
    )
    said = done.stdout + done.stderr
    assert ("SUCCESS" in said) != bool(FIRED.search(said)), said
    return said


def _fired(said: str, moment: timedelta) -> set[str]:
    """Return the summaries of what fired at a moment; the description follows if it leads to no page."""
    return {
        json.loads(summary) + (f": {json.loads(description)}" if "credcheck open" in description else "")
        for block in said.split("alertname:")[1:]
        if _time(block) == moment
        for description, summary in FIRED.findall(block)
    }


def _time(block: str) -> timedelta:
    """Return the moment of a block of promtool's, which writes it as `1d4h30m`."""
    written = re.search(r"time: ([0-9dhms]+),", block)
    assert written, block
    days, hours, minutes = (re.search(rf"(\d+){unit}", written[1]) for unit in "dhm")
    return timedelta(*(0 if number is None else int(number[1]) for number in (days, None, None, None, minutes, hours)))


def account(name: str = "a", *, instance: str = "web1", **more: str) -> Labels:
    return {"instance": instance, "account": name, "provider": "acme", **more}


def checks(labels: Labels, codes: Sequence[str | None], *, page: Labels = PAGE) -> list[Series]:
    """Return what hourly checks tell of an account: a code for each, empty for a success, None where none was sent."""

    def values(value: Callable[[str, int], object]) -> list[object]:
        return [None if code is None else value(code, hour) for hour, code in enumerate(codes)]

    failed = [
        ("credcheck_error", {**labels, "code": code}, [1 if each == code else None for each in codes])
        for code in sorted({code for code in codes if code})
    ]
    return [
        ("credcheck_account_info", {**labels, **page}, values(lambda *_: 1)),
        ("credcheck_up", labels, values(lambda code, _: int(not code))),
        ("credcheck_last_check_timestamp_seconds", labels, values(lambda _, hour: hour * HOUR.seconds)),
        *failed,
    ]


def balance(labels: Labels, amounts: Sequence[object], *, below: object = None, unit: str = "USD") -> list[Series]:
    """Return a balance in each hour, its threshold, and whether it is low."""
    own = {**labels, "unit": unit, "balance": unit}
    low = [
        None if each is None else int(below is not None and float(str(each)) < float(str(below))) for each in amounts
    ]
    limits = [None if each is None else below for each in amounts]
    return [("credcheck_balance", own, amounts), ("credcheck_low", own, low), ("credcheck_warn_below", own, limits)]


def every(step: timedelta, since: timedelta, until: timedelta) -> list[timedelta]:
    return [since + step * count for count in range((until - since) // step + 1)]


def test_a_week_of_each_error_fires_one_alert_until_its_end(alerts: Alerts) -> None:
    series = [one for code in CODES for one in checks(account(code), ["", *[code] * 168])]
    expected = {f"The balance of {code} (Acme) on web1 could not be read for more than two hours" for code in CODES}
    expected -= {each for each in expected if " key_" in each}
    expected |= {"The key of key_missing (Acme) is missing on web1", "Acme rejects the key of key_rejected on web1"}
    moments = every(13 * HOUR, 4 * HOUR, 160 * HOUR)
    series += checks(account("well"), [""] * 169)
    assert alerts(series, *moments, interval="30m") == [expected] * len(moments)


def test_nothing_fires_at_once_of_an_account_that_begins_with_a_failure(alerts: Alerts) -> None:
    series = [*checks(account("new"), ["timeout"] * 4), *checks(account("key"), ["key_rejected"] * 4)]
    rejected = "Acme rejects the key of key on web1"
    assert alerts(series, 0.9 * HOUR, 1.1 * HOUR, 1.9 * HOUR, 3 * HOUR) == [
        set(),
        {rejected},
        {rejected},
        {rejected, "The balance of new (Acme) on web1 could not be read for more than two hours"},
    ]


def test_one_failed_check_among_good_ones_neither_fires_nor_resolves(alerts: Alerts) -> None:
    amounts = ["3.07", "3.07", "3.07", None, "3.07", "3.07"]
    days = {**account(), "unit": "USD", "balance": "USD"}
    for code in ("timeout", "key_rejected"):
        series = [
            *checks(account(), ["", "", "", code, "", ""]),
            *balance(account(), amounts, below=5),
            ("credcheck_time_left_seconds", days, [None if each is None else 5.5 * 86400 for each in amounts]),
        ]
        moments = every(STEP, HOUR, 5 * HOUR)
        both = {
            "a (Acme) on web1 is low: 3.07 USD, below 5",
            "a (Acme) on web1 lasts about 5.5 more days, fewer than 7: 3.07 USD",
        }
        assert alerts(series, *moments) == [both] * len(moments)


def test_one_good_check_resolves_what_two_failed_ones_fired(alerts: Alerts) -> None:
    series = [
        *checks(account("a"), ["", "key_rejected", "key_rejected", "timeout", "key_rejected", "", ""]),
        *checks(account("b"), ["", "timeout", "tls", "timeout", "timeout", "", ""]),
        *balance(account("c"), [3, 3, 50], below=5),
        *checks(account("c"), [""] * 7),
    ]
    rejected = "Acme rejects the key of a on web1"
    unreadable = "The balance of b (Acme) on web1 could not be read for more than two hours"
    assert alerts(series, 1.5 * HOUR, 2.5 * HOUR, 3.5 * HOUR, 4.5 * HOUR, 5.1 * HOUR) == [
        {"c (Acme) on web1 is low: 3 USD, below 5"},
        {rejected},
        {rejected, unreadable},
        {rejected, unreadable},
        set(),
    ]


def test_a_key_rejected_once_in_an_outage_is_an_outage(alerts: Alerts) -> None:
    series = checks(account(), ["", *["timeout"] * 4, "key_rejected", *["timeout"] * 4])
    moments = every(STEP, 4 * HOUR, 9 * HOUR)
    outage = {"The balance of a (Acme) on web1 could not be read for more than two hours"}
    assert alerts(series, *moments) == [outage] * len(moments)


def test_a_low_account_that_cannot_be_read_any_more_is_never_silent(alerts: Alerts) -> None:
    for code in CODES:
        series = [
            *checks(account(), ["", "", *[code] * 10]),
            *balance(account(), ["3.07", "3.07", *[None] * 10], below=5),
        ]
        assert all(alerts(series, *every(STEP, HOUR, 10 * HOUR))), code


def test_of_several_balances_those_that_are_low_are_named_each_with_its_threshold(alerts: Alerts) -> None:
    series = [
        *checks(account(), [""] * 2),
        *balance(account(), ["12.50"] * 2, unit="EUR"),
        *balance(account(), ["100"] * 2, unit="GBP", below=100),
        *balance(account(), ["3.07"] * 2, unit="USD", below=5),
        *balance(account(), ["4207000"] * 2, unit="credits", below="12345678.5"),
    ]
    assert alerts(series, HOUR) == [
        {
            "a (Acme) on web1 is low: 3.07 USD, below 5",
            "a (Acme) on web1 is low: 4207000 credits, below 12345678.5",
        }
    ]


def test_what_is_low_without_a_threshold_or_without_a_number_fires_too(alerts: Alerts) -> None:
    plan = {**account("plan"), "unit": "credits", "balance": "monthly"}
    suspended = {**account("suspended"), "unit": "USD", "balance": "USD"}
    series = [
        *checks(account("plan"), [""], page={"title": "Acme", "top_up_url": ""}),
        ("credcheck_balance", plan, [0]),
        ("credcheck_low", plan, [1]),
        *checks(account("suspended"), [""]),
        ("credcheck_low", suspended, [1]),
    ]
    page = "Open its provider's page, on that machine: credcheck open plan"
    assert alerts(series, 0.5 * HOUR) == [
        {
            f"plan (Acme) on web1 is low: monthly: 0 credits: {page}",
            "suspended (Acme) on web1 is low: USD",
        }
    ]


def test_a_threshold_that_is_met_is_not_told_of_what_is_low_for_another_reason(alerts: Alerts) -> None:
    labels = {**account(), "unit": "USD", "balance": "USD"}
    series = [
        *checks(account(), [""]),
        ("credcheck_balance", labels, [12]),
        ("credcheck_warn_below", labels, [5]),
        ("credcheck_low", labels, [1]),
    ]
    assert alerts(series, 0.5 * HOUR) == [{"a (Acme) on web1 is low: 12 USD"}]


def test_few_days_left_of_what_is_renewed_before_fire_nothing(alerts: Alerts) -> None:
    def lasting(name: str, days: float, resets_in: float) -> list[Series]:
        labels = {**account(name), "unit": "credits", "balance": "credits"}
        return [
            *checks(account(name), [""]),
            ("credcheck_balance", labels, [12345678.5]),
            ("credcheck_time_left_seconds", labels, [days * 86400]),
            ("credcheck_resets_timestamp_seconds", labels, [resets_in * 86400]),
        ]

    series = [*lasting("renewed", 5, 4), *lasting("ends", 5, 6), *lasting("past", 5, 0), *lasting("lasts", 8, 9)]
    assert alerts(series, 0.5 * HOUR) == [
        {
            "ends (Acme) on web1 lasts about 5.0 more days, fewer than 7: 12345678.5 credits",
            "past (Acme) on web1 lasts about 5.0 more days, fewer than 7: 12345678.5 credits",
        }
    ]


def test_few_days_left_name_the_amount_of_their_own_balance_until_nothing_is_left(alerts: Alerts) -> None:
    def lasting(account: Labels, id_: str, amounts: Sequence[float]) -> list[Series]:
        own = {**account, "unit": "USD", "balance": id_}
        lasts = [max(0, amount) * 3600 * 24 for amount in amounts]
        low = ("credcheck_low", own, [int(amount <= 0) for amount in amounts])
        return [("credcheck_balance", own, amounts), ("credcheck_time_left_seconds", own, lasts), low]

    bob, odd = account(owner="bob"), account('b"\\d')
    series = [
        *checks(account(), [""] * 2),
        *lasting(account(), "USD", [2.5, -20]),
        *lasting(account(), "plan", [5, 0]),
        *checks(bob, [""] * 2),
        *lasting(bob, "USD", [1.25, 1.25]),
        *checks(odd, [""] * 2),
        *lasting(odd, "USD", [6, 8]),
    ]
    lasts = "(Acme) on web1 lasts about {} more days, fewer than 7: {}".format
    bobs = f"a {lasts(1.2, '1.25 USD')}"
    assert alerts(series, 0.5 * HOUR, 1.5 * HOUR) == [
        {
            bobs,
            f"a {lasts(2.5, '2.5 USD')}",
            f"a {lasts('5.0', 'plan: 5 USD')}",
            f'b"\\d {lasts("6.0", "6 USD")}',
        },
        {bobs, "a (Acme) on web1 is low: -20 USD", "a (Acme) on web1 is low: plan: 0 USD"},
    ]


def test_one_of_five_machines_that_stops_is_told_and_its_low_account_is_not_resolved_at_once(alerts: Alerts) -> None:
    series = [
        one
        for number in range(1, 6)
        for one in (
            *checks(account(instance=f"web{number}"), [""] * (4 if number == 3 else 60)),
            *balance(account(instance=f"web{number}"), ["3.07"] * (4 if number == 3 else 60), below=5),
        )
    ]
    low = {f"a (Acme) on web{number} is low: 3.07 USD, below 5" for number in range(1, 6)}
    stopped = STALE.format("web3")
    assert alerts(series, 3 * HOUR, 4.9 * HOUR, 5.25 * HOUR, 6.5 * HOUR, 9 * HOUR, 59 * HOUR) == [
        low,
        low,
        low | {stopped},
        low | {stopped},
        {*low, stopped} - {"a (Acme) on web3 is low: 3.07 USD, below 5"},
        {*low, stopped} - {"a (Acme) on web3 is low: 3.07 USD, below 5"},
    ]


def test_a_file_that_is_not_written_any_more_and_one_that_never_was_are_told(alerts: Alerts) -> None:
    """The file of `a` stays as it is, alone or beside a file of other checks on that machine."""
    file = [(metric, labels, list(values) * 6) for metric, labels, values in checks(account(), [""])]
    fresh = checks(account("b", instance="web2"), [""] * 6)
    for beside in ([], checks(account("other"), [""] * 6)):
        assert alerts([*file, *beside, *fresh], 2 * HOUR, 2.5 * HOUR, 5 * HOUR) == [
            set(),
            {STALE.format("web1")},
            {STALE.format("web1")},
        ]
    assert alerts([], HOUR) == [{"credcheck has not checked all its accounts for more than two hours"}]


def test_an_account_that_is_taken_away_is_not_missed(alerts: Alerts) -> None:
    series = [*checks(account("gone"), [""] * 2), *checks(account("stays"), [""] * 12)]
    assert alerts(series, *every(HOUR, HOUR, 11 * HOUR)) == [set()] * 11


def test_two_users_of_one_machine_are_told_apart_by_a_label(alerts: Alerts) -> None:
    for owners in ({"alice": {"owner": "alice"}, "bob": {"owner": "bob"}}, {"alice": {}, "bob": {"owner": "bob"}}):
        alice, bob = account(**owners["alice"]), account(**owners["bob"])
        series = [
            *checks(alice, ["", "timeout", "timeout", "timeout"]),
            *balance(alice, ["3.07", None, None, None], below=5),
            *checks(bob, [""]),
            *balance(bob, ["6"], below=8),
        ]
        assert alerts(series, 0.5 * HOUR, 3.4 * HOUR) == [
            {"a (Acme) on web1 is low: 3.07 USD, below 5", "a (Acme) on web1 is low: 6 USD, below 8"},
            {
                "a (Acme) on web1 is low: 3.07 USD, below 5",
                "a (Acme) on web1 is low: 6 USD, below 8",
                "The balance of a (Acme) on web1 could not be read for more than two hours",
                STALE.format("web1"),
            },
        ]


def test_another_title_or_page_after_an_upgrade_resolves_nothing(alerts: Alerts) -> None:
    labels = account()
    series = [
        *checks(labels, [""] * 6)[1:],
        *balance(labels, ["3.07"] * 6, below=5),
        ("credcheck_account_info", {**labels, "title": "Acme", "top_up_url": PAGE["top_up_url"]}, [1, 1, 1]),
        ("credcheck_account_info", {**labels, **PAGE, "title": "Acme 2"}, [None, None, None, 1, 1, 1]),
    ]
    assert all(len(found) == 1 for found in alerts(series, *every(STEP, HOUR, 5.9 * HOUR)))
