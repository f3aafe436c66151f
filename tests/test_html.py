"""`--format html`: a page of its own, safe with any name, readable on any screen."""

import json
import re
import shutil
import subprocess
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from credcheck.history.report import BalanceHistory, balance_history
from credcheck.history.samples import Name, Sample
from credcheck.models import Balance, Failure, Forecast, Reading, Result
from credcheck.render import html, svg
from tests.conftest import Program
from tests.playback import Playback
from tests.results import WHEN, result
from tests.test_imports import HEAVY
from tests.test_imports import run as run_and_report

HOSTILE = "<script>alert('1')</script>\"'&<b>"
CHROMIUM = shutil.which("chromium")
WITHOUT_A_NETWORK = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
VOID = {"meta"}


class Document(HTMLParser):
    """A page that is read: its elements, their attributes, and its text; it fails if they are not nested."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open, "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element and its attributes."""
        self.names.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check that the last element which was opened ends."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if self.open and self.open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        """All text, with single spaces."""
        return " ".join(" ".join(self.texts).split())

    def values(self, name: str) -> list[str]:
        """Return the values of all attributes of a name."""
        return [value for _, each, value in self.attributes if each == name]


def several(account: str, *balances: Balance, **more: object) -> Result:
    return Result(account, "pixelcut", Reading(balances), WHEN, **more)  # type: ignore[arg-type]


def history(
    account: str, amounts: list[int], *, unit: str = "USD", every: timedelta = timedelta(days=1)
) -> BalanceHistory:
    """Return a history with these amounts, the last of them at the moment of the results."""
    balance = Balance(unit, Decimal(amounts[-1]), unit, is_main=True)
    last = len(amounts) - 1
    samples = [Sample(WHEN - (last - number) * every, Decimal(amount)) for number, amount in enumerate(amounts)]
    return balance_history(
        Name(account, "pixelcut", unit, unit), balance, samples, since=WHEN - timedelta(days=90), now=WHEN, zone=UTC
    )


def test_a_page_of_a_check_has_the_balances_the_charts_and_what_was_spent(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("42", "http-401", "7")
    now = datetime.now(UTC)
    lines = ["account\tprovider\tbalance\tunit\tat\tamount\ttotal"]
    lines += [
        f"pixelcut\tpixelcut\tcredits\tcredits\t{(now - timedelta(hours=hours)).isoformat()}\t{42 + hours}\t"
        for hours in range(240, 0, -1)
    ]
    program("all")
    assert program("history", "--import", "-", given="\n".join(lines) + "\n").status == 0
    run = program("all", "--format", "html", "--warn-below", "10", "--output", "page.html")
    page = Document((program.home / "page.html").read_text(encoding="utf-8"))
    assert (run.status, run.out, run.err) == (1, "", "")
    assert "1 failed 1 low 1 ok" in page.text
    assert page.text.index("pixelcut-2") < page.text.index("pixelcut-3") < page.text.index("42 credits")
    assert "Never read" in page.text
    assert re.search(r"About 4\d hours left \(probably 3\d to \d\d\)", page.text)
    assert {"polyline", "polygon"} <= page.names, "the line, and the fan of the forecast"
    assert re.search(r"Spent: \d+ credits in \w+ so far", page.text)


def test_a_page_needs_nothing_from_elsewhere_and_allows_nothing(credcheck: Program) -> None:
    page = credcheck("demo", "--format", "html").out
    document = Document(page)
    policy = next(value for value in document.values("content") if "default-src" in value)
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not document.names & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "image", "use"}
    assert not {name for _, name, _ in document.attributes if name.startswith("on")} | set(document.values("style"))
    assert not set(document.values("src")) | set(document.values("srcset"))
    assert not re.search(r"@import|url\(|expression", style)
    assert {value.partition(":")[0] for value in document.values("href")} == {"https"}
    assert "prefers-color-scheme: dark" in style


def test_hostile_names_units_ids_messages_and_addresses_stay_text() -> None:
    balances = [Balance(f"{HOSTILE}{place}", Decimal(3), HOSTILE, is_main=not place) for place in range(2)]
    results = [
        several(HOSTILE, *balances, provider_title=HOSTILE, top_up_url=f"https://example.com/{HOSTILE}"),
        Result("bad", "pixelcut", Reading((balances[0],), {"caveat": HOSTILE}), WHEN, top_up_url="javascript:alert(1)"),
        result("failed", Failure("provider_error", f"it said {HOSTILE} `{HOSTILE}`")),
    ]
    named = history(HOSTILE, [9, 8, 3], unit=HOSTILE)
    page = Document(html.render(results, [named]))
    plain = Document(html.render([several("a", balances[0])], [history("a", [9, 8, 3])]))
    assert page.names - plain.names <= {"a", "code", "ul", "li", "small", "footer"}
    assert not any(name.startswith("on") or name == "style" for _, name, _ in page.attributes)
    assert page.text.count("<script>alert('1')</script>") >= 6
    assert not [value for value in page.values("href") if not value.startswith("https://")]


def test_what_failed_is_first_then_what_is_low_each_in_the_order_of_the_results() -> None:
    results = [
        result("well-1", "50"),
        result("low-1", "5", warn_below=10),
        result("failed-1", Failure("timeout", "no answer")),
        result("well-2", "60"),
        result("low-2", "6", warn_below=10),
    ]
    page = Document(html.render(results, [])).text
    order = ["failed-1", "low-1", "low-2", "well-1", "well-2"]
    assert sorted(order, key=page.index) == order
    assert "All is well" not in page
    assert "All is well" in Document(html.render([result("well", "5")], [])).text


def test_a_card_without_a_key_that_works_links_to_the_page_of_the_keys(credcheck: Program, echo: Playback) -> None:
    credcheck.configure(
        "".join(
            f'[accounts.{name}]\nprovider = "deepseek"\nbase_url = "{echo.url}/http-{status}"\napi_key = "sk_secret"\n'
            for name, status in (("rejected", 401), ("broken", 500))
        )
    )
    page = Document(credcheck("all", "--format", "html", "--timeout", "1").out)
    described = json.loads(credcheck("providers", "deepseek", "--json").out)
    links = [described["key_url"], described["top_up_url"], described["top_up_url"]]
    assert [link for link in page.values("href") if link.startswith("https:")] == links
    assert page.text.count("get a key") == 1


def test_a_low_balance_that_is_not_the_main_one_stands_out_in_its_card() -> None:
    main = Balance("CNY", Decimal(70), "CNY", is_main=True)
    low = Balance("USD", Decimal(7), "USD", warn_below=Decimal(9))
    well = Balance("EUR", Decimal(7), "EUR", warn_below=Decimal(2))
    page = html.render([several("a", main, low, well)], [])
    assert re.findall(r'<li class="low"><bdi class="id">(\w+)</bdi>', page) == ["USD"]
    assert "low, below 9" in Document(page).text


def test_a_long_page_has_a_table_of_all_accounts_each_with_a_link_to_its_card() -> None:
    results = [result(f"svc {number}", str(number), warn_below=1)._replace(tags=("team",)) for number in range(200)]
    results[7] = result(HOSTILE, Failure("key_rejected", "no"))
    page = Document(html.render(results, []))
    rows = html.render(results, []).partition('class="overview"')[2].partition("</section>")[0].split("<tr")[2:]
    assert len(rows) == 200
    assert [row.partition('href="#')[2].partition('"')[0] for row in rows] == [f"a{place}" for place in range(200)]
    assert sorted(page.values("id")) == sorted(f"a{place}" for place in range(200)), "each link has one card"
    for row, words in ((rows[0], "! low, below 1"), (rows[7], "✗ key rejected"), (rows[9], "✓ ok")):
        assert words in row
    assert HOSTILE not in html.render(results, [])
    assert "overview" not in html.render(results[:12], []).partition("</style>")[2]
    assert not page.names & {"script", "link", "img"}


def test_totals_are_exact_by_currency_and_leave_out_what_is_no_credit() -> None:
    usd = Balance("USD", Decimal("0.1"), "USD", is_main=True)
    results = [
        several(
            "a",
            usd,
            usd._replace(id="granted", amount=Decimal(1000), is_main=False, kind="part"),
            usd._replace(id="project-2", amount=Decimal(4), is_main=False),
        ),
        several("b", usd._replace(amount=Decimal("0.2"))),
        several("c", usd._replace(amount=Decimal(700), kind="owed")),
        several("d", usd._replace(amount=Decimal(900), expires_at=WHEN - timedelta(days=1))),
        several("e", usd._replace(unit="percent", amount=Decimal(50))),
        several("f", usd._replace(unit="percent", amount=Decimal(50))),
        result("g", "5", unit="credits"),
    ]
    totals = html.render(results, []).partition('class="totals"')[2].partition("</section>")[0]
    assert re.findall(r'<th scope="row"><bdi>(.*?)</bdi><small>(.*?)</small>', totals) == [("USD", "2 accounts")]
    assert re.findall(r'<span title="(.*?)">(.*?)</span>', totals) == [("4.3", "4.3")]


def test_credits_are_summed_for_each_provider_since_they_are_no_common_money() -> None:
    results = [
        result("a", "1", unit="credits"),
        result("b", "2", unit="credits"),
        result("c", "4", unit="credits", provider="goenhance"),
    ]
    totals = html.render(results, []).partition('class="totals"')[2].partition("</section>")[0]
    assert re.findall(r"<bdi>(.*?)</bdi><small>(.*?)</small>", totals) == [("pixelcut credits", "2 accounts")]
    assert re.findall(r'<span title="(.*?)">', totals) == ["3"]


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the local time be UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("utc")
def test_spent_is_summed_by_calendar_month_without_top_ups() -> None:
    falling = [100 - day for day in range(40)] + [300 - day for day in range(10)]
    usd = Balance("USD", Decimal(291), "USD", is_main=True)
    page = html.render([several("a", usd)], [history("a", falling)])
    totals = page.partition('class="totals"')[2].partition("</section>")[0]
    assert re.findall(r'<th (?:class="[^"]*" )?scope="col">(.*?)</th>', totals) == [
        "",
        "Left",
        "Nov",
        "Dec",
        "Jan so far",
    ]
    # From 13 November to 1 January there are 49 steps, one of them the top-up.
    assert re.findall(r'<span title="(.*?)">', totals) == ["291", "17", "30", "1"]
    assert "from 13 Nov 2025 on" in totals


def test_what_was_spent_without_a_budget_has_a_chart_without_top_ups_on_a_page_and_in_a_picture() -> None:
    balance = Balance("USD", None, "USD", "spent", spent=Decimal(9), is_main=True)
    one = history("a", [1, 4, 9])._replace(balance=balance)
    page = html.render([several("a", balance)], [one])
    assert '<polyline class="line"' in page
    assert 'class="up"' not in page + svg.svg([one], UTC)
    assert "a: 9 USD spent" in svg.svg([one], UTC)
    assert "<small>1 account</small>" in page


@pytest.mark.parametrize(
    ("amounts", "every", "is_drawn"),
    [
        ([7], timedelta(days=1), False),
        ([9, 8, 7], timedelta(minutes=25), False),
        ([9, 8, 7], timedelta(minutes=35), True),
    ],
)
@pytest.mark.parametrize("age", [timedelta(0), timedelta(days=3)])
def test_readings_within_an_hour_have_no_chart_on_a_page(
    amounts: list[int], every: timedelta, age: timedelta, *, is_drawn: bool
) -> None:
    one = history("a", amounts, every=every)
    one = one._replace(samples=[sample._replace(at=sample.at - age) for sample in one.samples])
    assert ("<polyline" in html.render([result("a", "7")], [one])) is is_drawn


@pytest.mark.parametrize(
    ("late", "words"),
    [(timedelta(), "Read at "), (timedelta(hours=3), "Read 3 h earlier, "), (timedelta(days=3), "Read 3 d earlier, ")],
)
def test_the_age_of_each_reading_is_told(late: timedelta, words: str) -> None:
    old = result("old", "5")._replace(checked_at=WHEN - late, cached=bool(late))
    assert words in Document(html.render([result("new", "5"), old], [])).text


def test_an_account_that_failed_has_the_last_reading_and_its_age() -> None:
    failed = result("a", Failure("timeout", "no answer"))._replace(last_read_at=WHEN - timedelta(hours=5))
    page = Document(html.render([failed], [history("a", [9, 7], every=timedelta(hours=6))])).text
    assert "It was 7 USD when last read." in page
    assert "Last read 5 h earlier, " in page


def test_a_page_is_small_however_often_balances_were_read() -> None:
    restless = [1000 + (number * 7919) % 997 for number in range(3000)]
    known = Forecast("known", Decimal(9), Decimal(5), Decimal(20), WHEN, Decimal(3), WHEN, 100)
    one = history("a", restless, every=timedelta(minutes=14))._replace(forecast=known)
    usd = Balance("USD", Decimal(restless[-1]), "USD", is_main=True)
    both = [len(html.render([several("a", usd)] * count, [one])) for count in (1, 2)]
    assert both[1] - both[0] < 5000, "so that 200 accounts take less than 1 MB"


def test_a_page_loads_no_drawing(five: Program) -> None:
    report = run_and_report(five, "all", "--format", "html")
    assert report.status == 0
    assert "credcheck.render.html" in report.loaded
    assert not report.loaded & (HEAVY - {"httpx", "httpcore", "ssl", "socket", "sqlite3"})


def test_a_page_is_whole_even_with_quiet(pixelcut: Callable[..., Program]) -> None:
    program = pixelcut("42")
    run = program("all", "--quiet", "--format", "html")
    assert (run.status, run.err) == (0, "")
    assert "42 credits" in Document(run.out).text
    assert program("all", "--changes", "--format", "html").status == 2


def looked_at(page: Path, *, width: int) -> str:
    """Return the document of a page in Chromium, after a probe has looked at it in a frame of that width."""
    probe = page.with_name(f"probe-{width}.html")
    probe.write_text(
        f'<iframe src="{page.name}" width="{width}" height="900"></iframe><script>onload = () => {{\n'
        "const page = document.querySelector('iframe').contentDocument, root = page.documentElement;\n"
        "document.title = [root.scrollWidth, page.querySelectorAll('article').length, page.scripts.length,\n"
        "getComputedStyle(page.querySelector('article')).display].join(' ') }</script>"
    )
    command = [CHROMIUM, *WITHOUT_A_NETWORK, "--hide-scrollbars", "--allow-file-access-from-files", "--dump-dom"]
    user_data = page.with_name(f"chromium-{width}")
    done = subprocess.run(
        [*map(str, command), f"--user-data-dir={user_data}", probe.as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.partition("<title>")[2].partition("</title>")[0]


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("width", [390, 1280])
def test_in_a_browser_a_page_has_its_style_and_fits_the_width(credcheck: Program, width: int) -> None:
    assert credcheck("demo", "--format", "html", "--output", "page.html").status == 0
    assert looked_at(credcheck.home / "page.html", width=width) == f"{width} 6 0 flex"
