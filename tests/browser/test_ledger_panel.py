"""The panel of the two ledgers: its words, its labels, public costs and the counter's curve."""

from collections.abc import Iterator

import httpx
import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from linkage.privacy.claims import OPERATOR, claimed, instead
from streams.board import Board
from streams.dashboard.server import Dashboard
from tests.streams.dashboard import sample
from tests.streams.dashboard.test_public_budget import POLICY, refusal, release

pytestmark = pytest.mark.browser
PANEL = "[data-panel=ledger]"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    board = Board(sample.RUN, policy=POLICY)
    for spending in sample.spendings():
        board.take("charges", sample.key(spending), sample.encode(spending))
    said = [release(0, n, 1, "counter") for n in range(12)]
    said += [release(n, n, 2, "standing") for n in range(12)] + [release(4, 7, 3)]
    for one in said:
        board.take("releases", None, msgspec.json.encode(one))
    board.take("releases", None, msgspec.json.encode(refusal("nothing is left")))
    dashboard = Dashboard(board, clock=lambda: 40.0)
    yield dashboard.start()
    dashboard.stop()


def opened(browser: Browser, address: str, width: int = 1280, scheme: str = "light") -> Page:
    page = browser.new_page(
        viewport={"width": width, "height": 820},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page.goto(address)
    page.wait_for_selector("main[data-seq]")
    return page


def rows(page: Page, table: str) -> list[list[str]]:
    found = page.locator(f"{PANEL} [data-table={table}] tbody tr").all()
    return [row.locator("th, td").all_inner_texts() for row in found]


def test_its_words_are_those_of_the_claims(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    said = page.inner_text(PANEL)
    page.close()
    for sentence in (instead("store"), instead("exhaustion"), claimed("release")):
        assert sentence in said
    assert claimed("re-linking") in said
    assert said.count(OPERATOR) == 2
    joins, _, rest = said.partition("Releases, in rho")
    assert "epsilon" not in joins.replace("no epsilon", "")
    assert "epsilon" in rest and "public" in rest


def test_costs_of_blocks_and_refusals_are_those_of_the_snapshot(
    browser: Browser, address: str
) -> None:
    ledger = httpx.get(f"{address}snapshot.json").json()["ledger"]
    page = opened(browser, address)
    shown = rows(page, "blocks")
    assert [row[0].split("\n")[0] for row in shown] == [
        "blocks 0 to 3",
        "blocks 4 to 7",
        "blocks 8 to 11",
    ]
    assert [float(row[1]) for row in shown] == [one["cost_rho"] for one in ledger["blocks"]]
    assert [float(row[2]) for row in shown] == [one["left_rho"] for one in ledger["blocks"]]
    assert rows(page, "refusals") == [["block cap", "1"]]
    page.close()


def test_the_counters_curve_has_a_band_and_a_label(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    chart = page.locator(f"{PANEL} svg[data-counter=people_seen]")
    assert chart.get_attribute("aria-label") == (
        "people seen for city planning, blocks 0 to 11: 111 in the end, give or take 2 with 95 %"
    )
    line = (chart.locator("polyline").get_attribute("points") or "").split()
    band = (chart.locator("polygon").get_attribute("points") or "").split()
    assert (len(line), len(band)) == (12, 24)
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_is_accessible_and_nothing_is_cut_off(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    page = opened(browser, address, width, scheme)
    found = Axe().run(page, context=PANEL)
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert found.violations_count == 0, found.generate_report()
    assert wide <= width


def test_without_anything_it_says_so(browser: Browser) -> None:
    dashboard = Dashboard(Board(sample.RUN), clock=lambda: 1.0)
    page = opened(browser, dashboard.start())
    said = page.inner_text(PANEL)
    page.close()
    dashboard.stop()
    for empty in ("No join was asked for yet.", "Nothing was released yet.", "No answer has left"):
        assert empty in said
